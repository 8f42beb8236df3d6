#pragma once
// What a message is made of (RFC 6455 section 5.6).

#include <cstdint>

namespace heartwire::base {

/// Text is UTF-8; binary is anything.
enum class MessageType : std::uint8_t { text, binary };

}  // namespace heartwire::base
