#include "heartwire/ws/frame.hpp"

#include "heartwire/base/check.hpp"

#include <array>

namespace heartwire::ws {
namespace {

constexpr std::uint8_t kLength16 = 126;
constexpr std::uint8_t kLength64 = 127;
constexpr std::optional<ParsedHeader> kIncomplete;

std::uint64_t read_big_endian(base::ByteView bytes) noexcept {
  std::uint64_t value = 0;
  for (const std::uint8_t octet : bytes) value = value << 8 | octet;
  return value;
}

void write_big_endian(std::uint8_t* at, std::uint64_t value, std::size_t size) noexcept {
  for (std::size_t i = size; i-- > 0; value >>= 8) at[i] = static_cast<std::uint8_t>(value);
}

std::optional<ProtocolError> fault_of_first(std::uint8_t octet, std::uint8_t rsv_allowed) noexcept {
  const std::uint8_t value = octet & 0x0F;
  if (!is_known_opcode(value)) return ProtocolError::reserved_opcode;
  const auto opcode = static_cast<Opcode>(value);
  const bool starts_message = opcode == Opcode::text || opcode == Opcode::binary;
  const int rsv = octet >> 4 & 0b111;
  if ((rsv & ~(starts_message ? rsv_allowed : 0)) != 0) return ProtocolError::reserved_bits_set;
  if (is_control(opcode) && (octet & 0x80) == 0) return ProtocolError::control_fragmented;
  return std::nullopt;
}

std::optional<ProtocolError> fault_of_second(std::uint8_t octet, Opcode opcode,
                                             Role reader) noexcept {
  const bool is_masked = (octet & 0x80) != 0;
  if (reader == Role::server && !is_masked) return ProtocolError::mask_missing;
  if (reader == Role::client && is_masked) return ProtocolError::mask_unexpected;
  if (is_control(opcode) && (octet & 0x7F) > kControlBytesMax)
    return ProtocolError::control_too_long;
  return std::nullopt;
}

std::optional<ProtocolError> fault_of_length(std::uint64_t length, std::size_t size) noexcept {
  if (length >> 63 != 0) return ProtocolError::length_top_bit_set;
  if (size == 2 && length < kLength16) return ProtocolError::length_not_minimal;
  if (size == 8 && length <= 0xFFFF) return ProtocolError::length_not_minimal;
  return std::nullopt;
}

std::size_t extended_length_size(std::uint8_t short_length) noexcept {
  return short_length == kLength64 ? 8 : short_length == kLength16 ? 2 : 0;
}

}  // namespace

base::Result<std::optional<ParsedHeader>, ProtocolError> parse_header(base::ByteView bytes,
                                                                      HeaderRules rules) noexcept {
  if (bytes.empty()) return kIncomplete;
  if (const auto fault = fault_of_first(bytes[0], rules.rsv_allowed)) return base::Failure{*fault};
  if (bytes.size() < 2) return kIncomplete;
  FrameHeader header;
  header.opcode = static_cast<Opcode>(bytes[0] & 0x0F);
  header.fin = (bytes[0] & 0x80) != 0;
  header.rsv = bytes[0] >> 4 & 0b111;
  if (const auto fault = fault_of_second(bytes[1], header.opcode, rules.reader))
    return base::Failure{*fault};

  header.payload_length = bytes[1] & 0x7F;
  const std::size_t extended = extended_length_size(bytes[1] & 0x7F);
  std::size_t size = 2 + extended;
  if (bytes.size() < size) return kIncomplete;
  if (extended != 0) {
    header.payload_length = read_big_endian(bytes.subspan(2, extended));
    if (const auto fault = fault_of_length(header.payload_length, extended))
      return base::Failure{*fault};
  }
  if ((bytes[1] & 0x80) != 0) {
    if (bytes.size() < size + 4) return kIncomplete;
    header.mask_key = static_cast<MaskKey>(read_big_endian(bytes.subspan(size, 4)));
    size += 4;
  }
  return std::optional<ParsedHeader>{{header, size}};
}

std::size_t encode_header(const FrameHeader& header,
                          std::span<std::uint8_t, kHeaderBytesMax> out) noexcept {
  const std::uint64_t length = header.payload_length;
  HW_CHECK(length >> 63 == 0);
  HW_CHECK(!is_control(header.opcode) || (header.fin && length <= kControlBytesMax));
  const std::uint8_t short_length = length > 0xFFFF       ? kLength64
                                    : length >= kLength16 ? kLength16
                                                          : static_cast<std::uint8_t>(length);
  out[0] = static_cast<std::uint8_t>((header.fin ? 0x80 : 0) | (header.rsv & 0b111) << 4 |
                                     static_cast<std::uint8_t>(header.opcode));
  out[1] = static_cast<std::uint8_t>((header.mask_key ? 0x80 : 0) | short_length);
  const std::size_t extended = extended_length_size(short_length);
  write_big_endian(out.data() + 2, length, extended);
  std::size_t size = 2 + extended;
  if (header.mask_key) {
    write_big_endian(out.data() + size, *header.mask_key, 4);
    size += 4;
  }
  return size;
}

void append_frame(base::Bytes& out, Opcode opcode, bool fin, base::ByteView payload,
                  std::optional<MaskKey> mask_key, std::uint8_t rsv) {
  std::array<std::uint8_t, kHeaderBytesMax> header;
  const std::size_t size = encode_header({opcode, fin, rsv, mask_key, payload.size()}, header);
  out.insert(out.end(), header.begin(), header.begin() + static_cast<std::ptrdiff_t>(size));
  out.insert(out.end(), payload.begin(), payload.end());
  if (mask_key) apply_mask(base::MutableByteView{out}.last(payload.size()), *mask_key);
}

}  // namespace heartwire::ws
