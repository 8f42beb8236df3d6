#include "heartwire/ws/url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace heartwire::ws {
namespace {

using testing::HasSubstr;
using testing::Not;

Url url(bool is_secure, std::string host, std::uint16_t port, std::string target) {
  return {is_secure, std::move(host), port, std::move(target), std::nullopt};
}

struct Row {
  const char* text;
  Url url;
  const char* host_header;
};

const Row kRows[] = {
    {"ws://example.com", url(false, "example.com", 80, "/"), "example.com"},
    {"wss://example.com", url(true, "example.com", 443, "/"), "example.com"},
    {"WSS://Example.COM:8443/A?b=C", url(true, "example.com", 8443, "/A?b=C"), "example.com:8443"},
    {"ws://host:80/", url(false, "host", 80, "/"), "host"},
    {"ws://host:443", url(false, "host", 443, "/"), "host:443"},
    {"ws://host:", url(false, "host", 80, "/"), "host"},
    {"ws://host?x=1", url(false, "host", 80, "/?x=1"), "host"},
    {"ws://10.0.0.1:9000/p", url(false, "10.0.0.1", 9000, "/p"), "10.0.0.1:9000"},
    {"ws://[::1]:9000/p", url(false, "::1", 9000, "/p"), "[::1]:9000"},
    {"wss://[2001:DB8::1]", url(true, "2001:db8::1", 443, "/"), "[2001:db8::1]"},
    {"ws://my_host.local/", url(false, "my_host.local", 80, "/"), "my_host.local"},
    {"ws://h/a%20b;c=d/e:f@g?h=i/j?k&l=%E2%82%AC",
     url(false, "h", 80, "/a%20b;c=d/e:f@g?h=i/j?k&l=%E2%82%AC"), "h"},
};

TEST(Url, takes_what_is_valid_apart) {
  for (const Row& row : kRows) {
    const auto parsed = parse_url(row.text);
    ASSERT_TRUE(parsed) << parsed.error().text;
    EXPECT_EQ(*parsed, row.url) << row.text;
    EXPECT_EQ(host_header(*parsed), row.host_header) << row.text;
  }
}

TEST(Url, decodes_user_and_password_and_does_not_show_them) {
  const auto parsed = parse_url("wss://us%40er:p:w@host/x");

  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->user_info, (UserInfo{"us@er", "p:w"}));
  EXPECT_EQ(display(*parsed), "wss://host/x");
  EXPECT_EQ(parse_url("ws://me@host")->user_info, (UserInfo{"me", ""}));
}

struct BadRow {
  const char* text;
  const char* told;
};

constexpr BadRow kFaults[] = {
    {"", "it is empty"},
    {"example.com", "does not begin with ws:// or wss://"},
    {"ws:/example.com", "does not begin with ws:// or wss://"},
    {"http://example.com", "write ws://"},
    {"https://example.com", "write wss://"},
    {"ftp://example.com", "the scheme is ftp, only ws and wss"},
    {"://host", "does not begin with ws:// or wss://"},
    {"ws://", "the host is missing"},
    {"ws:///path", "the host is missing"},
    {"ws://:80", "the host is missing"},
    {"ws://user@/", "the host is missing"},
    {"ws://ho st/", "the host holds a space"},
    {"ws://ho\tst/", "the host holds '\\t'"},
    {"ws://b\xc3\xbc"
     "cher.example/",
     "write its xn-- form"},
    {"ws://h%6Fst/", "the host holds '%'"},
    {"ws://1.2.3.256/", "looks like an IPv4 address but is none"},
    {"ws://[::1/", "no closing ']'"},
    {"ws://[::g]/", "no IPv6 address"},
    {"ws://[::1]x/", "after the IPv6 address comes 'x'"},
    {"ws://::1/", "the host is missing"},
    {"ws://host:0/", "the port is 0, it must be 1 to 65535"},
    {"ws://host:65536/", "the port is 65536"},
    {"ws://host:+80/", "the port is +80"},
    {"ws://host:80a/", "the port is 80a"},
    {"ws://host:1:2/", "the port is 1:2"},
    {"ws://host/#part", "no fragment"},
    {"ws://host#part", "no fragment"},
    {"ws://host/a b", "holds a space, write %20"},
    {"ws://host/a\r\nX: y", "holds '\\r', write %0D"},
    {"ws://host/\xe2\x82\xac", "holds '\\xe2', write %E2"},
    {"ws://host/{id}", "holds '{', write %7B"},
    {"ws://host/100%", "without two hexadecimal digits"},
    {"ws://host/%2", "without two hexadecimal digits"},
    {"ws://a@b@host/", "the user holds '@'"},
    {"ws://host/%2x", "without two hexadecimal digits"},
    {"ws://us%zzer@host/", "the user holds '%'"},
};

TEST(Url, names_the_fault_of_what_is_not) {
  for (const BadRow& row : kFaults) {
    const auto parsed = parse_url(row.text);
    ASSERT_FALSE(parsed.is_ok()) << row.text;
    EXPECT_THAT(parsed.error().text, HasSubstr(row.told)) << row.text;
    EXPECT_THAT(parsed.error().text, HasSubstr("URL \"")) << row.text;
  }
}

TEST(Url, an_error_shows_the_url_escaped_and_without_the_password) {
  const auto parsed = parse_url("ws://user:secret@host/\x1b[2J");

  EXPECT_THAT(parsed.error().text, HasSubstr("URL \"ws://***@host/\\x1b[2J\""));
  EXPECT_THAT(parsed.error().text, Not(HasSubstr("secret")));
  for (const char* text : {"user:secret@ws://host", "user:secret://@host", "user:secret@host"})
    EXPECT_THAT(parse_url(text).error().text, Not(HasSubstr("secret"))) << text;
}

TEST(Url, a_name_too_long_for_dns_is_refused) {
  const auto parsed = parse_url("ws://" + std::string(254, 'a'));

  EXPECT_THAT(parsed.error().text, HasSubstr("253"));
}

}  // namespace
}  // namespace heartwire::ws
