#include "heartwire/ws/proxy_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace heartwire::ws {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string fault(std::string_view text) {
  const auto parsed = parse_proxy_url(text);
  return parsed ? "none" : parsed.error().text;
}

TEST(ProxyUrl, is_taken_apart) {
  using Scheme = ProxyScheme;
  EXPECT_EQ(*parse_proxy_url("http://Proxy:3128"), (ProxyUrl{Scheme::http, "proxy", 3128, {}}));
  EXPECT_EQ(*parse_proxy_url("HTTP://proxy/"), (ProxyUrl{Scheme::http, "proxy", 80, {}}));
  EXPECT_EQ(*parse_proxy_url("proxy:3128"), (ProxyUrl{Scheme::http, "proxy", 3128, {}}));
  EXPECT_EQ(*parse_proxy_url("u:p@proxy"),
            (ProxyUrl{Scheme::http, "proxy", 80, UserInfo{"u", "p"}}));
  EXPECT_EQ(*parse_proxy_url("socks5://10.0.0.1"),
            (ProxyUrl{Scheme::socks5, "10.0.0.1", 1080, {}}));
  EXPECT_EQ(*parse_proxy_url("socks5h://me:p%40ss%2F@[::1]:9050"),
            (ProxyUrl{Scheme::socks5h, "::1", 9050, UserInfo{"me", "p@ss/"}}));
}

TEST(ProxyUrl, is_shown_without_user_and_password) {
  const auto proxy = parse_proxy_url("socks5h://me:secret@[::1]:9050");

  EXPECT_EQ(display(*proxy), "socks5h://[::1]:9050");
  EXPECT_EQ(host_and_port(*proxy), "[::1]:9050");
}

TEST(ProxyUrl, says_what_is_wrong) {
  EXPECT_EQ(fault(""), "proxy \"\": it is empty");
  EXPECT_EQ(
      fault("https://proxy"),
      "proxy \"https://proxy\": the scheme is https, only http, socks5 and socks5h are known");
  EXPECT_THAT(fault("socks4://proxy"), HasSubstr("the scheme is socks4, only"));
  EXPECT_THAT(fault("http://"), HasSubstr("the host is missing"));
  EXPECT_THAT(fault("http://proxy:0"), HasSubstr("the port is 0, it must be 1 to 65535"));
  EXPECT_THAT(fault("http://proxy/path"), HasSubstr("a proxy has no path"));
  EXPECT_THAT(fault("http://proxy?x"), HasSubstr("a proxy has no path"));
  EXPECT_THAT(fault("http://pro\nxy"), HasSubstr("\"http://pro\\nxy\": the host holds '\\n'"));
}

TEST(ProxyUrl, refuses_credentials_that_cannot_be_carried) {
  EXPECT_THAT(fault("http://a%3Ab:c@proxy"), HasSubstr("the user holds ':'"));
  EXPECT_EQ(fault("socks5://a%3Ab:c@proxy"), "none");
  EXPECT_THAT(fault("http://a%0D:c@proxy"), HasSubstr("control character"));
  EXPECT_THAT(fault("http://a:%7F@proxy"), HasSubstr("control character"));
  EXPECT_THAT(fault("socks5://:c@proxy"), HasSubstr("the user is empty"));
  EXPECT_EQ(fault("socks5://" + std::string(255, 'u') + ":" + std::string(255, 'p') + "@h"),
            "none");
  EXPECT_THAT(fault("socks5://" + std::string(256, 'u') + "@h"), HasSubstr("longer than 255"));
  EXPECT_THAT(fault("socks5://u:" + std::string(256, 'p') + "@h"), HasSubstr("longer than 255"));
}

TEST(ProxyUrl, never_shows_a_password_however_wrong_the_url) {
  for (const char* text : {"http://me:secret@proxy:0", "me:secret@", "http://me:sec/secret@proxy",
                           "http://me:12/secret@proxy", "http://me:?secret@proxy",
                           "me:#secret@proxy", "x://me:secret@h", "http://me:secret@a@proxy",
                           "me:secret@http://proxy", "me:secret://@proxy"}) {
    EXPECT_THAT(fault(text), Not(HasSubstr("secret"))) << text;
    EXPECT_NE(fault(text), "none") << text;
  }
}

}  // namespace
}  // namespace heartwire::ws
