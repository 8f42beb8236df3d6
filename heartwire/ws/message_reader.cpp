#include "heartwire/ws/message_reader.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/ws/frame.hpp"
#include "heartwire/ws/utf8.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace heartwire::ws {
namespace {

/// A spent message buffer up to this capacity serves the next message of the same read.
constexpr std::size_t kSpareBytesMax = 4096;

base::MutableByteView take(base::MutableByteView& input, std::size_t size) noexcept {
  const base::MutableByteView front = input.first(size);
  input = input.subspan(size);
  return front;
}

/// What a payload may take of a limit on messages. DEFLATE makes what does not shrink longer: a
/// sender with the least memory puts 5 bytes before each 127, and a few at the end.
std::uint64_t encoded_max(std::uint64_t bytes_max, std::uint8_t rsv) noexcept {
  const std::uint64_t extra = rsv == 0 ? 0 : bytes_max / 16 + 64;
  return bytes_max + std::min(extra, std::numeric_limits<std::uint64_t>::max() - bytes_max);
}

/// Makes room for `more` bytes: at least doubling, so that appending stays linear, but only in
/// proportion to what is there, and never past `size_max`, which `size() + more` respects.
void grow(base::Bytes& bytes, std::size_t more, std::size_t size_max) {
  const std::size_t needed = bytes.size() + more;
  if (needed <= bytes.capacity()) return;
  bytes.reserve(std::max(needed, std::min(2 * bytes.capacity(), size_max)));
}

}  // namespace

/// What is kept from one read to the next: of a frame or message that is cut, and of a Ping.
struct MessageReader::Partial {
  // The frame under way.
  std::array<std::uint8_t, kHeaderBytesMax> header_bytes{};
  std::uint8_t header_size = 0;  ///< Octets of a header that is not whole.
  bool is_in_payload = false;    ///< `frame` is valid; `received` of its payload came.
  FrameHeader frame;
  std::uint64_t received = 0;
  std::array<std::uint8_t, kControlBytesMax> control{};

  // The message under way.
  base::Bytes message;
  std::uint32_t fragments = 0;  ///< 0: no message is under way.
  MessageType type = MessageType::text;
  std::uint8_t rsv = 0;
  Utf8Validator utf8;     ///< Complete between messages, or there is none to come.
  bool is_spent = false;  ///< `message` was handed out; its bytes go at the next call.

  std::optional<base::Bytes> ping;  ///< Held for its answer.

  bool is_idle() const noexcept {
    return header_size == 0 && !is_in_payload && fragments == 0 && !ping;
  }
  bool is_validated() const noexcept { return type == MessageType::text && rsv == 0; }

  void drop_spent() noexcept {
    if (!std::exchange(is_spent, false)) return;
    if (message.capacity() > kSpareBytesMax) message = base::Bytes{};
    message.clear();
  }
};

MessageReader::MessageReader(Role role, std::uint8_t rsv_allowed) noexcept
    : role_(role), rsv_allowed_(rsv_allowed) {}
MessageReader::~MessageReader() = default;
MessageReader::MessageReader(MessageReader&&) noexcept = default;
MessageReader& MessageReader::operator=(MessageReader&&) noexcept = default;

ReadStep MessageReader::next(base::MutableByteView& input, const ReaderLimits& limits) {
  if (partial_) partial_->drop_spent();
  while (!input.empty() && phase_ == Phase::open)
    if (Outcome step = read_some(input, limits)) return *step;
  if (phase_ != Phase::open || (partial_ && partial_->is_idle())) partial_.reset();
  if (phase_ == Phase::open) return NeedMore{};
  input = {};
  if (phase_ == Phase::failed) return error_;
  return NeedMore{};
}

void MessageReader::hold_ping(base::ByteView payload) {
  if (phase_ == Phase::open) partial().ping.emplace(payload.begin(), payload.end());
}

bool MessageReader::is_holding_ping() const noexcept {
  return partial_ && partial_->ping;
}

base::Bytes MessageReader::take_held_ping() {
  HW_CHECK(is_holding_ping());
  return std::move(*std::exchange(partial_->ping, std::nullopt));
}

std::size_t MessageReader::bytes_held() const noexcept {
  if (!partial_) return 0;
  const std::size_t ping = partial_->ping ? partial_->ping->capacity() : 0;
  return sizeof(Partial) + partial_->message.capacity() + ping;
}

bool MessageReader::is_mid_message() const noexcept {
  return partial_ && (partial_->fragments > 0 ||
                      (partial_->is_in_payload && !is_control(partial_->frame.opcode)));
}

/// Consumes at least one byte. Nothing: no step came of it yet.
MessageReader::Outcome MessageReader::read_some(base::MutableByteView& input,
                                                const ReaderLimits& limits) {
  if (partial_ && partial_->is_in_payload) return read_partial_payload(input, limits);
  FrameHeader header;
  const std::size_t before = input.size();
  if (Outcome step = read_header(input, header)) {
    if (std::holds_alternative<NeedMore>(*step)) return std::nullopt;
    return step;
  }
  HW_CHECK(input.size() < before);
  if (const auto fault = fault_in_sequence(header, limits)) return fail(*fault);
  const bool is_whole = header.payload_length <= input.size();
  const bool is_alone = header.fin && !(partial_ && partial_->fragments > 0);
  if (is_whole && (is_alone || is_control(header.opcode))) return read_whole_payload(input, header);
  begin_frame(header);
  return read_partial_payload(input, limits);
}

