#include "heartwire/client/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace heartwire::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// What the exception says that `make` ends in.
template <typename Exception, typename Make>
std::string thrown(Make make) {
  try {
    make();
  } catch (const Exception& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Plan, works_the_options_out_once) {
  Options options{.urls = {"ws://one.example/", "ws://two.example/"}};
  options.handshake_timeout = std::chrono::seconds{3};
  options.hooks.on_writable = [] {};

  const Plan plan(options);

  EXPECT_THAT(plan.urls, ElementsAre("ws://one.example/", "ws://two.example/"));
  EXPECT_EQ(plan.driver.endpoint.lifecycle.urls.url_count, 2u);
  EXPECT_EQ(plan.driver.handshake_timeout, std::chrono::seconds{3});
  EXPECT_TRUE(plan.hooks.on_writable);
}

TEST(Plan, names_the_option_that_is_wrong) {
  EXPECT_THAT(thrown<std::invalid_argument>([] { Plan plan(Options{}); }), HasSubstr("urls"));
}

TEST(Plan, names_the_file_that_is_missing_though_no_url_needs_it_yet) {
  Options options{.urls = {"ws://plain.example/"}};
  options.tls.ca_file = "/nowhere/ca.pem";
  EXPECT_THAT(thrown<std::runtime_error>([&] { Plan plan(options); }),
              HasSubstr("/nowhere/ca.pem"));
}

TEST(Plan, has_one_tls_context_for_all) {
  const Plan plan(Options{.urls = {"ws://plain.example/"}});

  const auto first = plan.tls();

  ASSERT_TRUE(first);
  EXPECT_TRUE(*first);
  EXPECT_EQ(*plan.tls(), *first);
}

}  // namespace
}  // namespace heartwire::client
