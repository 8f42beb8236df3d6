#pragma once
// Whether a text is an IP address as URLs write it (RFC 3986 section 3.2.2). Nothing is converted.

#include <string_view>

namespace heartwire::ws {

/// Four decimal numbers up to 255 without leading zeros.
bool is_ipv4(std::string_view text) noexcept;

/// Eight groups of up to four hexadecimal digits, one run of zeros as `::`, the last two groups
/// possibly as IPv4. No zone.
bool is_ipv6(std::string_view text) noexcept;

}  // namespace heartwire::ws
