#include "heartwire/ws/url.hpp"

#include "heartwire/base/escape.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::ws {
namespace {

constexpr std::uint16_t kPort = 80;
constexpr std::uint16_t kSecurePort = 443;

/// Each parse_ takes its part and returns what is wrong with it, or nothing.
std::string parse_scheme(std::string_view scheme, Url& url) {
  const std::string name = lower_case(scheme);
  if (name == "ws" || name == "wss") {
    url.is_secure = name == "wss";
    return {};
  }
  if (name == "http") return "the scheme is http, write ws://";
  if (name == "https") return "the scheme is https, write wss://";
  return "the scheme is " + base::escape_for_log(scheme, 20) + ", only ws and wss are known";
}

std::string parse_target(std::string_view text, Url& url) {
  std::string others{kUrlSubDelims};
  others += ":@/?";
  if (text.find('#') != std::string_view::npos)
    return "a WebSocket URL has no fragment, drop what follows '#' or write %23";
  if (std::string fault = fault_of_url_characters(text, others, "the path or query");
      !fault.empty())
    return fault;
  url.target = text;
  if (text.empty() || text.front() != '/') url.target.insert(0, 1, '/');
  return {};
}

std::string parse_parts(std::string_view text, Url& url) {
  if (text.empty()) return "it is empty";
  const auto scheme = scheme_of(text);
  if (!scheme) return "it does not begin with ws:// or wss://";
  if (std::string fault = parse_scheme(*scheme, url); !fault.empty()) return fault;
  text.remove_prefix(scheme->size() + 3);

  const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
  auto authority = parse_authority(text.substr(0, end));
  if (!authority) return authority.error();
  url.host = std::move(authority->host);
  url.port = authority->port.value_or(url.is_secure ? kSecurePort : kPort);
  url.user_info = std::move(authority->user_info);
  return parse_target(text.substr(end), url);
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
  const std::string host = bracketed_host(url.host);
  return is_default ? host : host + ':' + std::to_string(url.port);
}

std::string display(const Url& url) {
  return (url.is_secure ? "wss://" : "ws://") + host_header(url) + url.target;
}

}  // namespace heartwire::ws
