#include "heartwire/asio/async_client.hpp"

#include "heartwire/ws/message_writer.hpp"
#include "tests/support/event_log.hpp"
#include "tests/support/ws_peer.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace heartwire::asio {
namespace {

using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;
using boost::asio::awaitable;
using boost::asio::use_awaitable;
using support::EventLog;
using support::WsListener;
using support::WsPeer;
using ::testing::ElementsAre;

/// The test's own thread runs the io_context; the peer is played on another.
class AsyncClient : public ::testing::Test {
 protected:
  Options options() {
    Options options;
    options.urls = {listener.url()};
    options.reconnect.backoff = core::BackoffOptions::constant(20ms);
    options.close_timeout = 2s;
    return options;
  }

  /// Runs `body` to its end.
  void run(std::function<awaitable<void>()> body) {
    bool is_over = false;
    boost::asio::co_spawn(context, std::move(body), [&](std::exception_ptr thrown) {
      is_over = true;
      EXPECT_FALSE(thrown);
    });
    run_until([&] { return is_over; });
    EXPECT_TRUE(is_over);
  }

  void run_until(const std::function<bool()>& is_done) {
    const auto end = std::chrono::steady_clock::now() + support::kPatience;
    while (!is_done() && std::chrono::steady_clock::now() < end) {
      context.restart();
      context.run_one_for(20ms);
    }
  }

  awaitable<void> sleep(std::chrono::milliseconds time) {
    boost::asio::steady_timer timer(context, time);
    co_await timer.async_wait(use_awaitable);
  }

