#include "tests/conformance/frame.hpp"

#include "heartwire/base/escape.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace heartwire::conformance {
namespace {

Frame make(std::uint8_t opcode, std::string payload) {
  Frame frame;
  frame.opcode = opcode;
  frame.payload = std::move(payload);
  return frame;
}

void append_big_endian(std::string& out, std::uint64_t value, int octets) {
  for (int i = octets - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

/// FNV-1a: tells long payloads apart in a transcript.
std::uint32_t fingerprint(std::string_view text) {
  std::uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
  return hash;
}

std::string name_of(std::uint8_t opcode) {
  switch (opcode) {
    case kContinuation: return "continuation";
    case kText: return "text";
    case kBinary: return "binary";
    case kClose: return "close";
    case kPing: return "ping";
    case kPong: return "pong";
    default: return "opcode " + std::to_string(opcode);
  }
}

}  // namespace

Frame Frame::more() const {
  Frame frame = *this;
  frame.fin = false;
  return frame;
}

Frame Frame::reserved(std::uint8_t bits) const {
  Frame frame = *this;
  frame.rsv = bits;
  return frame;
}

Frame Frame::length_in(LengthField field) const {
  Frame frame = *this;
  frame.length_field = field;
  return frame;
}

Frame Frame::claiming(std::uint64_t length) const {
  Frame frame = *this;
  frame.claimed_length = length;
  return frame;
}

Frame Frame::masked_wrongly() const {
  Frame frame = *this;
  frame.is_masked_wrongly = true;
  return frame;
}

Frame Frame::with_key(std::uint32_t key) const {
  Frame frame = *this;
  frame.mask_key = key;
  return frame;
}

Frame Frame::cut_after(std::size_t bytes) const {
  Frame frame = *this;
  frame.bytes_sent = bytes;
  return frame;
}

Frame text(std::string payload) {
  return make(kText, std::move(payload));
}
Frame binary(std::string payload) {
  return make(kBinary, std::move(payload));
}
Frame then(std::string payload) {
  return make(kContinuation, std::move(payload));
}
Frame ping(std::string payload) {
  return make(kPing, std::move(payload));
}
Frame pong(std::string payload) {
  return make(kPong, std::move(payload));
}
Frame close() {
  return make(kClose, {});
}
Frame close(std::uint16_t code, std::string_view reason) {
  std::string payload;
  append_big_endian(payload, code, 2);
  payload += reason;
  return make(kClose, std::move(payload));
}
Frame close_of(std::string payload) {
  return make(kClose, std::move(payload));
}
Frame of_opcode(std::uint8_t opcode, std::string payload) {
  return make(opcode, std::move(payload));
}

void apply_key(std::string& bytes, std::size_t begin, std::uint32_t key) {
  for (std::size_t i = begin; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(static_cast<std::uint8_t>(bytes[i]) ^
                                 (key >> (24 - 8 * ((i - begin) % 4)) & 0xFF));
}

void append_wire(std::string& out, Role sender, const Frame& frame) {
  const std::size_t begin = out.size();
  const std::uint64_t length = frame.claimed_length.value_or(frame.payload.size());
  const bool is_masked = (sender == Role::client) != frame.is_masked_wrongly;
  const int mask_bit = is_masked ? 0x80 : 0;
  LengthField field = frame.length_field;
  if (field == LengthField::shortest && length > 125)
    field = length <= 0xFFFF ? LengthField::bits16 : LengthField::bits64;

  out.push_back(static_cast<char>((frame.fin ? 0x80 : 0) | frame.rsv << 4 | frame.opcode));
  switch (field) {
    case LengthField::shortest:
      out.push_back(static_cast<char>(mask_bit | static_cast<int>(length)));
      break;
    case LengthField::bits16:
      out.push_back(static_cast<char>(mask_bit | 126));
      append_big_endian(out, length, 2);
      break;
    case LengthField::bits64:
      out.push_back(static_cast<char>(mask_bit | 127));
      append_big_endian(out, length, 8);
      break;
  }
  if (is_masked) append_big_endian(out, frame.mask_key, 4);
  const std::size_t body = out.size();
  out += frame.payload;
  if (is_masked) apply_key(out, body, frame.mask_key);
  if (frame.bytes_sent) out.resize(begin + *frame.bytes_sent);
}

std::string letters(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i + i / 26) % 26);
  return text;
}

std::string octets(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i + i / 256);
  return bytes;
}

std::string describe(const Frame& frame) {
  const std::string name = name_of(frame.opcode);
  const std::string& payload = frame.payload;
  if (frame.opcode == kClose) {
    if (payload.empty()) return name;
    const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(payload[i]); };
    return name + ' ' + std::to_string(payload.size() < 2 ? 0 : octet(0) << 8 | octet(1));
  }
  if (payload.size() <= 60) return name + " \"" + base::escape_for_log(payload) + '"';
  std::array<char, 16> print{};
  std::snprintf(print.data(), print.size(), "%08x", fingerprint(payload));
  return name + ", " + std::to_string(payload.size()) + " bytes, " + print.data();
}

}  // namespace heartwire::conformance
