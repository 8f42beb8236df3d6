#pragma once
// An IP address with a port, as a value.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The operating system's own form, for the sources of this folder.
struct sockaddr;
struct sockaddr_storage;

namespace heartwire::net {

struct Address {
  std::array<std::uint8_t, 16> octets{};  ///< Network order; IPv4 uses the first four.
  std::uint32_t scope_id = 0;             ///< Of a link-local IPv6 address, else 0.
  std::uint16_t port = 0;
  bool is_v6 = false;

  auto operator<=>(const Address&) const = default;

  /// The address in `host`, if it is one and not a name. An IPv6 address may stand in brackets, as
  /// in a URL, and may carry a scope (`fe80::1%eth0`).
  static std::optional<Address> parse(std::string_view host, std::uint16_t port);

  /// From the system's form; nothing if it is not of the internet. An IPv4 address mapped into IPv6
  /// becomes IPv4, which is what it means.
  static std::optional<Address> from_native(const sockaddr& native);

  /// Writes the system's form and returns its length.
  unsigned to_native(sockaddr_storage& native) const noexcept;

  /// `127.0.0.1`, `::1`, `fe80::1%2`: without port and brackets.
  std::string host() const;
};

/// `127.0.0.1:80`, `[::1]:80`.
std::string to_string(const Address& address);

/// `name:80`, or `[::1]:80` for an IPv6 address without brackets.
std::string host_and_port(std::string_view host, std::uint16_t port);

/// The order in which to try addresses (RFC 8305 section 4): families by turns, beginning with that
/// of the first; within a family as given.
std::vector<Address> interleave_families(const std::vector<Address>& addresses);

}  // namespace heartwire::net
