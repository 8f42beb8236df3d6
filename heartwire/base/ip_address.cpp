#include "heartwire/base/ip_address.hpp"

#include <algorithm>
#include <arpa/inet.h>

namespace heartwire::base {

std::optional<IpAddress> parse_ip(std::string_view text) noexcept {
  // inet_pton() wants an end of text, which must not hide another within.
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());
  IpAddress address;
  if (::inet_pton(AF_INET, terminated.data(), address.octets.data()) == 1) return address;
  address.is_v6 = true;
  if (::inet_pton(AF_INET6, terminated.data(), address.octets.data()) == 1) return address;
  return std::nullopt;
}

}  // namespace heartwire::base
