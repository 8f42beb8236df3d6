#include "heartwire/ws/ip_literal.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace heartwire::ws {
namespace {

TEST(IpLiteral, knows_ipv4) {
  for (const char* text : {"0.0.0.0", "127.0.0.1", "255.255.255.255"}) EXPECT_TRUE(is_ipv4(text));
  for (const char* text : {"", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1..2.3",
                           "1.2.3.", "1.2.3.4 ", "a.b.c.d", "1.2.3.-4"})
    EXPECT_FALSE(is_ipv4(text)) << text;
}

TEST(IpLiteral, knows_ipv6) {
  for (const char* text : {"::", "::1", "1::", "2001:db8::1", "1:2:3:4:5:6:7:8", "1::3:4:5:6:7:8",
                           "::ffff:192.0.2.1", "1:2:3:4:5:6:192.0.2.1", "fe80::ABCD"})
    EXPECT_TRUE(is_ipv6(text)) << text;
  for (const char* text : {"", ":", "1", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7:8::", "12345::", "g::", "::1:", ":1::2", "1.2.3.4::",
                           "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0", "1:2:3:4::5:6:7:8:"})
    EXPECT_FALSE(is_ipv6(text)) << text;
}

std::string octets(std::string_view text) {
  const auto address = parse_ip(text);
  if (!address) return "none";
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t octet : address->bytes()) out += {kHex[octet >> 4], kHex[octet & 0xF]};
  return out;
}

TEST(IpLiteral, gives_the_octets_of_an_address) {
  EXPECT_EQ(octets("192.0.2.1"), "c0000201");
  EXPECT_EQ(octets("255.255.255.255"), "ffffffff");
  EXPECT_EQ(octets("::"), "00000000000000000000000000000000");
  EXPECT_EQ(octets("::1"), "00000000000000000000000000000001");
  EXPECT_EQ(octets("1::"), "00010000000000000000000000000000");
  EXPECT_EQ(octets("2001:DB8::aB"), "20010db80000000000000000000000ab");
  EXPECT_EQ(octets("1:2:3:4:5:6:7:8"), "00010002000300040005000600070008");
  EXPECT_EQ(octets("1:2:3:4:5:6:192.0.2.1"), "000100020003000400050006c0000201");
  EXPECT_EQ(octets("::ffff:192.0.2.1"), "00000000000000000000ffffc0000201");
}

TEST(IpLiteral, gives_nothing_for_a_name) {
  for (const char* text : {"", "localhost", "1.2.3", "[::1]", "fe80::1%eth0"})
    EXPECT_EQ(octets(text), "none") << text;
}

}  // namespace
}  // namespace heartwire::ws
