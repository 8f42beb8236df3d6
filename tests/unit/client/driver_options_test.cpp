#include "heartwire/client/driver_options.hpp"

#include "heartwire/net/dial_budget.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace heartwire::client {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

Options good_options() {
  return {.urls = {"ws://example.org/"}};
}

TEST(DriverOptions, carry_what_the_user_said) {
  Options options = good_options();
  options.urls.push_back("ws://example.net/");
  options.subprotocols = {"chat"};
  options.heartbeat.interval = 7s;
  options.interval_search.interval_max = 90s;
  options.reconnect.attempts_max = 4;
  options.outbox.outbox_bytes_max = 12345;
  options.close_timeout = 3s;
  options.resolve_timeout = 1s;
  options.connect_timeout = 2s;
  options.tls_timeout = 4s;
  options.handshake_timeout = 8s;
  options.message_bytes_max = 777;
  options.fragment_bytes = 99;
  options.wanted = [] { return true; };

  const auto driver = make_driver_options(options);

  const auto& life = driver.endpoint.lifecycle;
  EXPECT_EQ(life.urls.url_count, 2u);
  EXPECT_EQ(life.heartbeat, options.heartbeat);
  EXPECT_EQ(life.interval_search, options.interval_search);
  EXPECT_EQ(life.reconnect, options.reconnect);
  EXPECT_EQ(life.outbox, options.outbox);
  EXPECT_EQ(life.closing.close_timeout, 3s);
  EXPECT_EQ(life.attempt_timeout, 15s);
  EXPECT_TRUE(life.has_condition);
  EXPECT_EQ(driver.endpoint.limits.message_bytes_max, 777u);
  EXPECT_EQ(driver.endpoint.limits.frame_bytes_max, 777u);
  EXPECT_EQ(driver.endpoint.pump.fragment_bytes, 99u);
  EXPECT_THAT(driver.subprotocols, ElementsAre("chat"));
  EXPECT_EQ(driver.dial.resolve_timeout, 1s);
  EXPECT_EQ(driver.dial.connect_timeout, 2s);
  EXPECT_EQ(driver.dial.tls_timeout, 4s);
  EXPECT_EQ(driver.handshake_timeout, 8s);
}

TEST(DriverOptions, leave_time_for_a_proxy_where_there_may_be_one) {
  Options options = good_options();
  options.resolve_timeout = options.connect_timeout = options.tls_timeout = 1s;
  options.handshake_timeout = 1s;
  options.proxy_timeout = 7s;
  EXPECT_EQ(make_driver_options(options).endpoint.lifecycle.attempt_timeout, 4s);

  options.proxy = "http://proxy:3128";

  EXPECT_EQ(make_driver_options(options).endpoint.lifecycle.attempt_timeout, 11s);
  EXPECT_EQ(make_driver_options(options).dial.proxy_timeout, 7s);
}

TEST(DriverOptions, let_the_kernel_give_up_with_the_verdict) {
  Options options = good_options();
  options.heartbeat.interval = 20s;
  options.heartbeat.timeout = 5s;
  EXPECT_EQ(make_driver_options(options).dial.socket.user_timeout, 25s);
  options.tcp_user_timeout = 3s;
  EXPECT_EQ(make_driver_options(options).dial.socket.user_timeout, 3s);
  options.tcp_user_timeout = 0s;
  EXPECT_EQ(make_driver_options(options).dial.socket.user_timeout, std::nullopt);
}

TEST(DriverOptions, adopt_the_modes_that_the_dialect_asks_for) {
  Options options = good_options();
  options.dialect = core::dialect::engine_io();
  core::HeartbeatOptions expected = options.heartbeat;
  options.dialect->adapt(core::Role::client, expected);
  EXPECT_EQ(make_driver_options(options).endpoint.lifecycle.heartbeat, expected);
}

TEST(DriverOptions, do_not_count_the_wait_for_a_place_in_the_line) {
  Options options = good_options();
  options.dial_budget = std::make_shared<net::DialBudget>(1);
  const auto driver = make_driver_options(options);
  EXPECT_EQ(driver.dial.budget, options.dial_budget.get());
  EXPECT_GE(driver.endpoint.lifecycle.attempt_timeout, 24h);
}

TEST(DriverOptions, lead_callbacks_through_the_observer) {
  std::vector<std::string> errors;
  Options options = good_options();
  options.hooks.on_error = [&](std::string_view what) { errors.emplace_back(what); };
  options.judge = [](const core::Outcome&) { return core::Verdict::stop; };
  core::dialect::CustomOptions dialect;
  dialect.read = [](core::MessageView) -> core::Meaning { throw 1; };
  options.dialect = core::dialect::custom(std::move(dialect));
  Observer observer(options);

  const auto driver = driver_options_for(observer);

  const auto& life = driver->endpoint.lifecycle;
  std::string reply;
  EXPECT_EQ(life.judge({}), core::Verdict::stop);
  EXPECT_EQ(life.dialect->read(core::Role::client, {}, reply).meaning, core::Meaning::application);
  EXPECT_THAT(errors, ElementsAre(::testing::HasSubstr("the dialect threw")));
  observer.gate().shut();
  EXPECT_EQ(life.judge({}), std::nullopt);
  EXPECT_EQ(life.dialect->read(core::Role::client, {}, reply).meaning, core::Meaning::beat);
  EXPECT_EQ(errors.size(), 1u);
}

TEST(DriverOptions, are_shared_by_clients_without_callbacks_that_machines_call) {
  Options options = good_options();
  options.hooks.on_open = [](const OpenInfo&) {};
  options.wanted = [] { return true; };
  options.dialect = core::dialect::json({});
  const auto plan = std::make_shared<const Plan>(options);
  Observer one(plan);
  Observer other(plan, Hooks{});

  EXPECT_EQ(driver_options_for(one).get(), &plan->driver);
  EXPECT_EQ(driver_options_for(other).get(), &plan->driver);
}

TEST(DriverOptions, are_copied_for_a_judge_or_a_dialect_of_the_users) {
  Options judged = good_options();
  judged.judge = [](const core::Outcome&) { return std::nullopt; };
  Options custom = good_options();
  custom.dialect = core::dialect::custom({});
  for (const Options& options : {judged, custom}) {
    const auto plan = std::make_shared<const Plan>(options);
    Observer observer(plan);
    EXPECT_NE(driver_options_for(observer).get(), &plan->driver);
  }
}

}  // namespace
}  // namespace heartwire::client
