#pragma once
// When a server asks to be tried again: the Retry-After field of a refused handshake (RFC 9110
// section 10.2.3), and our own `retry-after=SECONDS` in the reason of a Close frame.

#include "heartwire/ws/head.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::ws {

/// No server's word keeps a client away for longer than this. A day: beyond it a typing error or a
/// wrong clock is likelier than a plan.
inline constexpr std::chrono::seconds kRetryAfterMax = std::chrono::hours{24};

/// The Retry-After of a response, at most kRetryAfterMax. A date counts from the response's own
/// Date, since the server's clock need not be ours; without one it says nothing.
std::optional<std::chrono::seconds> retry_after(const Head& response);

/// What a close reason asks for, at most kRetryAfterMax: `retry-after=SECONDS`, alone or as one
/// word among others.
std::optional<std::chrono::seconds> close_retry_after(std::string_view reason) noexcept;

/// The close reason that close_retry_after() reads. A negative delay counts as 0.
std::string make_close_reason(std::chrono::seconds retry_after);

}  // namespace heartwire::ws
