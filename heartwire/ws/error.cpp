#include "heartwire/ws/error.hpp"

#include "heartwire/base/check.hpp"

namespace heartwire::ws {

std::string_view describe(ProtocolError error) noexcept {
  switch (error) {
    case ProtocolError::reserved_bits_set: return "reserved bits set without an extension";
    case ProtocolError::reserved_opcode: return "reserved opcode";
    case ProtocolError::control_fragmented: return "fragmented control frame";
    case ProtocolError::control_too_long: return "control frame over 125 bytes";
    case ProtocolError::length_not_minimal: return "payload length not in its shortest form";
    case ProtocolError::length_top_bit_set: return "payload length with its top bit set";
    case ProtocolError::mask_missing: return "unmasked frame from a client";
    case ProtocolError::mask_unexpected: return "masked frame from a server";
    case ProtocolError::continuation_unexpected: return "continuation without a message";
    case ProtocolError::message_unfinished: return "new message before the last one ended";
    case ProtocolError::text_not_utf8: return "text message is not UTF-8";
    case ProtocolError::close_payload_of_one_byte: return "close frame with half a code";
    case ProtocolError::close_code_invalid: return "close code that may not be sent";
    case ProtocolError::close_reason_not_utf8: return "close reason is not UTF-8";
    case ProtocolError::frame_too_big: return "frame over the size limit";
    case ProtocolError::message_too_big: return "message over the size limit";
    case ProtocolError::fragments_too_many: return "message in too many fragments";
    case ProtocolError::deflate_corrupt: return "compressed message that cannot be inflated";
  }
  HW_CHECK(false);
}

CloseCode close_code_for(ProtocolError error) noexcept {
  switch (error) {
    case ProtocolError::text_not_utf8:
    case ProtocolError::close_reason_not_utf8: return CloseCode::invalid_payload;
    // Too many pieces is a kind of too big: it is what it costs us, not what it means.
    case ProtocolError::frame_too_big:
    case ProtocolError::message_too_big:
    case ProtocolError::fragments_too_many: return CloseCode::message_too_big;
    case ProtocolError::reserved_bits_set:
    case ProtocolError::reserved_opcode:
    case ProtocolError::control_fragmented:
    case ProtocolError::control_too_long:
    case ProtocolError::length_not_minimal:
    case ProtocolError::length_top_bit_set:
    case ProtocolError::mask_missing:
    case ProtocolError::mask_unexpected:
    case ProtocolError::continuation_unexpected:
    case ProtocolError::message_unfinished:
    case ProtocolError::close_payload_of_one_byte:
    case ProtocolError::close_code_invalid:
    // Neither RFC names a code; 1007 is for data that does not fit the type of its message.
    case ProtocolError::deflate_corrupt: return CloseCode::protocol_error;
  }
  HW_CHECK(false);
}

}  // namespace heartwire::ws
