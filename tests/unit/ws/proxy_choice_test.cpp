#include "heartwire/ws/proxy_choice.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::ws {
namespace {

/// The proxy for `url`, `directly`, or what is wrong.
std::string choice(const ProxyEnvironment& environment, std::string_view url) {
  const auto proxy = choose_proxy(environment, *parse_url(url));
  if (!proxy) return proxy.error();
  return *proxy ? display(**proxy) : "directly";
}

const ProxyEnvironment kAll{{"HTTPS_PROXY", "http://secure:1"},
                            {"http_proxy", "http://plain:2"},
                            {"ALL_PROXY", "socks5h://all:3"},
                            ""};

TEST(ProxyChoice, goes_by_the_scheme_of_the_target) {
  EXPECT_EQ(choice(kAll, "wss://example.org"), "http://secure:1");
  EXPECT_EQ(choice(kAll, "ws://example.org"), "http://plain:2");
}

TEST(ProxyChoice, falls_back_to_the_one_for_all) {
  ProxyEnvironment environment = kAll;
  environment.secure = environment.plain = {};

  EXPECT_EQ(choice(environment, "wss://example.org"), "socks5h://all:3");
  EXPECT_EQ(choice(environment, "ws://example.org"), "socks5h://all:3");
}

TEST(ProxyChoice, without_any_variable_goes_directly) {
  EXPECT_EQ(choice({}, "wss://example.org"), "directly");
}

TEST(ProxyChoice, leaves_out_who_is_exempt_by_host_and_port) {
  ProxyEnvironment environment = kAll;
  environment.exempt = "example.org:443, ::1";

  EXPECT_EQ(choice(environment, "wss://feed.example.org"), "directly");
  EXPECT_EQ(choice(environment, "ws://feed.example.org"), "http://plain:2") << "port 80";
  EXPECT_EQ(choice(environment, "ws://[::1]"), "directly");
}

TEST(ProxyChoice, names_the_variable_that_is_no_proxy_and_no_password) {
  const ProxyEnvironment environment{{"HTTPS_PROXY", "ftp://me:secret@proxy"}, {}, {}, "exempt"};

  EXPECT_EQ(choice(environment, "wss://example.org"),
            "HTTPS_PROXY in the environment: proxy \"ftp://***@proxy\": the scheme is ftp, only "
            "http, socks5 and socks5h are known");
  EXPECT_EQ(choice(environment, "wss://exempt"), "directly") << "nobody asks it";
}

}  // namespace
}  // namespace heartwire::ws
