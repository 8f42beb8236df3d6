// IP addresses as URLs write them, against the system's inet_pton(): the same texts are addresses,
// and of the same octets.

#include "fuzz/input.hpp"
#include "heartwire/ws/ip_literal.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

namespace heartwire::fuzz {
namespace {

void check(int family, const std::string& text, bool is_ours) {
  std::array<std::uint8_t, 16> octets{};
  const bool is_theirs = inet_pton(family, text.c_str(), octets.data()) == 1;
  HW_CHECK(is_ours == is_theirs);
  if (!is_ours) return;

  const auto address = ws::parse_ip(text);
  HW_CHECK(address && address->is_v6 == (family == AF_INET6));
  const auto bytes = address->bytes();
  HW_CHECK(std::equal(bytes.begin(), bytes.end(), octets.begin()));
}

void run(Input input) {
  const std::string text{input.rest_text()};
  if (text.find('\0') != std::string::npos) return;  // inet_pton() would not see what follows.

  check(AF_INET, text, ws::is_ipv4(text));
  check(AF_INET6, text, ws::is_ipv6(text));
  HW_CHECK(ws::parse_ip(text).has_value() == (ws::is_ipv4(text) || ws::is_ipv6(text)));
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
