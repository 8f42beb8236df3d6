#include "heartwire/core/address_key.hpp"

#include "heartwire/base/ip_address.hpp"

#include <cstddef>
#include <span>

namespace heartwire::core {

namespace {

std::uint64_t number_of(std::span<const std::uint8_t> octets) noexcept {
  std::uint64_t number = 0;
  for (const std::uint8_t octet : octets) number = number << 8 | octet;
  return number;
}

}  // namespace

std::optional<AddressKey> address_key(std::string_view numeric_address) noexcept {
  const std::size_t zone = numeric_address.find('%');
  const auto address = base::parse_ip(numeric_address.substr(0, zone));
  if (!address) return std::nullopt;
  if (!address->is_v6) {
    if (zone != std::string_view::npos) return std::nullopt;
    return AddressKey{number_of(address->bytes()), AddressKey::Family::ipv4};
  }
  const std::uint64_t upper = number_of(address->bytes().first<8>());
  const std::uint64_t lower = number_of(address->bytes().last<8>());
  if (upper == 0 && lower >> 32 == 0xffff) {
    return AddressKey{lower & 0xffff'ffff, AddressKey::Family::ipv4};
  }
  return AddressKey{upper, AddressKey::Family::ipv6};
}

}  // namespace heartwire::core
