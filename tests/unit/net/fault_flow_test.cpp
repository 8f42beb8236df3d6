// What each fault does to a connection that is open: seen from both of its ends, through the proxy.
#include "heartwire/net/fault_flow.hpp"

#include "heartwire/net/fault_proxy.hpp"
#include "tests/unit/net/fault_test_sockets.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using test::kDeadline;

/// A client and a server joined by a proxy without faults.
struct FaultFlowTest : testing::Test {
  explicit FaultFlowTest(std::size_t pipe_bytes_max = FaultProxyOptions{}.pipe_bytes_max)
      : proxy(options(listener, pipe_bytes_max)) {}

  static FaultProxyOptions options(const test::Listener& listener, std::size_t pipe_bytes_max) {
    FaultProxyOptions options;
    options.target = listener.address();
    options.pipe_bytes_max = pipe_bytes_max;
    return options;
  }

  bool comes_true(const std::function<bool(const FaultStats&)>& condition) {
    return proxy.wait_until(condition, kDeadline);
  }
  bool is_over() {
    return comes_true([](const FaultStats& stats) { return stats.open == 0; });
  }

  test::Listener listener;
  FaultProxy proxy;
  test::Peer client = test::Peer::connect(proxy.start().value());
  test::Peer server = listener.accept();
};

TEST_F(FaultFlowTest, passes_bytes_both_ways_and_counts_them) {
  client.send("ping");
  EXPECT_EQ(server.receive(4), "ping");
  server.send("pong!");
  EXPECT_EQ(client.receive(5), "pong!");

  EXPECT_TRUE(comes_true([](const FaultStats& stats) {
    return stats.bytes == FaultBytes{4, 5, 0, 0};
  }));
  EXPECT_TRUE(proxy.stats().connections.at(0).is_forwarded);
}

/// Pipes that a single read fills.
struct NarrowFaultFlowTest : FaultFlowTest {
  NarrowFaultFlowTest() : FaultFlowTest(2000) {}
};

TEST_F(NarrowFaultFlowTest, passes_much_more_than_it_can_hold_unharmed) {
  std::string sent;
  for (int i = 0; sent.size() < 4 * 1024 * 1024; ++i) sent += std::to_string(i) + ",";
  std::thread sender{[&] { client.send(sent); }};

  EXPECT_TRUE(server.receive(sent.size()) == sent);
  sender.join();
}

TEST_F(FaultFlowTest, passes_a_half_close_and_ends_when_both_have_closed) {
  client.finish();
  EXPECT_EQ(server.receive(1), "<fin>");
  server.send("still here");
  EXPECT_EQ(client.receive(10), "still here");
  EXPECT_EQ(proxy.stats().open, 1U);

  server.close();

  EXPECT_EQ(client.receive(1), "<fin>");
  EXPECT_TRUE(is_over());
}

TEST_F(FaultFlowTest, passes_a_reset) {
  server.close_with_reset();

  EXPECT_EQ(client.receive(1), "<rst>");
  EXPECT_TRUE(is_over());
}

TEST_F(FaultFlowTest, freeze_stops_bytes_both_ways_and_thaw_lets_them_go) {
  proxy.freeze();
  client.send("up");
  server.send("down");
  EXPECT_TRUE(server.hears_nothing());
  EXPECT_TRUE(client.hears_nothing());
  EXPECT_EQ(proxy.stats().open, 1U);

  proxy.thaw();

  EXPECT_EQ(server.receive(2), "up");
  EXPECT_EQ(client.receive(4), "down");
}

TEST_F(FaultFlowTest, freeze_of_one_direction_leaves_the_other) {
  proxy.freeze(FaultDirection::up);
  client.send("up");
  server.send("down");

  EXPECT_EQ(client.receive(4), "down");
  EXPECT_TRUE(server.hears_nothing());
}

TEST_F(FaultFlowTest, freeze_keeps_the_end_of_a_side_from_the_other) {
  proxy.freeze();
  server.close_with_reset();
  EXPECT_TRUE(client.hears_nothing());

  proxy.thaw();

  EXPECT_EQ(client.receive(1), "<rst>");
}

TEST_F(FaultFlowTest, freeze_holds_up_the_sender_with_bounded_memory) {
  proxy.freeze();

  const std::size_t taken = client.send_until_stuck(64U << 20);

  EXPECT_LT(taken, 8U << 20) << "only the kernel's buffers may have filled";
  EXPECT_EQ(proxy.stats().bytes, FaultBytes{});
}

TEST_F(FaultFlowTest, drop_throws_one_direction_away_without_holding_up_the_sender) {
  proxy.drop(FaultDirection::up);
  const std::size_t sent = client.send_until_stuck(32U << 20);
  server.send("down");

  EXPECT_GE(sent, 32U << 20);
  EXPECT_EQ(client.receive(4), "down");
  EXPECT_TRUE(server.hears_nothing());
  EXPECT_TRUE(comes_true([&](const FaultStats& stats) { return stats.bytes.dropped_up == sent; }));
}

TEST_F(FaultFlowTest, drop_takes_what_is_on_its_way_too) {
  proxy.delay(10s, 0s, FaultDirection::up);
  client.send("under way");
  server.send("down");
  EXPECT_EQ(client.receive(4), "down");

  proxy.drop(FaultDirection::up);

  EXPECT_TRUE(comes_true([](const FaultStats& stats) { return stats.bytes.dropped_up == 9; }));
}

