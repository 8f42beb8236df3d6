#include "tests/conformance/deflated.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/base/rng.hpp"

#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace heartwire::conformance {
namespace {

constexpr std::string_view kTail{"\x00\x00\xFF\xFF", 4};

void give(z_stream& z, std::string_view input) {
  z.next_in = reinterpret_cast<const Bytef*>(input.data());
  z.avail_in = static_cast<uInt>(input.size());
}

void take_into(z_stream& z, std::string& room) {
  z.next_out = reinterpret_cast<Bytef*>(room.data());
  z.avail_out = static_cast<uInt>(room.size());
}

}  // namespace

struct PeerDeflater::Stream {
  ~Stream() { deflateEnd(&z); }
  z_stream z{};
};

PeerDeflater::PeerDeflater(const Agreement& agreed, int level)
    : takes_over_(agreed.peer_takes_over), stream_(std::make_unique<Stream>()) {
  const bool is_tiny = agreed.peer_window_bits == 8;
  HW_CHECK(deflateInit2(&stream_->z, level, Z_DEFLATED, -std::max<int>(agreed.peer_window_bits, 9),
                        8, is_tiny ? Z_RLE : Z_DEFAULT_STRATEGY) == Z_OK);
}

PeerDeflater::~PeerDeflater() = default;

std::string PeerDeflater::run(std::string_view input, int flush) {
  z_stream& z = stream_->z;
  std::string out;
  std::string room(std::size_t{64} << 10, '\0');
  give(z, input);
  do {
    take_into(z, room);
    ::deflate(&z, flush);
    out.append(room, 0, room.size() - z.avail_out);
  } while (z.avail_out == 0);
  return out;
}

std::string PeerDeflater::payload(std::string_view message) {
  if (message.empty()) return std::string(1, '\0');
  std::string out = flushed(message);
  HW_CHECK(out.ends_with(kTail));
  out.resize(out.size() - kTail.size());
  if (!takes_over_) deflateReset(&stream_->z);
  return out;
}

Frame PeerDeflater::frame(const Frame& message) {
  return of_opcode(message.opcode, payload(message.payload)).reserved(kCompressed);
}

std::string PeerDeflater::flushed(std::string_view piece) {
  return run(piece, Z_SYNC_FLUSH);
}

std::string PeerDeflater::finished(std::string_view message) {
  std::string out = run(message, Z_FINISH);
  deflateReset(&stream_->z);
  return out;
}

struct PeerInflater::Stream {
  ~Stream() { inflateEnd(&z); }
  z_stream z{};
};

PeerInflater::PeerInflater(const Agreement& agreed)
    : takes_over_(agreed.endpoint_takes_over),
      is_whole_window_(agreed.endpoint_window_bits == 15),
      stream_(std::make_unique<Stream>()) {
  HW_CHECK(inflateInit2(&stream_->z, -int{agreed.endpoint_window_bits}) == Z_OK);
}

PeerInflater::~PeerInflater() = default;
PeerInflater::PeerInflater(PeerInflater&&) noexcept = default;
PeerInflater& PeerInflater::operator=(PeerInflater&&) noexcept = default;

std::optional<std::string> PeerInflater::message(std::string payload) {
  payload += kTail;
  z_stream& z = stream_->z;
  if (!takes_over_) inflateReset(&z);
  std::string out;
  // zlib lets a match reach back over all that it writes in one step, whatever the window: in small
  // steps it cannot.
  std::string room(is_whole_window_ ? std::size_t{64} << 10 : std::size_t{8}, '\0');
  give(z, payload);
  int result = Z_OK;
  bool is_whole = false;  // A further step without input would forget it.
  do {
    take_into(z, room);
    result = ::inflate(&z, Z_SYNC_FLUSH);
    out.append(room, 0, room.size() - z.avail_out);
    constexpr int kBetweenBlocks = 128;
    is_whole = z.avail_in == 0 && (z.data_type & kBetweenBlocks) != 0;
  } while (result == Z_OK && z.avail_out == 0 && !is_whole);
  if ((result != Z_OK && result != Z_BUF_ERROR) || !is_whole) return std::nullopt;
  return out;
}

