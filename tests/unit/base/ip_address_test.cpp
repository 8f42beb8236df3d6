#include "heartwire/base/ip_address.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace heartwire::base {
namespace {

std::string octets(std::string_view text) {
  const auto address = parse_ip(text);
  if (!address) return "none";
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t octet : address->bytes()) out += {kHex[octet >> 4], kHex[octet & 0xF]};
  return out;
}

TEST(IpAddress, gives_the_octets_of_an_address) {
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

TEST(IpAddress, gives_nothing_for_what_is_no_address) {
  for (const std::string text :
       {"", "localhost", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1..2.3", "1.2.3.",
        "1.2.3.4 ", "a.b.c.d", "1.2.3.-4", "0x1.2.3.4"})
    EXPECT_EQ(octets(text), "none") << text;
  for (const std::string text :
       {":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::", "12345::", "g::", "::1:", ":1::2", "1.2.3.4::", "::1.2.3",
        "1:2:3:4:5:6:7:1.2.3.4", "[::1]", "fe80::1%eth0", "1:2:3:4::5:6:7:8:"})
    EXPECT_EQ(octets(text), "none") << text;
}

TEST(IpAddress, is_as_long_as_its_text) {
  EXPECT_EQ(octets({"1.2.3.4\0", 8}), "none");
  EXPECT_EQ(octets({"::1\0::2", 7}), "none");
  EXPECT_EQ(octets("0000:0000:0000:0000:0000:ffff:255.255.255.255"),
            "00000000000000000000ffffffffffff");
  EXPECT_EQ(octets("00000:0000:0000:0000:0000:ffff:255.255.255.255"), "none");
}

}  // namespace
}  // namespace heartwire::base
