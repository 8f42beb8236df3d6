// How a client ends: by stop() and by destruction, from anywhere and at any moment.

#include "heartwire/client/client.hpp"
#include "heartwire/net/loop.hpp"
#include "tests/unit/client/client_fixture.hpp"
#include "tests/unit/client/every_hook.hpp"
#include "tests/unit/client/hanging_name.hpp"
#include "tests/unit/net/test_sockets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <optional>
#include <thread>

namespace heartwire::client {
namespace {

using namespace testing;

/// Far more than ending takes, far less than any timeout that could be waited for by mistake.
constexpr auto kAtOnce = 2s;

template <typename Work>
std::chrono::nanoseconds time_of(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::steady_clock::now() - begin;
}

class ClientStop : public ::testing::Test {
 protected:
  std::shared_ptr<EventLog> log = std::make_shared<EventLog>();
  WsListener listener;
};

class ClientStopInHook : public ::testing::TestWithParam<const char*> {
 protected:
  /// Destroys the client inside the hook of the parameter, which must then be the last to run.
  void expect_destruction(net::Loop* loop) {
    std::atomic<bool> is_gone = false;
    std::atomic<int> late = 0;
    std::unique_ptr<client::Client> client;
    EveryHook every(listener.url(), [&](const std::string& name) {
      if (is_gone) ++late;
      if (name != GetParam() || !client) return;
      client.reset();
      is_gone = true;
    });
    client = loop != nullptr ? std::make_unique<client::Client>(*loop, every.options())
                             : std::make_unique<client::Client>(every.options());

    every.provoke(*client, listener, [&] { return is_gone.load(); });

    EXPECT_TRUE(is_gone);
    client.reset();
    EXPECT_EQ(late, 0);
  }

