#include "tests/conformance/watcher.hpp"

#include <utility>

namespace heartwire::conformance {
namespace {

std::uint8_t octet(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) value = value << 8 | octet(bytes, i);
  return value;
}

/// RFC 6455 section 7.4 with the codes that the IANA registry has added to it.
bool may_be_sent(unsigned code) {
  return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
         (code >= 3000 && code <= 4999);
}

/// Reads one code point off the front of `text`; false if there is none.
bool take_code_point(std::string_view& text) {
  const unsigned lead = octet(text, 0);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if ((lead >= 0x80 && lead < 0xC0) || lead > 0xF7 || text.size() < size) return false;
  unsigned point = size == 1 ? lead : lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((octet(text, i) & 0xC0) != 0x80) return false;
    point = point << 6 | (octet(text, i) & 0x3FU);
  }
  constexpr unsigned kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (point < kLeast[size] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
    return false;
  text.remove_prefix(size);
  return true;
}

}  // namespace

bool is_well_formed_utf8(std::string_view text) {
  while (!text.empty())
    if (!take_code_point(text)) return false;
  return true;
}

void Watcher::feed(std::string_view bytes) {
  input_ += bytes;
  while (take_frame()) {
  }
}

/// False: more bytes are needed.
bool Watcher::take_frame() {
  if (input_.size() < 2) return false;
  const unsigned short_length = octet(input_, 1) & 0x7F;
  const bool is_masked = (octet(input_, 1) & 0x80) != 0;
  const std::size_t field = short_length == 126 ? 2 : short_length == 127 ? 8 : 0;
  const std::size_t header = 2 + field + (is_masked ? 4 : 0);
  if (input_.size() < header) return false;
  const std::uint64_t length =
      field == 0 ? short_length : big_endian(std::string_view{input_}.substr(2, field));
  if (input_.size() - header < length) return false;

  if (is_masked != (writer_ == Role::client)) fault("masked by the wrong role (5.1)");
  if ((field == 2 && length < 126) || (field == 8 && length < 0x10000))
    fault("a length that is not minimal (5.2)");
  Frame frame;
  frame.opcode = octet(input_, 0) & 0x0F;
  frame.fin = (octet(input_, 0) & 0x80) != 0;
  frame.rsv = octet(input_, 0) >> 4 & 0b111;
  frame.payload = input_.substr(header, length);
  if (is_masked) {
    const auto key =
        static_cast<std::uint32_t>(big_endian(std::string_view{input_}.substr(header - 4, 4)));
    apply_key(frame.payload, 0, key);
    if (std::exchange(last_key_, key) == key) fault("the same masking key again (5.3)");
  }
  input_.erase(0, header + length);
  take(frame);
  return true;
}

void Watcher::take(const Frame& frame) {
  if (has_close_) fault("a frame after the Close (5.5.1)");
  const bool may_be_compressed = inflater_ && (frame.opcode == kText || frame.opcode == kBinary);
  if (frame.rsv != 0 && !(frame.rsv == kCompressed && may_be_compressed))
    fault("a reserved bit (5.2, RFC 7692 6.1)");
  if (!is_control(frame.opcode)) return take_data(frame);
  if (!frame.fin) fault("a fragmented control frame (5.5)");
  if (frame.payload.size() > 125) fault("a control frame over 125 bytes (5.5)");
  if (frame.opcode == kClose) return take_close(frame);
  lines_.push_back(describe(frame));
}

void Watcher::take_data(const Frame& frame) {
  if (frame.opcode > kBinary) fault("a reserved opcode (5.2)");
  if ((frame.opcode == kContinuation) != message_.has_value()) fault("out of sequence (5.4)");
  if (!message_) {
    message_ = frame;
  } else {
    message_->payload += frame.payload;
  }
  if (!frame.fin) return;
  take_message(*std::exchange(message_, std::nullopt));
}

void Watcher::take_message(Frame whole) {
  if (whole.rsv != 0 && inflater_) {
    has_compressed_ = true;
    auto inflated = inflater_->message(std::move(whole.payload));
    if (!inflated) return fault("a message that cannot be inflated (RFC 7692 7.2)");
    whole.payload = *std::move(inflated);
  }
  if (whole.opcode == kText && !is_well_formed_utf8(whole.payload))
    fault("text that is not UTF-8 (5.6)");
  lines_.push_back(describe(whole));
}

void Watcher::take_close(const Frame& frame) {
  has_close_ = true;
  message_.reset();  // It may cut a message short.
  const std::string& payload = frame.payload;
  if (payload.size() == 1) fault("a Close with half a code (5.5.1)");
  if (payload.size() >= 2) {
    if (!may_be_sent(static_cast<unsigned>(big_endian(payload.substr(0, 2)))))
      fault("a reserved code (7.4)");
    if (!is_well_formed_utf8(payload.substr(2))) fault("a reason that is not UTF-8 (5.5.1)");
  }
  lines_.push_back(describe(frame));
}

}  // namespace heartwire::conformance