  WsListener listener;
  EventLog log;
  boost::asio::io_context context;
};

TEST_F(AsyncClient, exchanges_messages) {
  std::thread server([this] {
    WsPeer peer = listener.accept_open();
    EXPECT_EQ(peer.hear(), "message from the client");
    peer.send("from the server");
    EXPECT_EQ(peer.hear(), "close 3000 bye");
    peer.finish(3000);
  });
  run([this]() -> awaitable<void> {
    asio::AsyncClient client(context, options());
    EXPECT_TRUE(co_await client.wait_open());
    EXPECT_TRUE(client.send("from the client"));
    const auto message = co_await client.receive();
    EXPECT_EQ(message->payload, "from the server");
    EXPECT_TRUE(co_await client.close(3000, "bye"));
    EXPECT_EQ((co_await client.receive()).error(), ReceiveError::closed);
    EXPECT_FALSE(co_await client.wait_open());
  });
  server.join();
}

TEST_F(AsyncClient, gives_up_waiting_after_the_timeout_and_goes_on) {
  std::thread server([this] {
    WsPeer peer = listener.accept_open();
    EXPECT_EQ(peer.hear(), "message now");
    peer.send("late");
    EXPECT_EQ(peer.hear(), "end");
  });
  run([this]() -> awaitable<void> {
    asio::AsyncClient client(context, options());
    EXPECT_EQ((co_await client.receive(10ms)).error(), ReceiveError::timeout);
    EXPECT_EQ((co_await client.receive(0ms)).error(), ReceiveError::timeout);
    static_cast<void>(client.send("now"));
    EXPECT_EQ((co_await client.receive(std::chrono::milliseconds::max()))->payload, "late");
  });
  server.join();
}

TEST_F(AsyncClient, is_cancelled_by_a_timer_and_loses_no_message) {
  std::thread server([this] {
    WsPeer peer = listener.accept_open();
    EXPECT_EQ(peer.hear(), "message go on");
    for (int i = 0; i < 50; ++i) peer.send(std::to_string(i));
    EXPECT_EQ(peer.hear(), "end");
  });
  run([this]() -> awaitable<void> {
    asio::AsyncClient client(context, options());
    const auto first = co_await (client.receive() || sleep(20ms));
    EXPECT_EQ(first.index(), 1u);
    static_cast<void>(client.send("go on"));
    for (int i = 0; i < 50; ++i) EXPECT_EQ((co_await client.receive())->payload, std::to_string(i));
  });
  server.join();
}

TEST_F(AsyncClient, takes_no_message_for_a_receive_that_was_cancelled_in_the_same_turn) {
  std::thread server([this] {
    WsPeer peer = listener.accept_open();
    ASSERT_EQ(peer.hear_raw(), "ping");
    // One read brings both: the message wakes the receive, the heartbeat's hook cancels it.
    base::Bytes both = ws::encode_message(base::MessageType::text, base::as_bytes("kept"));
    ws::append_pong(both, peer.last_ping(), std::nullopt);
    peer.send_raw(both);
    EXPECT_EQ(peer.hear(), "end");
  });
  boost::asio::cancellation_signal cancel;
  Options with_hook = options();
  with_hook.heartbeat.interval = 20ms;
  with_hook.hooks.on_heartbeat = [&](const client::HeartbeatInfo&) {
    cancel.emit(boost::asio::cancellation_type::terminal);
  };
  asio::AsyncClient client(context, std::move(with_hook));
  bool is_over = false;
  bool is_aborted = false;
  boost::asio::co_spawn(context, client.receive(),
                        boost::asio::bind_cancellation_slot(
                            cancel.slot(), [&](std::exception_ptr thrown, const auto&) {
                              is_over = true;
                              is_aborted = thrown != nullptr;
                            }));
  run_until([&] { return is_over; });
  EXPECT_TRUE(is_aborted);
  run([&]() -> awaitable<void> { EXPECT_EQ((co_await client.receive())->payload, "kept"); });
  client.stop();
  context.restart();
  context.poll();
  server.join();
}

TEST_F(AsyncClient, serves_several_coroutines) {
  constexpr int kMessages = 30;
  std::thread server([this] {
    WsPeer peer = listener.accept_open();
    for (int i = 0; i < kMessages; ++i) peer.send(std::to_string(i));
    EXPECT_EQ(peer.hear().rfind("close", 0), 0u);
    peer.finish();
  });
  asio::AsyncClient client(context, options());
  int received = 0;
  int ended = 0;
  const auto consume = [&]() -> awaitable<void> {
    while (const auto message = co_await client.receive()) ++received;
    ++ended;
  };
  for (int i = 0; i < 3; ++i) boost::asio::co_spawn(context, consume, boost::asio::detached);
  run_until([&] { return received == kMessages; });
  run([&]() -> awaitable<void> { EXPECT_TRUE(co_await client.close()); });
  run_until([&] { return ended == 3; });
  EXPECT_EQ(received, kMessages);
  EXPECT_EQ(ended, 3);
  server.join();
}

TEST_F(AsyncClient, is_cancelled_while_it_waits_to_open_or_to_close) {
  asio::AsyncClient client(context, options());  // Nobody answers the upgrade.
  run([&]() -> awaitable<void> {
    EXPECT_EQ((co_await (client.wait_open() || sleep(10ms))).index(), 1u);
  });
  WsPeer mute = listener.accept();
  std::thread server([&] { EXPECT_TRUE(mute.open()); });
  run([&]() -> awaitable<void> {
    EXPECT_TRUE(co_await client.wait_open());
    EXPECT_EQ((co_await (client.close() || sleep(10ms))).index(), 1u);
  });
  EXPECT_EQ(client.client().state(), core::State::closing);
  server.join();
}

TEST_F(AsyncClient, wakes_who_waits_when_a_coroutine_stops_it) {
  asio::AsyncClient client(context, options());
  std::optional<ReceiveError> told;
  boost::asio::co_spawn(
      context, client.receive(),
      [&](std::exception_ptr, asio::AsyncClient::Received received) { told = received.error(); });
  context.poll();  // It is asleep now.
  run([&]() -> awaitable<void> {
    client.stop();
    EXPECT_EQ((co_await client.receive()).error(), ReceiveError::closed);
    EXPECT_FALSE(co_await client.wait_open());
    EXPECT_EQ(client.send("x").error(), core::SendError::closed);
  });
  run_until([&] { return told.has_value(); });
  EXPECT_EQ(told, ReceiveError::closed);
}

TEST_F(AsyncClient, may_be_run_by_one_thread_after_another) {
  constexpr int kThreads = 4;
  std::thread server([this] {
    WsPeer peer = listener.accept_open();
    for (int i = 0; i < kThreads; ++i) {
      EXPECT_EQ(peer.hear(), "message " + std::to_string(i));
      peer.send("echo");
    }
    EXPECT_EQ(peer.hear(), "end");
  });
  std::optional<asio::AsyncClient> client;
  client.emplace(context, options());
  for (int i = 0; i < kThreads; ++i) {
    std::thread([&] {
      run([&]() -> awaitable<void> {
        EXPECT_TRUE(client->send(std::to_string(i)));
        EXPECT_EQ((co_await client->receive())->payload, "echo");
      });
    }).join();
  }
  client.reset();
  server.join();
}

TEST_F(AsyncClient, tells_who_waits_when_it_is_destroyed) {
  std::optional<asio::AsyncClient> client;
  client.emplace(context, options());
  std::vector<std::string> ends;
  boost::asio::co_spawn(context, client->receive(),
                        [&](std::exception_ptr, asio::AsyncClient::Received received) {
                          ends.emplace_back(describe(received.error()));
                        });
  boost::asio::co_spawn(context, client->wait_open(), [&](std::exception_ptr, bool is_open) {
    ends.emplace_back(is_open ? "open" : "not open");
  });
  boost::asio::co_spawn(context, client->close(), [&](std::exception_ptr, bool is_allowed) {
    ends.emplace_back(is_allowed ? "closed" : "refused");
  });
  context.poll();  // They are asleep now.
  client.reset();
  run_until([&] { return ends.size() == 3; });
  EXPECT_THAT(ends, ::testing::UnorderedElementsAre("the client was closed or gave up", "not open",
                                                    "closed"));
}

TEST_F(AsyncClient, may_be_destroyed_before_what_was_spawned_has_begun) {
  std::optional<asio::AsyncClient> client;
  client.emplace(context, options());
  bool is_over = false;
  boost::asio::co_spawn(context, client->receive(),
                        [&](std::exception_ptr, asio::AsyncClient::Received received) {
                          is_over = received.error() == ReceiveError::closed;
                        });
  client.reset();
  run_until([&] { return is_over; });
  EXPECT_TRUE(is_over);
}

TEST_F(AsyncClient, may_be_destroyed_inside_its_own_hook) {
  std::optional<asio::AsyncClient> client;
  Options with_hook = options();
  with_hook.hooks.on_open = [&](const client::OpenInfo&) {
    client.reset();
    log.add("destroyed");
  };
  client.emplace(context, std::move(with_hook));
  std::thread server([this] {
    WsPeer peer = listener.accept_open();
    EXPECT_EQ(peer.hear(), "end");
  });
  run_until([&] { return log.count("destroyed") > 0; });
  server.join();
  context.poll();
}

TEST_F(AsyncClient, goes_with_an_io_context_that_is_destroyed_while_all_wait) {
  auto own = std::make_unique<boost::asio::io_context>();
  std::thread server([this] {
    WsPeer peer = listener.accept_open();
    log.add("opened");
    EXPECT_EQ(peer.hear(), "end");
  });
  boost::asio::co_spawn(
      *own,
      [this, &own]() -> awaitable<void> {
        asio::AsyncClient client(*own, options());
        while (const auto message = co_await client.receive()) {
        }
      },
      boost::asio::detached);
  while (log.count("opened") == 0) own->run_one_for(5ms);
  own.reset();
  server.join();
}

TEST_F(AsyncClient, may_outlive_the_run_of_its_io_context) {
  asio::AsyncClient client(context, options());
  std::thread server([this] {
    WsPeer peer = listener.accept_open();
    EXPECT_EQ(peer.hear(), "end");
  });
  run([&]() -> awaitable<void> { EXPECT_TRUE(co_await client.wait_open()); });
  client.stop();
  context.restart();
  context.poll();
  server.join();
}

TEST_F(AsyncClient, refuses_a_code_that_may_not_be_sent) {
  asio::AsyncClient client(context, options());
  run([&]() -> awaitable<void> { EXPECT_FALSE(co_await client.close(1006)); });
}

TEST_F(AsyncClient, keeps_within_its_bound) {
  constexpr std::size_t kBound = std::size_t{64} << 10;
  const std::string text(10'000, 'x');
  std::size_t sent = 0;
  std::thread server([&] {
    WsPeer peer = listener.accept_open();
    sent = peer.send_until_stuck(text, 10'000);
    log.add("stuck");
    EXPECT_EQ(peer.hear(), "end");
  });
  asio::AsyncClient client(context, options(), kBound);
  run_until([&] { return log.count("stuck") > 0; });
  EXPECT_LT(sent, 10'000u);
  run([&]() -> awaitable<void> {
    for (std::size_t count = 0; count < sent; ++count)
      EXPECT_EQ((co_await client.receive())->payload.size(), text.size());
    EXPECT_EQ((co_await client.receive(10ms)).error(), ReceiveError::timeout);
  });
  client.stop();
  run_until([&] { return client.client().state() == core::State::closed; });
  context.restart();
  context.poll();
  server.join();
}

TEST_F(AsyncClient, throws_as_the_client_does) {
  EXPECT_THROW(asio::AsyncClient(context, Options{}), std::invalid_argument);
}

}  // namespace
}  // namespace heartwire::asio