TEST_F(FaultFlowTest, freeze_goes_before_drop) {
  proxy.drop(FaultDirection::up);
  proxy.freeze(FaultDirection::up);
  client.send("neither read nor dropped");
  server.send("down");
  EXPECT_EQ(client.receive(4), "down");
  EXPECT_EQ(proxy.stats().bytes.dropped_up, 0U);

  proxy.thaw(FaultDirection::up);

  EXPECT_TRUE(comes_true([](const FaultStats& stats) { return stats.bytes.dropped_up == 24; }));
}

TEST_F(FaultFlowTest, pass_ends_drop_and_delivers_the_end_that_was_withheld) {
  proxy.drop();
  client.send("lost");
  EXPECT_TRUE(comes_true([](const FaultStats& stats) { return stats.bytes.dropped_up == 4; }));
  client.close();
  EXPECT_TRUE(server.hears_nothing());

  proxy.pass();

  EXPECT_EQ(server.receive(1), "<fin>");
}

TEST_F(FaultFlowTest, pass_lets_later_bytes_through) {
  proxy.drop(FaultDirection::down);
  server.send("lost");
  EXPECT_TRUE(comes_true([](const FaultStats& stats) { return stats.bytes.dropped_down == 4; }));

  proxy.pass(FaultDirection::down);
  server.send("found");

  EXPECT_EQ(client.receive(5), "found");
}

TEST_F(FaultFlowTest, cut_sends_fin_to_both_sides) {
  proxy.cut();

  EXPECT_EQ(client.receive(1), "<fin>");
  EXPECT_EQ(server.receive(1), "<fin>");
  EXPECT_EQ(proxy.stats().open, 0U);
}

TEST_F(FaultFlowTest, cut_stays_in_order_while_frozen_with_bytes_unread) {
  proxy.freeze();
  client.send("never read");

  proxy.cut();

  EXPECT_EQ(client.receive(1), "<fin>");
  client.send("late");
  client.finish();
  EXPECT_EQ(server.receive(1), "<fin>");
}

TEST_F(FaultFlowTest, reset_breaks_both_sides) {
  proxy.reset();

  EXPECT_EQ(client.receive(1), "<rst>");
  EXPECT_EQ(server.receive(1), "<rst>");
  EXPECT_TRUE(is_over());
}

TEST_F(FaultFlowTest, delay_takes_its_time_in_its_direction) {
  proxy.delay(150ms, 20ms, FaultDirection::up);
  const auto start = steady_clock::now();
  client.send("a");
  client.send("b");

  EXPECT_EQ(server.receive(2), "ab");

  EXPECT_GE(steady_clock::now() - start, 150ms);
}

TEST_F(FaultFlowTest, throttle_takes_its_time_and_holds_up_the_sender) {
  proxy.throttle(100'000, FaultDirection::up);
  const auto start = steady_clock::now();
  client.send(std::string(30'000, 'x'));

  EXPECT_EQ(server.receive(30'000).size(), 30'000U);

  EXPECT_GE(steady_clock::now() - start, 150ms) << "0.3 s, less what the meter allows to catch up";
  EXPECT_LT(client.send_until_stuck(64U << 20), 8U << 20);
}

TEST_F(FaultFlowTest, a_limit_that_is_lifted_is_felt_at_once) {
  proxy.throttle(1);
  client.send("long");
  EXPECT_EQ(server.receive(1), "l");

  proxy.throttle(0);

  EXPECT_EQ(server.receive(3), "ong");
}

TEST_F(FaultFlowTest, forget_idle_makes_later_packets_vanish) {
  proxy.forget_idle(20ms);
  std::this_thread::sleep_for(30ms);  // Being idle is the point, and nothing tells of it.

  client.send("anyone?");

  EXPECT_TRUE(comes_true([](const FaultStats& stats) { return stats.bytes.dropped_up == 7; }));
  EXPECT_TRUE(proxy.stats().connections.at(0).is_forgotten);
  proxy.clear().value();
  server.send("hello?");
  EXPECT_TRUE(comes_true([](const FaultStats& stats) { return stats.bytes.dropped_down == 6; }));
  client.close();
  EXPECT_TRUE(server.hears_nothing()) << "who is forgotten stays so";
  server.close();
  EXPECT_TRUE(is_over());
}

TEST_F(FaultFlowTest, forget_idle_may_answer_each_sender_with_reset) {
  proxy.forget_idle(20ms, FaultForgetting::reset);
  std::this_thread::sleep_for(30ms);  // Being idle is the point, and nothing tells of it.

  client.send("anyone?");

  EXPECT_EQ(client.receive(1), "<rst>");
  EXPECT_TRUE(server.hears_nothing());
  server.send("hello?");
  EXPECT_EQ(server.receive(1), "<rst>");
  EXPECT_TRUE(is_over());
}

TEST_F(FaultFlowTest, forget_idle_remembers_who_speaks_in_either_direction) {
  proxy.forget_idle(10s);

  client.send("up");
  EXPECT_EQ(server.receive(2), "up");

  EXPECT_FALSE(proxy.stats().connections.at(0).is_forgotten);
}

}  // namespace
}  // namespace heartwire::net
