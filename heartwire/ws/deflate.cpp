#include "heartwire/ws/deflate.hpp"

#include "heartwire/base/check.hpp"

#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>
#include <optional>

namespace heartwire::ws {
namespace {

/// What a flush ends with: an empty stored block, less its header. Senders leave it out, receivers
/// put it back (RFC 7692 sections 7.2.1 and 7.2.2).
constexpr std::array<std::uint8_t, 4> kTail = {0x00, 0x00, 0xFF, 0xFF};

/// zlib counts input in 32 bits.
constexpr std::size_t kPieceMax = std::size_t{1} << 30;
constexpr std::size_t kStepMin = 512;
constexpr std::size_t kStepMax = std::size_t{16} << 10;

/// zlib compresses raw data for windows of 512 octets and more only, and older ones compress for
/// 512 when told 256.
int zlib_bits(std::uint8_t window_bits) noexcept {
  return -std::max<int>(window_bits, 9);
}

/// A z_stream that counts what it is given. What zlib frees one by one is not taken off: it does so
/// only at the end.
struct CountedStream {
  CountedStream() noexcept {
    z.opaque = this;
    z.zalloc = [](voidpf self, uInt items, uInt size) noexcept -> voidpf {
      const std::size_t wanted = std::size_t{items} * size;
      static_cast<CountedStream*>(self)->bytes += wanted;
      return ::operator new(wanted);
    };
    z.zfree = [](voidpf, voidpf address) noexcept { ::operator delete(address); };
  }
  CountedStream(const CountedStream&) = delete;
  CountedStream& operator=(const CountedStream&) = delete;

  void give(base::ByteView piece) noexcept {
    z.next_in = piece.data();
    z.avail_in = static_cast<uInt>(piece.size());
  }

  z_stream z{};
  std::size_t bytes = 0;
};

/// Runs `work` with room for `step` more octets at the end of `out`; what is left of the room is
/// taken back.
template <typename Work>
int with_room(z_stream& z, base::Bytes& out, std::size_t step, Work&& work) {
  const std::size_t before = out.size();
  out.resize(before + step);
  z.next_out = out.data() + before;
  z.avail_out = static_cast<uInt>(step);
  const int result = work();
  out.resize(out.size() - z.avail_out);
  return result;
}

/// Room for `more` octets: at least twice what there was, so that appending stays linear, but where
/// that is more than `size_max` no more than it.
void grow(base::Bytes& bytes, std::size_t more, std::size_t size_max) {
  const std::size_t needed = bytes.size() + more;
  if (needed <= bytes.capacity()) return;
  bytes.reserve(std::max(needed, std::min(2 * bytes.capacity(), size_max)));
}

/// A message is mostly done in one step, and a small one clears little.
std::size_t step_for(std::size_t bytes) noexcept {
  return std::clamp(bytes, kStepMin, kStepMax);
}

}  // namespace

struct Deflater::Stream : CountedStream {
  explicit Stream(const DeflateTuning& wanted) noexcept : tuning(wanted) {
    // Matches of distance 1 fit every window, also the one that zlib has none for.
    const int strategy = tuning.window_bits < 9 ? Z_RLE : Z_DEFAULT_STRATEGY;
    HW_CHECK(deflateInit2(&z, tuning.level, Z_DEFLATED, zlib_bits(tuning.window_bits),
                          tuning.memory_level, strategy) == Z_OK);
  }
  ~Stream() { deflateEnd(&z); }

  /// False once more than `size_max` octets have come.
  bool run(base::ByteView message, std::size_t size_max, base::Bytes& out) {
    const std::size_t begin = out.size();
    const std::size_t step = step_for(message.size());
    do {
      if (out.size() - begin > size_max) return false;
      if (z.avail_in == 0) {
        const auto piece = message.first(std::min(message.size(), kPieceMax));
        message = message.subspan(piece.size());
        give(piece);
      }
      const int flush = message.empty() ? Z_SYNC_FLUSH : Z_NO_FLUSH;
      with_room(z, out, step, [&] { return ::deflate(&z, flush); });
    } while (z.avail_out == 0 || z.avail_in > 0 || !message.empty());
    return out.size() - begin <= size_max;
  }

