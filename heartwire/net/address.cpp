#include "heartwire/net/address.hpp"

#include "heartwire/base/ip_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace heartwire::net {
namespace {

/// A scope is an interface, by number or by name.
std::optional<std::uint32_t> parse_scope(const std::string& scope) {
  std::uint32_t number = 0;
  const char* const end = scope.data() + scope.size();
  const auto [rest, fault] = std::from_chars(scope.data(), end, number);
  if (fault == std::errc{} && rest == end) return number;
  const unsigned index = ::if_nametoindex(scope.c_str());
  if (index == 0) return std::nullopt;
  return index;
}

bool is_mapped_v4(const Address& address) {
  static constexpr std::array<std::uint8_t, 12> kPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(kPrefix.begin(), kPrefix.end(), address.octets.begin());
}

}  // namespace

std::optional<Address> Address::parse(std::string_view host, std::uint16_t port) {
  const bool has_brackets = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (has_brackets) host = host.substr(1, host.size() - 2);

  const std::size_t percent = host.find('%');
  const auto ip = base::parse_ip(host.substr(0, percent));
  const bool is_only_for_v6 = has_brackets || percent != host.npos;
  if (!ip || (is_only_for_v6 && !ip->is_v6)) return std::nullopt;
  Address address{.octets = ip->octets, .port = port, .is_v6 = ip->is_v6};
  if (percent != host.npos) {
    const auto scope = parse_scope(std::string{host.substr(percent + 1)});
    if (!scope) return std::nullopt;
    address.scope_id = *scope;
  }
  return address;
}

std::optional<Address> Address::from_native(const sockaddr& native) {
  Address address;
  if (native.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &native, sizeof v4);
    std::memcpy(address.octets.data(), &v4.sin_addr, 4);
    address.port = ntohs(v4.sin_port);
    return address;
  }
  if (native.sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &native, sizeof v6);
  std::memcpy(address.octets.data(), &v6.sin6_addr, 16);
  address.port = ntohs(v6.sin6_port);
  if (is_mapped_v4(address)) {
    std::array<std::uint8_t, 16> octets{};
    std::copy_n(address.octets.begin() + 12, 4, octets.begin());
    address.octets = octets;
    return address;
  }
  address.scope_id = v6.sin6_scope_id;
  address.is_v6 = true;
  return address;
}

unsigned Address::to_native(sockaddr_storage& native) const noexcept {
  std::memset(&native, 0, sizeof native);
  if (!is_v6) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, octets.data(), 4);
    std::memcpy(&native, &v4, sizeof v4);
    return sizeof v4;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  v6.sin6_scope_id = scope_id;
  std::memcpy(&v6.sin6_addr, octets.data(), 16);
  std::memcpy(&native, &v6, sizeof v6);
  return sizeof v6;
}

std::string Address::host() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(is_v6 ? AF_INET6 : AF_INET, octets.data(), text.data(), text.size());
  std::string host{text.data()};
  if (scope_id != 0) host += '%' + std::to_string(scope_id);
  return host;
}

std::string to_string(const Address& address) {
  return host_and_port(address.host(), address.port);
}

std::string host_and_port(std::string_view host, std::uint16_t port) {
  const bool needs_brackets = host.find(':') != host.npos && host.front() != '[';
  std::string text;
  if (needs_brackets) text += '[';
  text += host;
  if (needs_brackets) text += ']';
  text += ':';
  text += std::to_string(port);
  return text;
}

std::vector<Address> interleave_families(const std::vector<Address>& addresses) {
  std::vector<Address> mixed;
  mixed.reserve(addresses.size());
  if (addresses.empty()) return mixed;
  bool is_v6_turn = addresses.front().is_v6;
  std::array<std::size_t, 2> next{};
  const auto skip = [&](bool is_v6) {
    std::size_t& at = next[is_v6 ? 1 : 0];
    while (at < addresses.size() && addresses[at].is_v6 != is_v6) ++at;
    return at < addresses.size();
  };
  while (mixed.size() < addresses.size()) {
    if (skip(is_v6_turn)) mixed.push_back(addresses[next[is_v6_turn ? 1 : 0]++]);
    is_v6_turn = !is_v6_turn;
  }
  return mixed;
}

}  // namespace heartwire::net
