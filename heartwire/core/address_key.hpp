#pragma once
// What counts as one peer address when connections are counted: an IPv4 address, or the /64 prefix
// of an IPv6 address, because every IPv6 host owns at least one whole /64 and could change address
// for each connection (RFC 6177, RFC 7934). An IPv4 address mapped into IPv6 (RFC 4291 2.5.5.2) is
// the IPv4 address: a dual-stack listener sees IPv4 peers so.

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace heartwire::core {

struct AddressKey {
  enum class Family : std::uint8_t { ipv4, ipv6 };

  std::uint64_t prefix = 0;  ///< The 32 bits of an IPv4 address, or the upper 64 of an IPv6 one.
  Family family = Family::ipv4;

  auto operator<=>(const AddressKey&) const = default;
};

/// The key of a numeric address, without port or brackets: `192.0.2.1`, `2001:db8::1`,
/// `::ffff:192.0.2.1`, `fe80::1%eth0` (the zone is ignored). Nothing for any other text; no name
/// is ever resolved, and an octet with a leading zero is no address, since readers disagree on it.
std::optional<AddressKey> address_key(std::string_view numeric_address) noexcept;

}  // namespace heartwire::core