/// Nothing: `header` is whole. NeedMore: all input was kept for it.
MessageReader::Outcome MessageReader::read_header(base::MutableByteView& input,
                                                  FrameHeader& header) {
  const HeaderRules rules{role_, rsv_allowed_};
  const std::size_t kept = partial_ ? partial_->header_size : 0;
  if (kept == 0) {
    const auto parsed = parse_header(input, rules);
    if (!parsed) return fail(parsed.error());
    if (*parsed) {
      header = (*parsed)->header;
      take(input, (*parsed)->size);
      return std::nullopt;
    }
  }
  Partial& state = partial();
  const std::size_t fresh = std::min(kHeaderBytesMax - kept, input.size());
  std::copy_n(input.begin(), fresh, state.header_bytes.begin() + kept);
  const auto parsed = parse_header(base::ByteView{state.header_bytes}.first(kept + fresh), rules);
  if (!parsed) return fail(parsed.error());
  if (!*parsed) {
    take(input, fresh);
    state.header_size = static_cast<std::uint8_t>(kept + fresh);
    return NeedMore{};
  }
  header = (*parsed)->header;
  take(input, (*parsed)->size - kept);
  state.header_size = 0;
  return std::nullopt;
}

/// What the sequence so far and the limits say against this frame.
std::optional<ProtocolError> MessageReader::fault_in_sequence(
    const FrameHeader& header, const ReaderLimits& limits) const noexcept {
  if (is_control(header.opcode)) return std::nullopt;
  const std::uint32_t fragments = partial_ ? partial_->fragments : 0;
  const bool continues = header.opcode == Opcode::continuation;
  if (continues && fragments == 0) return ProtocolError::continuation_unexpected;
  if (!continues && fragments > 0) return ProtocolError::message_unfinished;
  const std::uint8_t rsv = continues ? partial_->rsv : header.rsv;
  if (header.payload_length > encoded_max(limits.frame_bytes_max, rsv))
    return ProtocolError::frame_too_big;
  const std::uint64_t before = continues ? partial_->message.size() : 0;
  const std::uint64_t size_max = encoded_max(limits.message_bytes_max, rsv);
  if (header.payload_length > size_max || before > size_max - header.payload_length)
    return ProtocolError::message_too_big;
  if (fragments >= limits.fragments_max) return ProtocolError::fragments_too_many;
  return std::nullopt;
}

/// A control frame, or a message of one frame, that lies complete in the input.
MessageReader::Outcome MessageReader::read_whole_payload(base::MutableByteView& input,
                                                         const FrameHeader& header) {
  const auto payload = take(input, static_cast<std::size_t>(header.payload_length));
  if (header.mask_key) apply_mask(payload, *header.mask_key);
  if (is_control(header.opcode)) return control(header, payload);
  const auto type = header.opcode == Opcode::text ? MessageType::text : MessageType::binary;
  if (type == MessageType::text && header.rsv == 0 && !is_utf8(base::as_text(payload)))
    return fail(ProtocolError::text_not_utf8);
  return Message{type, payload, header.rsv};
}

void MessageReader::begin_frame(const FrameHeader& header) {
  Partial& state = partial();
  state.frame = header;
  state.received = 0;
  state.is_in_payload = true;
  if (is_control(header.opcode)) return;
  if (state.fragments++ > 0) return;
  state.type = header.opcode == Opcode::text ? MessageType::text : MessageType::binary;
  state.rsv = header.rsv;
}

/// Takes what the input holds of the frame under way; the frame may be empty.
MessageReader::Outcome MessageReader::read_partial_payload(base::MutableByteView& input,
                                                           const ReaderLimits& limits) {
  Partial& state = *partial_;
  const std::uint64_t rest = state.frame.payload_length - state.received;
  const auto piece =
      take(input, static_cast<std::size_t>(std::min<std::uint64_t>(rest, input.size())));
  const auto offset = static_cast<std::size_t>(state.received);
  if (state.frame.mask_key) apply_mask(piece, *state.frame.mask_key, offset);
  state.received += piece.size();
  const bool is_frame_whole = piece.size() == rest;
  if (is_frame_whole) state.is_in_payload = false;

  if (is_control(state.frame.opcode)) {
    std::copy(piece.begin(), piece.end(), state.control.begin() + offset);
    if (!is_frame_whole) return std::nullopt;
    const auto length = static_cast<std::size_t>(state.received);
    return control(state.frame, base::ByteView{state.control}.first(length));
  }
  if (state.is_validated() && !state.utf8.feed(piece)) return fail(ProtocolError::text_not_utf8);
  const std::uint64_t size_max = state.frame.fin ? state.message.size() + rest
                                                 : encoded_max(limits.message_bytes_max, state.rsv);
  grow(state.message, piece.size(), static_cast<std::size_t>(size_max));
  state.message.insert(state.message.end(), piece.begin(), piece.end());
  return is_frame_whole ? finish_data_frame() : std::nullopt;
}

MessageReader::Outcome MessageReader::finish_data_frame() {
  Partial& state = *partial_;
  if (!state.frame.fin) return std::nullopt;
  if (state.is_validated() && !state.utf8.is_complete()) return fail(ProtocolError::text_not_utf8);
  state.fragments = 0;
  state.is_spent = true;
  return Message{state.type, state.message, state.rsv};
}

ReadStep MessageReader::control(const FrameHeader& header, base::ByteView payload) {
  if (header.opcode == Opcode::ping) return Ping{payload};
  if (header.opcode == Opcode::pong) return Pong{payload};
  const auto close = parse_close(payload);
  if (!close) return fail(close.error());
  phase_ = Phase::closed;
  return *close;
}

ReadStep MessageReader::fail(ProtocolError error) noexcept {
  phase_ = Phase::failed;
  error_ = error;
  partial_.reset();
  return error;
}

MessageReader::Partial& MessageReader::partial() {
  if (!partial_) partial_ = std::make_unique<Partial>();
  return *partial_;
}

}  // namespace heartwire::ws
