#pragma once
// Every fault that a peer can commit after the opening handshake, what to tell people about it, and
// the one mapping from faults to close codes.

#include "heartwire/ws/close_code.hpp"

#include <cstdint>
#include <string_view>

namespace heartwire::ws {

enum class ProtocolError : std::uint8_t {
  reserved_bits_set,
  reserved_opcode,
  control_fragmented,
  control_too_long,
  length_not_minimal,
  length_top_bit_set,
  mask_missing,
  mask_unexpected,
  continuation_unexpected,
  message_unfinished,
  text_not_utf8,
  close_payload_of_one_byte,
  close_code_invalid,
  close_reason_not_utf8,
  frame_too_big,
  message_too_big,
  fragments_too_many,
  deflate_corrupt,
};

/// What the peer did, for people.
std::string_view describe(ProtocolError error) noexcept;

/// The code that the Close frame answering this fault carries (RFC 6455 section 7.4.1).
CloseCode close_code_for(ProtocolError error) noexcept;

}  // namespace heartwire::ws
