#pragma once
// Why a connection ended, as a number (RFC 6455 section 7.4 and the IANA registry).

#include <cstdint>
#include <string_view>

namespace heartwire::ws {

enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  no_status = 1005,  ///< Never on the wire: a Close frame came without a code.
  abnormal = 1006,   ///< Never on the wire: the transport ended without a Close frame.
  invalid_payload = 1007,
  policy_violation = 1008,
  message_too_big = 1009,
  extension_required = 1010,
  internal_error = 1011,
  service_restart = 1012,
  try_again_later = 1013,
  bad_gateway = 1014,
  tls_failed = 1015,  ///< Never on the wire.
};

/// True if a Close frame may carry `code`: 1000-1003, 1007-1014, and 3000-4999, which libraries and
/// applications own. Holds for what we send and for what we accept.
constexpr bool is_valid_on_wire(std::uint16_t code) noexcept {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

constexpr std::uint16_t number(CloseCode code) noexcept {
  return static_cast<std::uint16_t>(code);
}

/// For people: `going away`; `application` or `library` for the private ranges, else `unassigned`.
std::string_view close_code_name(std::uint16_t code) noexcept;

}  // namespace heartwire::ws