FixedBlock::FixedBlock(bool is_final) {
  add(is_final ? 1 : 0, 1);
  add(1, 2);
}

void FixedBlock::add(std::uint32_t value, int bits) {
  for (int i = 0; i < bits; ++i) {
    if (bits_used_ == 8) {
      octets_.push_back('\0');
      bits_used_ = 0;
    }
    const std::uint32_t bit = value >> i & 1;
    octets_.back() =
        static_cast<char>(static_cast<std::uint8_t>(octets_.back()) | bit << bits_used_);
    ++bits_used_;
  }
}

void FixedBlock::add_code(std::uint32_t code, int bits) {
  for (int i = bits - 1; i >= 0; --i) add(code >> i & 1, 1);
}

void FixedBlock::add_symbol(int symbol) {
  const auto code = static_cast<std::uint32_t>(symbol);
  if (symbol < 144) return add_code(0x30 + code, 8);
  if (symbol < 256) return add_code(0x190 + code - 144, 9);
  if (symbol < 280) return add_code(code - 256, 7);
  add_code(0xC0 + code - 280, 8);
}

FixedBlock& FixedBlock::literals(std::string_view octets) {
  for (const char c : octets) add_symbol(static_cast<std::uint8_t>(c));
  return *this;
}

FixedBlock& FixedBlock::match(int length, int distance) {
  constexpr std::array<int, 29> kLengths = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                            15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                            67, 83, 99, 115, 131, 163, 195, 227, 258};
  const auto at = static_cast<std::size_t>(
      std::upper_bound(kLengths.begin(), kLengths.end(), length) - kLengths.begin() - 1);
  add_symbol(257 + static_cast<int>(at));
  const int length_bits = at < 8 || at == 28 ? 0 : static_cast<int>(at) / 4 - 1;
  add(static_cast<std::uint32_t>(length - kLengths[at]), length_bits);
  // Distances double with every second code, from 4 on.
  std::uint32_t code = 0;
  int least = 1;
  int extra = 0;
  while (code < 29 && distance >= least + (1 << extra)) {
    least += 1 << extra;
    ++code;
    extra = code < 4 ? 0 : static_cast<int>(code) / 2 - 1;
  }
  add_code(code, 5);
  add(static_cast<std::uint32_t>(distance - least), extra);
  return *this;
}

std::string FixedBlock::flushed() {
  add_symbol(256);
  add(0, 3);  // An empty stored block, whose header this is; its length is the tail left out.
  return std::exchange(octets_, {});
}

std::string stored_block(std::string_view octets, bool is_final) {
  const std::size_t size = octets.size();
  std::string out(1, is_final ? '\x01' : '\x00');
  out += {static_cast<char>(size & 0xFF), static_cast<char>(size >> 8)};
  out += {static_cast<char>(~size & 0xFF), static_cast<char>(~size >> 8 & 0xFF)};
  return out += octets;
}

std::string noise(std::size_t size, std::uint64_t seed) {
  base::Rng rng{seed};
  std::string octets(size, '\0');
  for (char& c : octets) c = static_cast<char>(rng.next());
  return octets;
}

std::string prose(std::size_t size) {
  constexpr std::string_view kWords[] = {
      "{\"price\": ", "the ",     "heart ",  "wire ",  "beats, ", "and so ",       "we ", "wait, ",
      "\xE2\x82\xAC", "\"id\": ", "true}, ", "again ", "until ",  "it is silent. "};
  base::Rng rng{size};
  std::string text;
  while (text.size() < size) {
    text += kWords[rng.below(std::size(kWords))];
    if (rng.below(4) == 0) text += std::to_string(rng.below(10'000));
  }
  text.resize(size);
  // Never half a character at the end.
  for (std::size_t i = size; i-- > 0 && static_cast<std::uint8_t>(text[i]) >= 0x80;) text[i] = '.';
  return text;
}

}  // namespace heartwire::conformance
