#include "heartwire/net/proxy_policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace heartwire::net {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using Variables = std::map<std::string, std::string>;

EnvironmentReader reader(const Variables& variables) {
  return [&variables](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

std::string choice(std::string_view option, const Variables& variables, std::string_view url) {
  const auto policy = ProxyPolicy::parse(option, reader(variables));
  if (!policy) return policy.error();
  const auto proxy = policy->choose(*ws::parse_url(url));
  if (!proxy) return proxy.error();
  return *proxy ? ws::display(**proxy) : "directly";
}

const Variables kUpper{{"HTTPS_PROXY", "http://https:1"},
                       {"HTTP_PROXY", "http://http:2"},
                       {"ALL_PROXY", "http://all:3"},
                       {"NO_PROXY", "exempt.org"}};

TEST(ProxyPolicy, goes_through_none_whatever_the_environment_says) {
  EXPECT_EQ(choice("none", kUpper, "wss://example.org"), "directly");
  EXPECT_TRUE(ProxyPolicy::parse("none")->is_none());
}

TEST(ProxyPolicy, goes_through_the_one_it_was_told_whatever_the_environment_says) {
  EXPECT_EQ(choice("socks5h://mine", kUpper, "wss://exempt.org"), "socks5h://mine:1080");
}

TEST(ProxyPolicy, obeys_the_environment_when_told_to) {
  EXPECT_EQ(choice("environment", kUpper, "wss://example.org"), "http://https:1");
  EXPECT_EQ(choice("environment", kUpper, "ws://example.org"), "http://http:2");
  EXPECT_EQ(choice("environment", kUpper, "wss://exempt.org"), "directly");
  EXPECT_EQ(choice("environment", {}, "wss://example.org"), "directly");
  EXPECT_EQ(choice("environment", {{"all_proxy", "http://all:4"}}, "ws://h"), "http://all:4");
}

TEST(ProxyPolicy, lower_case_and_the_targets_own_scheme_go_first) {
  Variables variables = kUpper;
  variables["https_proxy"] = "http://lower:1";
  variables["no_proxy"] = "other.org";
  EXPECT_EQ(choice("environment", variables, "wss://exempt.org"), "http://lower:1");

  variables["WSS_PROXY"] = "http://own:1";
  variables["ws_proxy"] = "http://own:2";
  EXPECT_EQ(choice("environment", variables, "wss://example.org"), "http://own:1");
  EXPECT_EQ(choice("environment", variables, "ws://example.org"), "http://own:2");
}

TEST(ProxyPolicy, takes_an_empty_variable_for_none) {
  EXPECT_EQ(choice("environment", {{"https_proxy", ""}, {"HTTPS_PROXY", "http://upper:1"}},
                   "wss://example.org"),
            "http://upper:1");
}

TEST(ProxyPolicy, does_not_believe_a_header_that_cgi_made_a_variable) {
  Variables variables{{"HTTP_PROXY", "http://evil:2"}, {"REQUEST_METHOD", "GET"}};
  EXPECT_EQ(choice("environment", variables, "ws://example.org"), "directly");

  variables["http_proxy"] = "http://good:2";
  EXPECT_EQ(choice("environment", variables, "ws://example.org"), "http://good:2");
}

TEST(ProxyPolicy, names_the_variable_at_fault_and_no_password) {
  const std::string told =
      choice("environment", {{"https_proxy", "https://me:secret@proxy"}}, "wss://example.org");

  EXPECT_THAT(told, HasSubstr("https_proxy in the environment: proxy \"https://***@proxy\""));
  EXPECT_THAT(told, Not(HasSubstr("secret")));
}

TEST(ProxyPolicy, refuses_what_is_no_proxy) {
  EXPECT_THAT(choice("", {}, "ws://h"), HasSubstr("it is empty"));
  EXPECT_THAT(choice("ftp://h", {}, "ws://h"), HasSubstr("the scheme is ftp"));
}

}  // namespace
}  // namespace heartwire::net