  const DeflateTuning tuning;
};

Deflater::Deflater() noexcept = default;
Deflater::~Deflater() = default;
Deflater::Deflater(Deflater&&) noexcept = default;
Deflater& Deflater::operator=(Deflater&&) noexcept = default;

bool Deflater::deflate(const DeflateTuning& tuning, base::ByteView message, std::size_t bytes_max,
                       base::Bytes& out) {
  // zlib would have nothing to flush; the header of an empty block is all there is to say (RFC 7692
  // section 7.2.3.6).
  if (message.empty()) {
    if (bytes_max > 0) out.push_back(0);
    return bytes_max > 0;
  }
  if (stream_ && stream_->tuning != tuning) release();
  if (!stream_) stream_ = std::make_unique<Stream>(tuning);
  const std::size_t begin = out.size();
  const std::size_t size_max = bytes_max + std::min(kTail.size(), SIZE_MAX - bytes_max);
  if (!stream_->run(message, size_max, out)) {
    out.resize(begin);
    forget();
    return false;
  }
  HW_CHECK(std::equal(kTail.rbegin(), kTail.rend(), out.rbegin()));
  out.resize(out.size() - kTail.size());
  return true;
}

void Deflater::forget() noexcept {
  if (stream_) deflateReset(&stream_->z);
}

void Deflater::release() noexcept {
  stream_.reset();
}

std::size_t Deflater::bytes_held() const noexcept {
  return stream_ ? stream_->bytes : 0;
}

struct Inflater::Stream : CountedStream {
  explicit Stream(std::uint8_t wanted) noexcept : window_bits(wanted) {
    HW_CHECK(inflateInit2(&z, zlib_bits(window_bits)) == Z_OK);
  }
  ~Stream() { inflateEnd(&z); }

  /// Takes all of `piece`. `out` may grow up to `size_max`, and one octet more shows a fault.
  std::optional<ProtocolError> run(base::ByteView piece, std::size_t size_max, std::size_t step,
                                   base::Bytes& out, Utf8Validator* text) {
    give(piece);
    for (;;) {
      const std::size_t size_before = out.size();
      const std::size_t room =
          std::min(step, size_max - size_before + (size_max < SIZE_MAX ? 1 : 0));
      grow(out, room, size_max);
      const int result = with_room(z, out, room, [&] { return ::inflate(&z, Z_SYNC_FLUSH); });
      if (out.size() > size_max) return ProtocolError::message_too_big;
      if (text && !text->feed(base::ByteView{out}.subspan(size_before)))
        return ProtocolError::text_not_utf8;
      // After a final block another stream may begin (section 7.2.3.4). Its history stays, since
      // nothing says that the peer's compressor forgets.
      is_after_final_ = result == Z_STREAM_END;
      if (result == Z_STREAM_END) {
        inflateResetKeep(&z);
        if (z.avail_in == 0) return std::nullopt;
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        return ProtocolError::deflate_corrupt;
      } else if (z.avail_out > 0) {
        return std::nullopt;
      }
    }
  }

  /// True if the last octets given have ended a block, so that another may begin.
  bool is_between_blocks() const noexcept { return is_after_final_ || (z.data_type & 128) != 0; }

  const std::uint8_t window_bits;

 private:
  bool is_after_final_ = false;
};

Inflater::Inflater() noexcept = default;
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

base::Result<base::Unit, ProtocolError> Inflater::inflate(std::uint8_t window_bits,
                                                          base::ByteView payload,
                                                          std::uint64_t bytes_max, base::Bytes& out,
                                                          Utf8Validator* text) {
  if (stream_ && stream_->window_bits != window_bits) release();
  if (!stream_) stream_ = std::make_unique<Stream>(window_bits);
  const std::size_t begin = out.size();
  const auto size_max =
      begin + static_cast<std::size_t>(std::min<std::uint64_t>(bytes_max, SIZE_MAX - begin));
  const std::size_t step = step_for(std::min(payload.size(), kStepMax) * 4);
  std::optional<ProtocolError> fault;
  while (!payload.empty() && !fault) {
    const auto piece = payload.first(std::min(payload.size(), kPieceMax));
    payload = payload.subspan(piece.size());
    fault = stream_->run(piece, size_max, step, out, text);
  }
  if (!fault) fault = stream_->run(kTail, size_max, step, out, text);
  if (!fault && !stream_->is_between_blocks()) fault = ProtocolError::deflate_corrupt;
  if (!fault && text && !text->is_complete()) fault = ProtocolError::text_not_utf8;
  if (!fault) return base::Unit{};
  forget();
  return base::Failure{*fault};
}

void Inflater::forget() noexcept {
  if (stream_) inflateReset(&stream_->z);
}

void Inflater::release() noexcept {
  stream_.reset();
}

std::size_t Inflater::bytes_held() const noexcept {
  return stream_ ? stream_->bytes : 0;
}

}  // namespace heartwire::ws
