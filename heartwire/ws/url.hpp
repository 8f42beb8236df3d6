#pragma once
// ws:// and wss:// URLs (RFC 6455 section 3, RFC 3986). What is not valid is refused with a text
// for people that names the URL and the fault; nothing is silently repaired.

#include "heartwire/base/result.hpp"
#include "heartwire/ws/authority.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::ws {

struct Url {
  bool is_secure = false;             ///< wss.
  std::string host;                   ///< Name (lower case), IPv4, or IPv6 without its brackets.
  std::uint16_t port = 0;             ///< As given, else 80 or 443.
  std::string target;                 ///< Path and query as given; at least "/".
  std::optional<UserInfo> user_info;  ///< For an Authorization header.

  bool operator==(const Url&) const = default;
};

/// A URL that cannot be used; `text` is for people, escaped, and without the password.
struct UrlError {
  std::string text;
};

base::Result<Url, UrlError> parse_url(std::string_view text);

/// The value of the Host header: brackets around IPv6, the port only if it is not the default.
std::string host_header(const Url& url);

/// The URL for people and logs: without user and password.
std::string display(const Url& url);

}  // namespace heartwire::ws