  WsListener listener;
};

TEST_P(ClientStopInHook, returns_at_once_and_no_hook_follows) {
  std::atomic<bool> is_stopped = false;
  std::atomic<int> late = 0;
  std::optional<client::Client> client;
  EveryHook every(listener.url(), [&](const std::string& name) {
    if (is_stopped) ++late;
    if (name != GetParam() || is_stopped) return;
    EXPECT_LT(time_of([&] { client->stop(); }), kAtOnce);
    is_stopped = true;
  });
  client.emplace(every.options());

  every.provoke(*client, listener, [&] { return is_stopped.load(); });

  EXPECT_TRUE(is_stopped);
  EXPECT_EQ(client->state(), core::State::closed);
  client.reset();
  EXPECT_EQ(late, 0);
}

TEST_P(ClientStopInHook, may_be_called_by_a_thread_that_the_hook_waits_for) {
  std::atomic<bool> is_stopped = false;
  std::atomic<int> late = 0;
  std::optional<client::Client> client;
  EveryHook every(listener.url(), [&](const std::string& name) {
    if (is_stopped) ++late;
    if (name != GetParam() || is_stopped) return;
    std::thread([&] { EXPECT_LT(time_of([&] { client->stop(); }), kAtOnce); }).join();
    is_stopped = true;
  });
  client.emplace(every.options());

  every.provoke(*client, listener, [&] { return is_stopped.load(); });

  EXPECT_TRUE(is_stopped);
  client.reset();
  EXPECT_EQ(late, 0);
}

TEST_P(ClientStopInHook, may_be_destroyed_there_with_its_own_loop) {
  expect_destruction(nullptr);
}

TEST_P(ClientStopInHook, may_be_destroyed_there_on_a_shared_loop) {
  net::Loop loop;
  expect_destruction(&loop);
}

INSTANTIATE_TEST_SUITE_P(, ClientStopInHook, ::testing::ValuesIn(kHooks),
                         [](const auto& hook) { return std::string{hook.param}; });

TEST_F(ClientStop, does_not_wait_for_a_hook_on_another_thread) {
  Options options = quick_options(listener.url());
  std::atomic<bool> is_released = false;
  options.hooks.on_open = [&](auto&) {
    log->add("begun");
    while (!is_released) std::this_thread::yield();
    log->add("ended");
  };
  auto client = std::make_unique<client::Client>(std::move(options));
  client->start();
  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(log->wait_for("begun"));

  client->stop();

  EXPECT_EQ(log->count("ended"), 0u);
  is_released = true;
  client.reset();
  EXPECT_EQ(log->count("ended"), 1u);
}

TEST_F(ClientStop, lets_no_hook_begin_after_it_has_returned) {
  for (int round = 0; round < 200; ++round) {
    std::atomic<bool> is_stopped = false;
    std::atomic<int> late = 0;
    EveryHook every(listener.url(), [&](auto&) { late += is_stopped ? 1 : 0; });
    every.begin();
    client::Client client(every.options());
    client.start();
    // At any point of the way to an open connection.
    std::this_thread::sleep_for(std::chrono::microseconds{round % 10 * 100});
    EXPECT_LT(time_of([&] { client.stop(); }), kAtOnce);
    is_stopped = true;
    WsPeer peer = listener.accept(0ms);
    if (peer.is_open()) static_cast<void>(peer.open());
    // The one that was past the gate already may still be finishing.
    ASSERT_LE(late, 1);
  }
}

TEST_F(ClientStop, may_be_called_by_several_threads_and_again) {
  client::Client client(logged_options(listener.url(), log));
  client.start();
  WsPeer peer = listener.accept_open();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { client.stop(); });
  for (std::thread& thread : threads) thread.join();
  client.stop();
  EXPECT_EQ(peer.hear(), "end");
}

TEST_F(ClientStop, refuses_and_ignores_everything_afterwards) {
  client::Client client(logged_options(listener.url(), log));
  client.stop();

  client.start();
  client.reconnect();
  client.resume();
  client.check_now();
  client.pause_reading();
  client.resume_reading();
  client.close();

  EXPECT_EQ(client.send("x").error(), core::SendError::closed);
  EXPECT_EQ(client.state(), core::State::closed);
  EXPECT_FALSE(client.transport());
  EXPECT_TRUE(listener.hears_nothing());
  EXPECT_EQ(log->count(), 0u);
}

TEST_F(ClientStop, still_gives_back_what_was_never_sent) {
  client::Client client(logged_options(listener.url(), log));
  ASSERT_TRUE(client.send("kept"));
  client.stop();
  const auto unsent = client.take_back_all();
  ASSERT_EQ(unsent.size(), 1u);
  EXPECT_EQ(unsent[0].message.payload, "kept");
}

TEST_F(ClientStop, destroys_at_once_while_a_dial_hangs) {
  const net::testing::BlackHole hole;
  const std::string url = "ws://127.0.0.1:" + std::to_string(hole.port());
  auto client = std::make_unique<client::Client>(quick_options(url));
  client->start();
  ASSERT_TRUE(eventually([&] { return client->state() == core::State::connecting; }));
  EXPECT_LT(time_of([&] { client.reset(); }), kAtOnce);
}

TEST_F(ClientStop, destroys_at_once_while_a_lookup_hangs) {
  const HangingName hanging;
  auto client = std::make_unique<client::Client>(quick_options("ws://" + HangingName::name()));
  client->start();
  ASSERT_TRUE(hanging.is_asked());
  EXPECT_LT(time_of([&] { client.reset(); }), kAtOnce);
}

TEST_F(ClientStop, destroys_at_once_while_an_upgrade_hangs) {
  auto client = std::make_unique<client::Client>(quick_options(listener.url()));
  client->start();
  WsPeer mute = listener.accept();
  EXPECT_LT(time_of([&] { client.reset(); }), kAtOnce);
}

TEST_F(ClientStop, leaves_the_others_of_a_shared_loop_alone) {
  net::Loop loop;
  client::Client stays(loop, logged_options(listener.url(), log));
  {
    client::Client goes(loop, quick_options(listener.url()));
    goes.start();
    WsPeer peer = listener.accept_open();
  }
  stays.start();
  WsPeer peer = listener.accept_open();
  EXPECT_TRUE(log->wait_for("open"));
}

TEST_F(ClientStop, lets_a_hook_destroy_another_client_of_the_same_loop) {
  net::Loop loop;
  auto other = std::make_unique<client::Client>(loop, quick_options(listener.url()));
  other->start();
  WsPeer first = listener.accept_open();
  Options options = quick_options(listener.url());
  options.hooks.on_open = [&](auto&) {
    other.reset();
    log->add("destroyed");
  };
  client::Client client(loop, std::move(options));
  client.start();
  WsPeer second = listener.accept_open();
  EXPECT_TRUE(log->wait_for("destroyed"));
  EXPECT_EQ(first.hear(), "end");
}

TEST_F(ClientStop, may_follow_the_loop_that_stopped_first) {
  net::Loop loop;
  client::Client client(loop, quick_options(listener.url()));
  client.start();
  WsPeer peer = listener.accept_open();
  loop.stop();
  loop.join();
}

}  // namespace
}  // namespace heartwire::client
