#include "heartwire/ws/no_proxy.hpp"

#include "heartwire/base/ip_address.hpp"
#include "heartwire/ws/head.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>

namespace heartwire::ws {
namespace {

constexpr std::string_view kSeparators = ", \t";

struct Host {
  std::string_view name;  ///< Without a dot at its end.
  std::optional<base::IpAddress> address;
  std::uint16_t port;
};

std::optional<unsigned> parse_number(std::string_view text, unsigned max) noexcept {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > max) return std::nullopt;
  return value;
}

std::string_view without_dot_at_end(std::string_view name) noexcept {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

bool is_same_prefix(const base::IpAddress& a, const base::IpAddress& b, unsigned bits) noexcept {
  const std::size_t whole = bits / 8;
  if (!std::equal(a.octets.begin(), a.octets.begin() + static_cast<std::ptrdiff_t>(whole),
                  b.octets.begin()))
    return false;
  if (bits % 8 == 0) return true;
  const unsigned shift = 8 - bits % 8;
  return a.octets[whole] >> shift == b.octets[whole] >> shift;
}

bool is_in_network(std::string_view network, std::string_view length, const Host& host) noexcept {
  const auto address = base::parse_ip(network);
  if (!address || !host.address || address->is_v6 != host.address->is_v6) return false;
  const auto bits = parse_number(length, address->is_v6 ? 128 : 32);
  return bits && is_same_prefix(*address, *host.address, *bits);
}

bool is_in_domain(std::string_view domain, std::string_view name) noexcept {
  if (domain.starts_with('*')) domain.remove_prefix(1);
  if (domain.starts_with('.')) domain.remove_prefix(1);
  domain = without_dot_at_end(domain);
  if (domain.empty() || domain.size() > name.size()) return false;
  const std::size_t before = name.size() - domain.size();
  return equals_ignoring_case(name.substr(before), domain) &&
         (before == 0 || name[before - 1] == '.');
}

/// Takes the port off `entry`. False: it is for another port, or makes no sense.
bool take_port(std::string_view& entry, std::uint16_t port) noexcept {
  std::string_view text;
  if (entry.starts_with('[')) {
    const std::size_t end = entry.find(']');
    if (end == std::string_view::npos) return false;
    text = entry.substr(end + 1);
    entry = entry.substr(1, end - 1);
    if (text.empty()) return true;
    // Only a port may stand behind the bracket.
    if (text.front() != ':') return false;
    text.remove_prefix(1);
  } else {
    const std::size_t colon = entry.find(':');
    const bool is_bare_ipv6 = colon != entry.rfind(':');
    if (colon == std::string_view::npos || is_bare_ipv6) return true;
    text = entry.substr(colon + 1);
    entry = entry.substr(0, colon);
  }
  return parse_number(text, 65535) == port;
}

bool matches(std::string_view entry, const Host& host) noexcept {
  if (!take_port(entry, host.port)) return false;
  if (entry == "*") return true;
  if (const std::size_t slash = entry.find('/'); slash != std::string_view::npos)
    return is_in_network(entry.substr(0, slash), entry.substr(slash + 1), host);
  if (const auto address = base::parse_ip(entry)) return address == host.address;
  return !host.address && is_in_domain(entry, host.name);
}

}  // namespace

bool is_exempt_from_proxy(std::string_view list, std::string_view host,
                          std::uint16_t port) noexcept {
  const Host asked{without_dot_at_end(host), base::parse_ip(host), port};
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(kSeparators), list.size());
    if (end > 0 && matches(list.substr(0, end), asked)) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

}  // namespace heartwire::ws
