#include "heartwire/ws/ip_literal.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace heartwire::ws
