#include "heartwire/ws/proxy_url.hpp"

#include "heartwire/base/escape.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::ws {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kSocksPort = 1080;
/// RFC 1929 section 2: the length of each is one octet.
constexpr std::size_t kSocksWordMax = 255;

std::string_view name(ProxyScheme scheme) noexcept {
  switch (scheme) {
    case ProxyScheme::http: return "http";
    case ProxyScheme::socks5: return "socks5";
    case ProxyScheme::socks5h: return "socks5h";
  }
  return "?";
}

/// Each takes its part and returns what is wrong with it, or nothing.
std::string parse_scheme(std::string_view scheme, ProxyUrl& proxy) {
  const std::string wanted = lower_case(scheme);
  for (const auto known : {ProxyScheme::http, ProxyScheme::socks5, ProxyScheme::socks5h}) {
    if (wanted != name(known)) continue;
    proxy.scheme = known;
    return {};
  }
  return "the scheme is " + base::escape_for_log(scheme, 20) +
         ", only http, socks5 and socks5h are known";
}

bool has_control_character(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet < 0x20 || octet == 0x7F;
  });
}

std::string fault_of_user(const ProxyUrl& proxy) {
  if (!proxy.user_info) return {};
  const auto& [user, password] = *proxy.user_info;
  if (has_control_character(user) || has_control_character(password))
    return "the user or the password holds a control character";
  if (proxy.scheme == ProxyScheme::http)
    return user.find(':') == std::string::npos ? ""
                                               : "the user holds ':', which basic cannot carry";
  if (user.empty()) return "the user is empty, which SOCKS5 cannot carry";
  if (std::max(user.size(), password.size()) > kSocksWordMax)
    return "the user or the password is longer than 255 octets, which SOCKS5 cannot carry";
  return {};
}

std::string parse_parts(std::string_view text, ProxyUrl& proxy) {
  if (text.empty()) return "it is empty";
  if (const auto scheme = scheme_of(text)) {
    if (std::string fault = parse_scheme(*scheme, proxy); !fault.empty()) return fault;
    text.remove_prefix(scheme->size() + 3);
  }
  const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
  // Else a part of the password would be told as a port or a path.
  if (text.find('@', end) != std::string_view::npos)
    return "the user or the password holds '/', '?' or '#', write %2F, %3F or %23";
  auto authority = parse_authority(text.substr(0, end));
  if (!authority) return authority.error();
  if (const std::string_view path = text.substr(end); !path.empty() && path != "/")
    return "a proxy has no path, drop what follows the port";
  proxy.host = std::move(authority->host);
  proxy.port = authority->port.value_or(proxy.scheme == ProxyScheme::http ? kHttpPort : kSocksPort);
  proxy.user_info = std::move(authority->user_info);
  return fault_of_user(proxy);
}

/// `text` for an error message: whatever comes before the last '@' may be a password.
std::string without_credentials(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return std::string{text};
  const auto scheme = scheme_of(text);
  const std::size_t begin = scheme && scheme->size() < at ? scheme->size() + 3 : 0;
  return std::string{text.substr(0, begin)} + "***" + std::string{text.substr(at)};
}

}  // namespace

base::Result<ProxyUrl, UrlError> parse_proxy_url(std::string_view text) {
  ProxyUrl proxy;
  const std::string fault = parse_parts(text, proxy);
  if (fault.empty()) return proxy;
  return base::Failure{
      UrlError{"proxy \"" + base::escape_for_log(without_credentials(text)) + "\": " + fault}};
}

std::string display(const ProxyUrl& proxy) {
  return std::string{name(proxy.scheme)} + "://" + host_and_port(proxy);
}

std::string host_and_port(const ProxyUrl& proxy) {
  return bracketed_host(proxy.host) + ':' + std::to_string(proxy.port);
}

}  // namespace heartwire::ws
