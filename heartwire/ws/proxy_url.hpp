#pragma once
// The URL of a proxy: `http://user:password@proxy:3128`, `socks5h://proxy:1080`. Like every URL
// here it is refused, not repaired; but the scheme may be missing, as in `proxy:3128`, since that
// is how half of the world's HTTPS_PROXY are written.

#include "heartwire/base/result.hpp"
#include "heartwire/ws/authority.hpp"
#include "heartwire/ws/url.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::ws {

enum class ProxyScheme : std::uint8_t {
  http,     ///< CONNECT (RFC 9110 section 9.3.6); also what a missing scheme means.
  socks5,   ///< RFC 1928; the target's name is looked up here.
  socks5h,  ///< The same; the target's name is looked up by the proxy.
};

struct ProxyUrl {
  ProxyScheme scheme = ProxyScheme::http;
  std::string host;        ///< Name (lower case), IPv4, or IPv6 without its brackets.
  std::uint16_t port = 0;  ///< As given, else 80 for http, 1080 for SOCKS (RFC 1928 section 3).
  std::optional<UserInfo> user_info;

  bool operator==(const ProxyUrl&) const = default;
};

/// Refuses also a user or password that the scheme could not carry.
base::Result<ProxyUrl, UrlError> parse_proxy_url(std::string_view text);

/// For people and logs: `socks5h://proxy:1080`, without user and password.
std::string display(const ProxyUrl& proxy);

/// `proxy:3128`, `[::1]:3128`.
std::string host_and_port(const ProxyUrl& proxy);

}  // namespace heartwire::ws
