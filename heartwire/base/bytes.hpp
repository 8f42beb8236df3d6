#pragma once
// Bytes and borrowed views of them: the one spelling of "octets" in heartwire.
//
// A view borrows; it is valid only as long as its owner says so, usually for the call.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace heartwire::base {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using MutableByteView = std::span<std::uint8_t>;

/// The octets of `text`, borrowed.
inline ByteView as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The octets of `bytes` read as characters, borrowed. Nothing is validated.
inline std::string_view as_text(ByteView bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace heartwire::base
