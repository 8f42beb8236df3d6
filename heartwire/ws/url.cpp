#include "heartwire/ws/url.hpp"

#include "heartwire/base/escape.hpp"
#include "heartwire/ws/ip_literal.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace heartwire::ws {
namespace {

constexpr std::uint16_t kPort = 80;
constexpr std::uint16_t kSecurePort = 443;
constexpr std::string_view kSubDelims = "!$&'()*+,;=";

bool is_alnum(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}
int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  c = to_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
bool is_one_of(char c, std::string_view set) noexcept {
  return set.find(c) != std::string_view::npos;
}
bool is_unreserved(char c) noexcept {
  return is_alnum(c) || is_one_of(c, "-._~");
}

std::string quoted(char c) {
  if (c == ' ') return "a space";
  return '\'' + base::escape_for_log({&c, 1}) + '\'';
}

std::string percent_encoded(char c) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto octet = static_cast<unsigned char>(c);
  return {'%', kHex[octet >> 4], kHex[octet & 0xF]};
}

/// The fault of `text` in a part of a URL that may hold unreserved characters, percent-encoded
/// octets and `others`; empty if there is none.
std::string fault_of_characters(std::string_view text, std::string_view others,
                                std::string_view part) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_unreserved(c) || is_one_of(c, others)) continue;
    if (c != '%')
      return std::string{part} + " holds " + quoted(c) + ", write " + percent_encoded(c);
    if (i + 2 >= text.size() || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0)
      return std::string{part} + " holds '%' without two hexadecimal digits, write %25";
    i += 2;
  }
  return {};
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// Each parse_ takes its part and returns what is wrong with it, or nothing.
std::string parse_scheme(std::string_view scheme, Url& url) {
  const std::string name = lower(scheme);
  if (name == "ws" || name == "wss") {
    url.is_secure = name == "wss";
    return {};
  }
  if (name == "http") return "the scheme is http, write ws://";
  if (name == "https") return "the scheme is https, write wss://";
  return "the scheme is " + base::escape_for_log(scheme, 20) + ", only ws and wss are known";
}

std::string parse_user_info(std::string_view text, Url& url) {
  std::string others{kSubDelims};
  others += ':';
  if (std::string fault = fault_of_characters(text, others, "the user"); !fault.empty())
    return fault;
  const std::size_t colon = text.find(':');
  UserInfo info{percent_decoded(text.substr(0, colon)), {}};
  if (colon != std::string_view::npos) info.password = percent_decoded(text.substr(colon + 1));
  url.user_info = std::move(info);
  return {};
}

std::string parse_port(std::string_view text, Url& url) {
  url.port = url.is_secure ? kSecurePort : kPort;
  if (text.empty()) return {};
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0)
    return "the port is " + base::escape_for_log(text, 20) + ", it must be 1 to 65535";
  url.port = port;
  return {};
}

std::string parse_name(std::string_view name, Url& url) {
  if (name.empty()) return "the host is missing";
  for (const char c : name) {
    if (is_alnum(c) || is_one_of(c, "-._")) continue;
    if (static_cast<unsigned char>(c) >= 0x80)
      return "the host holds letters beyond ASCII, write its xn-- form";
    return "the host holds " + quoted(c);
  }
  if (name.size() > 253) return "the host is longer than 253 characters";
  const bool is_dotted = name.find_first_not_of("0123456789.") == std::string_view::npos;
  if (is_dotted && !is_ipv4(name)) return "the host looks like an IPv4 address but is none";
  url.host = lower(name);
  return {};
}

std::string parse_host_and_port(std::string_view text, Url& url) {
  if (!text.empty() && text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return "the IPv6 address has no closing ']'";
    const std::string_view address = text.substr(1, end - 1);
    if (!is_ipv6(address)) return "what stands in brackets is no IPv6 address";
    url.host = lower(address);
    text.remove_prefix(end + 1);
    if (text.empty()) return parse_port({}, url);
    if (text.front() != ':') return "after the IPv6 address comes " + quoted(text.front());
    return parse_port(text.substr(1), url);
  }
  const std::size_t colon = text.find(':');
  if (std::string fault = parse_name(text.substr(0, colon), url); !fault.empty()) return fault;
  return parse_port(colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1),
                    url);
}

std::string parse_target(std::string_view text, Url& url) {
  std::string others{kSubDelims};
  others += ":@/?";
  if (text.find('#') != std::string_view::npos)
    return "a WebSocket URL has no fragment, drop what follows '#' or write %23";
  if (std::string fault = fault_of_characters(text, others, "the path or query"); !fault.empty())
    return fault;
  url.target = text;
  if (text.empty() || text.front() != '/') url.target.insert(0, 1, '/');
  return {};
}

std::string parse_parts(std::string_view text, Url& url) {
  if (text.empty()) return "it is empty";
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return "it does not begin with ws:// or wss://";
  if (std::string fault = parse_scheme(text.substr(0, colon), url); !fault.empty()) return fault;
  text.remove_prefix(colon + 3);

  const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
  std::string_view authority = text.substr(0, end);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    if (std::string fault = parse_user_info(authority.substr(0, at), url); !fault.empty())
      return fault;
    authority.remove_prefix(at + 1);
  }
  if (std::string fault = parse_host_and_port(authority, url); !fault.empty()) return fault;
  return parse_target(text.substr(end), url);
}

/// `text` for an error message: without what may be a password.
std::string without_user_info(std::string_view text) {
  const std::size_t scheme = text.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(text.find_first_of("/?#", begin), text.size());
  const std::size_t at = text.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < begin) return std::string{text};
  return std::string{text.substr(0, begin)} + "***" + std::string{text.substr(at)};
}

std::string bracketed_host(const Url& url) {
  return url.host.find(':') == std::string::npos ? url.host : '[' + url.host + ']';
}

}  // namespace

base::Result<Url, UrlError> parse_url(std::string_view text) {
  Url url;
  const std::string fault = parse_parts(text, url);
  if (fault.empty()) return url;
  return base::Failure{
      UrlError{"URL \"" + base::escape_for_log(without_user_info(text)) + "\": " + fault}};
}

std::string host_header(const Url& url) {
  const bool is_default = url.port == (url.is_secure ? kSecurePort : kPort);
  return is_default ? bracketed_host(url) : bracketed_host(url) + ':' + std::to_string(url.port);
}

std::string display(const Url& url) {
  return (url.is_secure ? "wss://" : "ws://") + host_header(url) + url.target;
}

}  // namespace heartwire::ws
