#pragma once
// What a frame is (RFC 6455 section 5.2) and what a message is (section 5.6).

#include "heartwire/base/message_type.hpp"

#include <cstdint>
#include <string_view>

namespace heartwire::ws {

enum class Opcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xA,
};

using base::MessageType;

/// True for an opcode that RFC 6455 defines; the rest are reserved and fail the connection.
constexpr bool is_known_opcode(std::uint8_t value) noexcept {
  return value <= 0x2 || (value >= 0x8 && value <= 0xA);
}

/// Control frames are short, never fragmented, and may stand between fragments of a message.
constexpr bool is_control(Opcode opcode) noexcept {
  return (static_cast<std::uint8_t>(opcode) & 0x8) != 0;
}

/// The opcode of a message's first frame.
constexpr Opcode opcode_of(MessageType type) noexcept {
  return type == MessageType::text ? Opcode::text : Opcode::binary;
}

/// For people: `text`, `ping`, ...; `reserved` for what RFC 6455 does not define.
std::string_view name(Opcode opcode) noexcept;

}  // namespace heartwire::ws
