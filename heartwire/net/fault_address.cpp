#include "heartwire/net/fault_address.hpp"

#include <charconv>
#include <optional>
#include <system_error>

namespace heartwire::net {
namespace {

using Parsed = base::Result<FaultAddress, std::string>;

Parsed refuse(std::string_view text, std::string_view why) {
  return base::Failure{"bad address \"" + std::string{text} + "\": " + std::string{why}};
}

std::optional<std::uint16_t> parse_port(std::string_view digits) {
  std::uint16_t port = 0;
  const char* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, port);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return port;
}

}  // namespace

Parsed parse_fault_address(std::string_view text) {
  std::string_view host = "127.0.0.1";
  std::string_view digits = text;
  if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    digits = text.substr(colon + 1);
    const bool has_brackets = host.starts_with('[') && host.ends_with(']');
    if (has_brackets) host = host.substr(1, host.size() - 2);
    if (!has_brackets && host.find(':') != std::string_view::npos)
      return refuse(text, "an IPv6 address needs brackets, as in [::1]:9000");
  }
  if (host.empty()) return refuse(text, "no host before the colon");
  const std::optional<std::uint16_t> port = parse_port(digits);
  if (!port) return refuse(text, "expected host:port with a port from 0 to 65535");
  return FaultAddress{std::string{host}, *port};
}

std::string to_string(const FaultAddress& address) {
  const bool is_v6 = address.host.find(':') != std::string::npos;
  const std::string host = is_v6 ? "[" + address.host + "]" : address.host;
  return host + ":" + std::to_string(address.port);
}

}  // namespace heartwire::net
