// What a URL makes of its authority is in url_test.cpp, where every fault has its row.
#include "heartwire/ws/authority.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::ws {
namespace {

std::string fault(std::string_view text) {
  const auto parsed = parse_authority(text);
  return parsed ? "none" : parsed.error();
}

TEST(Authority, is_taken_apart) {
  EXPECT_EQ(*parse_authority("Example.ORG"), (Authority{"example.org", {}, {}}));
  EXPECT_EQ(*parse_authority("example.org:8080"), (Authority{"example.org", 8080, {}}));
  EXPECT_EQ(*parse_authority("[::1]:8080"), (Authority{"::1", 8080, {}}));
  EXPECT_EQ(*parse_authority("us%40er:p%3Aw:@h"), (Authority{"h", {}, UserInfo{"us@er", "p:w:"}}));
}

TEST(Authority, an_empty_port_is_none) {
  EXPECT_EQ(*parse_authority("host:"), (Authority{"host", {}, {}}));
  EXPECT_EQ(*parse_authority("[::1]:"), (Authority{"::1", {}, {}}));
}

TEST(Authority, says_what_is_wrong_and_no_password) {
  EXPECT_EQ(fault(""), "the host is missing");
  EXPECT_EQ(fault("user:secret@"), "the host is missing");
  EXPECT_EQ(fault("user:secret@h:99999"), "the port is 99999, it must be 1 to 65535");
  EXPECT_EQ(fault("[::1"), "the IPv6 address has no closing ']'");
}

TEST(Authority, a_scheme_is_one_only_by_its_letters) {
  EXPECT_EQ(scheme_of("a+b-c.1://h"), "a+b-c.1");
  for (const char* text : {"h", "://h", "1a://h", "u:p://h", "u@h://"})
    EXPECT_EQ(scheme_of(text), std::nullopt) << text;
}

TEST(Authority, a_url_is_shown_without_its_user) {
  EXPECT_EQ(without_user_info("ws://u:p@h/x@y"), "ws://***@h/x@y");
  EXPECT_EQ(without_user_info("ws://h/x@y"), "ws://h/x@y");
  EXPECT_EQ(without_user_info("u:p@h"), "***@h");
  EXPECT_EQ(without_user_info("u:p@ws://h"), "***@ws://h");
  EXPECT_EQ(without_user_info("u:p://q@h"), "***@h");
}

TEST(Authority, an_ipv6_address_is_put_into_brackets) {
  EXPECT_EQ(bracketed_host("::1"), "[::1]");
  EXPECT_EQ(bracketed_host("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(bracketed_host("host"), "host");
}

}  // namespace
}  // namespace heartwire::ws
