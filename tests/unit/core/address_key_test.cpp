#include "heartwire/core/address_key.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace heartwire::core {
namespace {

using Family = AddressKey::Family;

TEST(AddressKey, of_an_ipv4_address_is_all_of_it) {
  EXPECT_EQ(address_key("192.0.2.1"), (AddressKey{0xc0000201, Family::ipv4}));
  EXPECT_EQ(address_key("0.0.0.0"), (AddressKey{0, Family::ipv4}));
  EXPECT_EQ(address_key("255.255.255.255"), (AddressKey{0xffffffff, Family::ipv4}));
  EXPECT_NE(address_key("192.0.2.1"), address_key("192.0.2.2"));
}

TEST(AddressKey, of_an_ipv6_address_is_its_64_bit_prefix) {
  EXPECT_EQ(address_key("2001:db8:1:2:3:4:5:6"), (AddressKey{0x2001'0db8'0001'0002, Family::ipv6}));
  EXPECT_EQ(address_key("2001:db8:1:2::"), address_key("2001:DB8:1:2:ffff:ffff:ffff:ffff"));
  EXPECT_NE(address_key("2001:db8:1:2::1"), address_key("2001:db8:1:3::1"));
  EXPECT_EQ(address_key("2001::7:3:4:5:6"), (AddressKey{0x2001'0000'0000'0007, Family::ipv6}));
  EXPECT_EQ(address_key("1::8"), (AddressKey{0x0001'0000'0000'0000, Family::ipv6}));
  EXPECT_EQ(address_key("::"), (AddressKey{0, Family::ipv6}));
}

TEST(AddressKey, keeps_the_families_apart) {
  EXPECT_NE(address_key("0.0.0.0"), address_key("::"));
}

TEST(AddressKey, of_a_mapped_ipv4_address_is_the_ipv4_address) {
  EXPECT_EQ(address_key("::ffff:192.0.2.1"), address_key("192.0.2.1"));
  EXPECT_EQ(address_key("::ffff:c000:201"), address_key("192.0.2.1"));
  EXPECT_EQ(address_key("0:0:0:0:0:FFFF:192.0.2.1"), address_key("192.0.2.1"));
  EXPECT_EQ(address_key("2001:db8::ffff:c000:201"), address_key("2001:db8::1"));
  EXPECT_EQ(address_key("64:ff9b::192.0.2.1"), address_key("64:ff9b::1"));
}

TEST(AddressKey, ignores_the_zone) {
  EXPECT_EQ(address_key("fe80::1%eth0"), address_key("fe80::1"));
}

TEST(AddressKey, refuses_what_is_no_numeric_address) {
  for (const char* text : {"",
                           " ",
                           "localhost",
                           "1.2.3",
                           "1.2.3.4.5",
                           "1.2.3.4 ",
                           "1.2.3.",
                           ".1.2.3",
                           "1..2.3",
                           "256.1.1.1",
                           "01.2.3.4",
                           "1.2.3.0x4",
                           "+1.2.3.4",
                           "-1.2.3.4",
                           "1.2.3.4%eth0",
                           "[::1]",
                           ":",
                           ":::",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7:",
                           ":1:2:3:4:5:6:7",
                           "1::2::3",
                           "1:2:3:4::5:6:7:8",
                           "12345::",
                           "g::",
                           "::1:",
                           ":1::",
                           "::+1",
                           "::1.2.3",
                           "::1.2.3.4:5",
                           "1.2.3.4::",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "%eth0",
                           "::1 "}) {
    EXPECT_EQ(address_key(text), std::nullopt) << '"' << text << '"';
  }
}

RC_GTEST_PROP(AddressKeyProperty, bears_any_text, (const std::string& text)) {
  address_key(text);
  address_key("::" + text);
}

RC_GTEST_PROP(AddressKeyProperty, reads_what_is_written_with_or_without_a_gap, ()) {
  const auto prefix =
      *rc::gen::container<std::vector<std::uint16_t>>(4, rc::gen::arbitrary<std::uint16_t>());
  std::string written;
  std::uint64_t expected = 0;
  for (const std::uint16_t group : prefix) {
    char digits[8];
    std::snprintf(digits, sizeof digits, "%x:", static_cast<unsigned>(group));
    written += digits;
    expected = expected << 16 | group;
  }

  RC_ASSERT(address_key(written + "1:2:3:4") == (AddressKey{expected, Family::ipv6}));
  RC_ASSERT(address_key(written + ":4") == (AddressKey{expected, Family::ipv6}));
}

}  // namespace
}  // namespace heartwire::core
