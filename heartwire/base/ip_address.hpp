#pragma once
// An IP address: whether a text is one, and its octets.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace heartwire::base {

/// In network order; IPv4 takes the first four octets, the others are 0.
struct IpAddress {
  std::array<std::uint8_t, 16> octets{};
  bool is_v6 = false;

  std::span<const std::uint8_t> bytes() const noexcept {
    return {octets.data(), is_v6 ? octets.size() : 4};
  }
  bool operator==(const IpAddress&) const = default;
};

/// The address that `text` is, as URLs write it (RFC 3986 section 3.2.2) but without brackets:
/// `192.0.2.1`, `2001:db8::1`, `::ffff:192.0.2.1`. Nothing for any other text, be it a name, an
/// octet with a leading zero, on which readers disagree, or an address with a zone.
std::optional<IpAddress> parse_ip(std::string_view text) noexcept;

}  // namespace heartwire::base
