#pragma once
// The payload of a Close frame: a code and a reason, or nothing (RFC 6455 section 5.5.1).

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/ws/close_code.hpp"
#include "heartwire/ws/error.hpp"
#include "heartwire/ws/mask.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace heartwire::ws {

/// What is left of a control frame's 125 octets beside the code.
inline constexpr std::size_t kCloseReasonBytesMax = 123;

/// A Close frame as received. `reason` is borrowed, UTF-8, and the peer's words: escape it in logs.
struct CloseFrame {
  std::optional<std::uint16_t> code;  ///< Absent: the frame was empty (RFC 6455 calls that 1005).
  std::string_view reason;

  bool operator==(const CloseFrame&) const = default;
};

/// Reads an unmasked Close payload; the reason borrows from it.
base::Result<CloseFrame, ProtocolError> parse_close(base::ByteView payload) noexcept;

/// What of `reason` a Close frame can carry: as much as fits, ending between characters, and only
/// up to the first octet that is not UTF-8.
std::string_view cut_close_reason(std::string_view reason) noexcept;

/// Appends a Close frame. `code` must be valid on the wire, or absent, which drops the reason too.
/// The reason is cut to what fits.
void append_close(base::Bytes& out, std::optional<std::uint16_t> code, std::string_view reason,
                  std::optional<MaskKey> mask_key);

}  // namespace heartwire::ws
