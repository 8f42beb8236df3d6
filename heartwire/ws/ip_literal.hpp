#pragma once
// IP addresses as URLs write them (RFC 3986 section 3.2.2): whether a text is one, and its octets.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace heartwire::ws {

/// Four decimal numbers up to 255 without leading zeros.
bool is_ipv4(std::string_view text) noexcept;

/// Eight groups of up to four hexadecimal digits, one run of zeros as `::`, the last two groups
/// possibly as IPv4. No zone.
bool is_ipv6(std::string_view text) noexcept;

/// An address in network order; IPv4 takes the first four octets.
struct IpAddress {
  std::array<std::uint8_t, 16> octets{};
  bool is_v6 = false;

  std::span<const std::uint8_t> bytes() const noexcept {
    return {octets.data(), is_v6 ? octets.size() : 4};
  }
  bool operator==(const IpAddress&) const = default;
};

/// The address that `text` is, without brackets; nothing if it is a name.
std::optional<IpAddress> parse_ip(std::string_view text) noexcept;

}  // namespace heartwire::ws
