#pragma once
// The authority of a URL, `user:password@host:port` (RFC 3986 section 3.2), for the URLs of servers
// and of proxies alike. What is not valid is refused with words for people, in which there is no
// password; nothing is silently repaired.

#include "heartwire/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::ws {

inline constexpr std::string_view kUrlSubDelims = "!$&'()*+,;=";

/// Percent-decoded.
struct UserInfo {
  std::string user;
  std::string password;

  bool operator==(const UserInfo&) const = default;
};

struct Authority {
  std::string host;                   ///< Name (lower case), IPv4, or IPv6 without its brackets.
  std::optional<std::uint16_t> port;  ///< As given.
  std::optional<UserInfo> user_info;

  bool operator==(const Authority&) const = default;
};

/// The error says what is wrong: `the host is missing`.
base::Result<Authority, std::string> parse_authority(std::string_view text);

/// What is wrong with `text` in a part of a URL, named `part`, that may hold unreserved characters,
/// percent-encoded octets and `others`; empty if nothing is.
std::string fault_of_url_characters(std::string_view text, std::string_view others,
                                    std::string_view part);

/// What stands before `://` in `text`; nothing if that is no scheme (RFC 3986 section 3.1), and so
/// perhaps a user and a password.
std::optional<std::string_view> scheme_of(std::string_view text) noexcept;

/// `text`, a URL that may be anything, without what may be a user and a password.
std::string without_user_info(std::string_view text);

/// `host`, in brackets if it is an IPv6 address.
std::string bracketed_host(std::string_view host);

/// `text` with ASCII letters in lower case.
std::string lower_case(std::string_view text);

}  // namespace heartwire::ws
