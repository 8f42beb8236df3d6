#include "heartwire/ws/authority.hpp"

#include "heartwire/base/escape.hpp"
#include "heartwire/base/ip_address.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace heartwire::ws {
namespace {

bool is_alnum(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
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
std::string parse_user_info(std::string_view text, Authority& authority) {
  std::string others{kUrlSubDelims};
  others += ':';
  if (std::string fault = fault_of_url_characters(text, others, "the user"); !fault.empty())
    return fault;
  const std::size_t colon = text.find(':');
  UserInfo info{percent_decoded(text.substr(0, colon)), {}};
  if (colon != std::string_view::npos) info.password = percent_decoded(text.substr(colon + 1));
  authority.user_info = std::move(info);
  return {};
}

std::string parse_port(std::string_view text, Authority& authority) {
  if (text.empty()) return {};
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0)
    return "the port is " + base::escape_for_log(text, 20) + ", it must be 1 to 65535";
  authority.port = port;
  return {};
}

std::string parse_name(std::string_view name, Authority& authority) {
  if (name.empty()) return "the host is missing";
  for (const char c : name) {
    if (is_alnum(c) || is_one_of(c, "-._")) continue;
    if (static_cast<unsigned char>(c) >= 0x80)
      return "the host holds letters beyond ASCII, write its xn-- form";
    return "the host holds " + quoted(c);
  }
  if (name.size() > 253) return "the host is longer than 253 characters";
  const bool is_dotted = name.find_first_not_of("0123456789.") == std::string_view::npos;
  if (is_dotted && !base::parse_ip(name)) return "the host looks like an IPv4 address but is none";
  authority.host = lower_case(name);
  return {};
}

std::string parse_host_and_port(std::string_view text, Authority& authority) {
  if (!text.empty() && text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return "the IPv6 address has no closing ']'";
    const std::string_view address = text.substr(1, end - 1);
    const auto parsed = base::parse_ip(address);
    if (!parsed || !parsed->is_v6) return "what stands in brackets is no IPv6 address";
    authority.host = lower_case(address);
    text.remove_prefix(end + 1);
    if (text.empty()) return {};
    if (text.front() != ':') return "after the IPv6 address comes " + quoted(text.front());
    return parse_port(text.substr(1), authority);
  }
  const std::size_t colon = text.find(':');
  if (std::string fault = parse_name(text.substr(0, colon), authority); !fault.empty())
    return fault;
  return parse_port(colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1),
                    authority);
}

}  // namespace

base::Result<Authority, std::string> parse_authority(std::string_view text) {
  Authority authority;
  std::string fault;
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    fault = parse_user_info(text.substr(0, at), authority);
    text.remove_prefix(at + 1);
  }
  if (fault.empty()) fault = parse_host_and_port(text, authority);
  if (!fault.empty()) return base::Failure{std::move(fault)};
  return authority;
}

std::string fault_of_url_characters(std::string_view text, std::string_view others,
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

std::optional<std::string_view> scheme_of(std::string_view text) noexcept {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || end == 0 || is_digit(text.front())) return std::nullopt;
  const std::string_view scheme = text.substr(0, end);
  const bool is_scheme = std::all_of(scheme.begin(), scheme.end(),
                                     [](char c) { return is_alnum(c) || is_one_of(c, "+-."); });
  return is_scheme ? std::optional{scheme} : std::nullopt;
}

std::string without_user_info(std::string_view text) {
  const auto scheme = scheme_of(text);
  const std::size_t begin = scheme ? scheme->size() + 3 : 0;
  // Without a scheme nobody can tell where the authority ends.
  const std::size_t end =
      scheme ? std::min(text.find_first_of("/?#", begin), text.size()) : text.size();
  const std::size_t at = text.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < begin) return std::string{text};
  return std::string{text.substr(0, begin)} + "***" + std::string{text.substr(at)};
}

std::string bracketed_host(std::string_view host) {
  const std::string text{host};
  return host.find(':') == std::string_view::npos ? text : '[' + text + ']';
}

std::string lower_case(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}

}  // namespace heartwire::ws
