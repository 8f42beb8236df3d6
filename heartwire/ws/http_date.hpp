#pragma once
// Dates in HTTP fields (RFC 9110 section 5.6.7), in all three forms that a recipient must know. No
// clock: a date is only compared with another one of the same message.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::ws {

/// Seconds since 1970 UTC; nothing if `text` is no such date. The day's name is not checked against
/// the date. Two-digit years below 70 are taken as 20xx.
std::optional<std::chrono::seconds> parse_http_date(std::string_view text) noexcept;

/// `Sun, 06 Nov 1994 08:49:37 GMT`: the form to send. Years 0 to 9999; others are held at the
/// nearest.
std::string format_http_date(std::chrono::seconds since_1970);

}  // namespace heartwire::ws
