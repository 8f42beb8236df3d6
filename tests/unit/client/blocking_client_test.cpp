#include "heartwire/client/blocking_client.hpp"

#include "tests/unit/client/client_fixture.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace heartwire::client {
namespace {

using namespace testing;

class BlockingClient : public ::testing::Test {
 protected:
  std::shared_ptr<EventLog> log = std::make_shared<EventLog>();
  WsListener listener;
};

TEST_F(BlockingClient, exchanges_messages) {
  client::BlockingClient client(quick_options(listener.url()));
  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(client.wait_open(kPatience));
  ASSERT_TRUE(client.send("from the client"));
  ASSERT_TRUE(client.send({core::MessageType::binary, "bytes"}));
  EXPECT_EQ(peer.hear(), "message from the client");
  EXPECT_EQ(peer.hear(), "binary bytes");
  peer.send("one");
  peer.send("two");
  EXPECT_EQ(client.receive(kPatience)->payload, "one");
  EXPECT_EQ(client.receive(kPatience)->payload, "two");
}

TEST_F(BlockingClient, gives_up_waiting_after_the_timeout_and_goes_on) {
  client::BlockingClient client(quick_options(listener.url()));
  EXPECT_FALSE(client.wait_open(10ms));
  WsPeer peer = listener.accept_open();
  EXPECT_EQ(client.receive(10ms).error(), ReceiveError::timeout);
  EXPECT_EQ(client.receive(0ms).error(), ReceiveError::timeout);
  EXPECT_EQ(client.receive(-1ms).error(), ReceiveError::timeout);
  peer.send("late");
  EXPECT_EQ(client.receive(std::chrono::milliseconds::max())->payload, "late");
}

TEST_F(BlockingClient, receives_across_reconnects) {
  client::BlockingClient client(quick_options(listener.url()));
  WsPeer first = listener.accept_open();
  first.send("before");
  first.finish(1001);
  WsPeer second = listener.accept_open();
  second.send("after");
  EXPECT_EQ(client.receive(kPatience)->payload, "before");
  EXPECT_EQ(client.receive(kPatience)->payload, "after");
}

TEST_F(BlockingClient, closes_and_hands_out_what_came_before) {
  client::BlockingClient client(quick_options(listener.url()));
  WsPeer peer = listener.accept_open();
  peer.send("last");
  ASSERT_TRUE(eventually([&] { return client.client().state() == core::State::open; }));
  // The message is there before the close begins.
  peer.send_ping();
  ASSERT_EQ(peer.hear(), "pong");
  std::thread server([&] {
    EXPECT_EQ(peer.hear(), "close 3000 bye");
    peer.finish(3000);
  });

  EXPECT_TRUE(client.close(3000, "bye"));

  server.join();
  EXPECT_EQ(client.receive(kPatience)->payload, "last");
  EXPECT_EQ(client.receive(kPatience).error(), ReceiveError::closed);
  EXPECT_FALSE(client.wait_open(kPatience));
  EXPECT_TRUE(client.close());
}

TEST_F(BlockingClient, closes_a_peer_that_says_nothing_within_its_bound) {
  Options options = quick_options(listener.url());
  options.close_timeout = 50ms;
  client::BlockingClient client(std::move(options));
  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(client.wait_open(kPatience));
  EXPECT_TRUE(client.close());
}

TEST_F(BlockingClient, closes_while_the_peer_is_closing_too) {
  client::BlockingClient client(quick_options(listener.url()));
  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(client.wait_open(kPatience));
  peer.send_close(1001);
  ASSERT_EQ(peer.hear(), "close 1001");
  // The peer's close is half done: only the end of the transport is missing.
  std::thread server([&] {
    // Time for close() to begin; if it does not, the test proves less but does not fail.
    std::this_thread::sleep_for(20ms);
    peer.cut();
  });
  EXPECT_TRUE(client.close());
  server.join();
  EXPECT_EQ(client.client().state(), core::State::closed);
}

TEST_F(BlockingClient, closes_while_it_waits_to_retry) {
  Options options = quick_options(listener.url());
  options.reconnect.backoff = core::BackoffOptions::constant(1h);
  client::BlockingClient client(std::move(options));
  listener.accept().cut();
  ASSERT_TRUE(eventually([&] { return client.client().state() == core::State::waiting; }));
  EXPECT_TRUE(client.close());
}

TEST_F(BlockingClient, refuses_a_code_that_may_not_be_sent_and_stays_open) {
  client::BlockingClient client(quick_options(listener.url()));
  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(client.wait_open(kPatience));
  EXPECT_FALSE(client.close(1006));
  EXPECT_EQ(client.client().state(), core::State::open);
}

TEST_F(BlockingClient, tells_who_waits_that_it_gave_up) {
  Options options = quick_options(listener.url());
  options.reconnect.enabled = false;
  client::BlockingClient client(std::move(options));
  std::thread server([&] { listener.accept().cut(); });
  EXPECT_FALSE(client.wait_open(kPatience));
  EXPECT_EQ(client.receive(kPatience).error(), ReceiveError::closed);
  EXPECT_TRUE(client.close());
  server.join();
}

TEST_F(BlockingClient, wakes_who_waits_when_it_is_stopped) {
  client::BlockingClient client(quick_options(listener.url()));
  WsPeer peer = listener.accept_open();
  std::thread receiver([&] {
    log->add("waiting");
    EXPECT_EQ(client.receive(1h).error(), ReceiveError::closed);
  });
  ASSERT_TRUE(log->wait_for("waiting"));
  // Time to fall asleep; if it does not, the test proves less but does not fail.
  std::this_thread::sleep_for(support::kShortWhile);
  client.stop();
  receiver.join();
  EXPECT_TRUE(client.close());
  EXPECT_EQ(client.send("x").error(), core::SendError::closed);
}

TEST_F(BlockingClient, gives_each_message_to_one_of_several_receivers) {
  constexpr int kMessages = 200;
  client::BlockingClient client(quick_options(listener.url()), 1000);
  WsPeer peer = listener.accept_open();
  const auto receive_all = [&] {
    while (const auto message = client.receive(kPatience)) log->add(message->payload);
  };
  std::thread one(receive_all);
  std::thread other(receive_all);
  std::thread sender([&] {
    for (int i = 0; i < kMessages; ++i) EXPECT_TRUE(client.send(std::to_string(i)));
  });

  for (int i = 0; i < kMessages; ++i) {
    EXPECT_EQ(peer.hear(), "message " + std::to_string(i));
    peer.send("echo " + std::to_string(i) + ".");
  }
  EXPECT_TRUE(log->wait_for("echo", kMessages));
  client.stop();

  one.join();
  other.join();
  sender.join();
  for (int i = 0; i < kMessages; ++i)
    EXPECT_EQ(log->count("echo " + std::to_string(i) + "."), 1u) << i;
}

TEST_F(BlockingClient, still_calls_the_users_other_hooks) {
  Options options = logged_options(listener.url(), log);
  client::BlockingClient client(std::move(options));
  WsPeer peer = listener.accept_open();
  peer.send("x");
  peer.reset();
  EXPECT_TRUE(log->wait_for("open first"));
  EXPECT_TRUE(log->wait_for("close lost"));
  EXPECT_EQ(log->count("message"), 0u);
}

TEST_F(BlockingClient, keeps_within_its_bound_and_loses_nothing) {
  constexpr std::size_t kBound = std::size_t{64} << 10;
  client::BlockingClient client(quick_options(listener.url()), kBound);
  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(client.wait_open(kPatience));
  const std::string text(10'000, 'x');

  // More than its bound and both kernels hold: the peer is made to wait.
  const std::size_t sent = peer.send_until_stuck(text, 10'000);

  EXPECT_LT(sent, 10'000u);
  for (std::size_t count = 0; count < sent; ++count)
    ASSERT_EQ(client.receive(kPatience)->payload, text);
  EXPECT_EQ(client.receive(10ms).error(), ReceiveError::timeout);
  peer.send("and on");
  EXPECT_EQ(client.receive(kPatience)->payload, "and on");
}

TEST_F(BlockingClient, survives_a_heartbeat_while_its_inbox_is_full) {
  Options options = logged_options(listener.url(), log);
  options.heartbeat.interval = 30ms;
  options.heartbeat.timeout = 60ms;
  options.heartbeat.reply_min = 10ms;
  client::BlockingClient client(std::move(options), 0);
  WsPeer peer = listener.accept_open();
  const std::size_t sent = peer.send_until_stuck(std::string(10'000, 'x'), 10'000);

  // None is answered, but there are bytes that nobody has read.
  for (int probes = 0; probes < 8; ++probes) ASSERT_EQ(peer.hear_raw(), "ping");

  EXPECT_EQ(log->count("close"), 0u);
  for (std::size_t count = 0; count < sent; ++count) ASSERT_TRUE(client.receive(kPatience));
}

TEST_F(BlockingClient, may_be_destroyed_while_messages_pour_in) {
  for (int round = 0; round < 20; ++round) {
    auto client = std::make_unique<client::BlockingClient>(quick_options(listener.url()), 1000);
    WsPeer peer = listener.accept_open();
    for (int count = 0; count < 100; ++count) peer.send("x");
    static_cast<void>(client->receive(kPatience));
    client.reset();
  }
}

TEST_F(BlockingClient, throws_as_the_client_does) {
  EXPECT_THROW(client::BlockingClient(Options{}), std::invalid_argument);
}

}  // namespace
}  // namespace heartwire::client
