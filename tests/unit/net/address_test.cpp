#include "heartwire/net/address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/socket.h>

namespace heartwire::net {
namespace {

Address parsed(std::string_view host, std::uint16_t port = 1) {
  return Address::parse(host, port).value();
}

TEST(Address, reads_and_writes_both_families) {
  EXPECT_EQ(to_string(parsed("192.0.2.7", 80)), "192.0.2.7:80");
  EXPECT_EQ(to_string(parsed("::1", 443)), "[::1]:443");
  EXPECT_EQ(to_string(parsed("[2001:db8::5]", 443)), "[2001:db8::5]:443");
  EXPECT_EQ(parsed("fe80::1%7").scope_id, 7U);
  EXPECT_EQ(parsed("fe80::1%7").host(), "fe80::1%7");
}

TEST(Address, takes_no_name_for_an_address) {
  for (const char* const name : {"", "localhost", "1.2.3", "256.1.1.1", "[1.2.3.4]", "::1%",
                                 ":::", "1.2.3.4%1", "[::1", "fe80::1%no-such-interface"})
    EXPECT_FALSE(Address::parse(name, 1)) << name;
}

TEST(Address, survives_the_way_through_the_system_s_form) {
  for (const char* const host : {"127.0.0.1", "2001:db8::5", "fe80::1%7"}) {
    sockaddr_storage native{};
    EXPECT_GT(parsed(host, 8080).to_native(native), 0U);

    EXPECT_EQ(Address::from_native(reinterpret_cast<sockaddr&>(native)), parsed(host, 8080));
  }
}

TEST(Address, understands_an_ipv4_address_in_ipv6_clothes) {
  sockaddr_storage native{};
  parsed("::ffff:192.0.2.7", 80).to_native(native);

  EXPECT_EQ(Address::from_native(reinterpret_cast<sockaddr&>(native)), parsed("192.0.2.7", 80));
}

TEST(Address, of_another_kind_of_socket_is_none) {
  sockaddr_storage native{};
  native.ss_family = AF_UNIX;

  EXPECT_FALSE(Address::from_native(reinterpret_cast<sockaddr&>(native)));
}

TEST(Address, brackets_only_what_needs_them) {
  EXPECT_EQ(host_and_port("example.org", 80), "example.org:80");
  EXPECT_EQ(host_and_port("::1", 80), "[::1]:80");
  EXPECT_EQ(host_and_port("[::1]", 80), "[::1]:80");
  EXPECT_EQ(host_and_port("", 80), ":80");
}

TEST(Address, families_take_turns_beginning_with_the_favourite) {
  const Address a6 = parsed("::1"), b6 = parsed("::2"), c6 = parsed("::3");
  const Address a4 = parsed("127.0.0.1"), b4 = parsed("127.0.0.2");

  EXPECT_THAT(interleave_families({a6, b6, c6, a4}), ::testing::ElementsAre(a6, a4, b6, c6));
  EXPECT_THAT(interleave_families({a4, b4, a6}), ::testing::ElementsAre(a4, a6, b4));
  EXPECT_THAT(interleave_families({a4, b4}), ::testing::ElementsAre(a4, b4));
  EXPECT_TRUE(interleave_families({}).empty());
}

}  // namespace
}  // namespace heartwire::net
