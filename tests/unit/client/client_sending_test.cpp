// What becomes of messages: queued, sent once and in order, refused, expired, taken back.

#include "heartwire/client/client.hpp"
#include "tests/unit/client/client_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

namespace heartwire::client {
namespace {

using namespace testing;
using ::testing::ElementsAre;

constexpr int kThreads = 4;
constexpr int kMessages = 300;

class ClientSending : public ::testing::Test {
 protected:
  /// Four threads send, each in the order of its numbers.
  std::vector<std::thread> start_senders(client::Client& client) {
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([this, thread, &client] {
        for (int number = 0; number < kMessages; ++number) {
          const std::string text = std::to_string(thread) + " " + std::to_string(number);
          if (client.send(text)) ++accepted;
          if (number % 16 == 0) std::this_thread::sleep_for(1ms);
        }
      });
    }
    return threads;
  }

  /// Notes the number that `heard` brings: it must be higher than all of its thread's before.
  bool note(const support::Heard& heard) {
    int thread = 0;
    int number = 0;
    if (std::sscanf(heard.c_str(), "message %d %d", &thread, &number) != 2) return false;
    auto& last = last_heard.at(static_cast<std::size_t>(thread));
    EXPECT_GT(number, last) << "of thread " << thread;
    last = number;
    ++heard_count;
    return true;
  }

  bool is_complete() const {
    return std::all_of(last_heard.begin(), last_heard.end(),
                       [](int last) { return last == kMessages - 1; });
  }

  std::shared_ptr<EventLog> log = std::make_shared<EventLog>();
  WsListener listener;
  std::atomic<int> accepted = 0;
  int heard_count = 0;
  std::array<int, kThreads> last_heard{-1, -1, -1, -1};
};

TEST_F(ClientSending, loses_and_doubles_nothing_when_connections_end_in_good_order) {
  client::Client client(quick_options(listener.url()));
  auto threads = start_senders(client);
  client.start();

  while (!is_complete()) {
    WsPeer peer = listener.accept_open();
    ASSERT_TRUE(peer.is_open());
    for (int count = 0; count < 100 && !is_complete(); ++count) ASSERT_TRUE(note(peer.hear()));
    peer.send_close(1001);
    for (auto heard = peer.hear(); heard.rfind("close", 0) != 0; heard = peer.hear())
      ASSERT_TRUE(note(heard));
  }

  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, kThreads * kMessages);
  EXPECT_EQ(heard_count, kThreads * kMessages);
}

TEST_F(ClientSending, doubles_and_reorders_nothing_when_connections_are_cut) {
  client::Client client(quick_options(listener.url()));
  auto threads = start_senders(client);
  client.start();

  for (int cuts = 0; cuts < 8; ++cuts) {
    WsPeer peer = listener.accept_open();
    ASSERT_TRUE(peer.is_open());
    for (int count = 0; count < 20 && !is_complete(); ++count)
      if (!note(peer.hear(1s))) break;
    peer.reset();
  }
  for (std::thread& thread : threads) thread.join();
  WsPeer last = listener.accept_open();
  ASSERT_TRUE(client.send("the end"));
  for (auto heard = last.hear(); heard != "message the end"; heard = last.hear())
    ASSERT_TRUE(note(heard));

  EXPECT_EQ(accepted, kThreads * kMessages);
  EXPECT_TRUE(eventually([&] { return client.queued_count() == 0; }));
}

TEST_F(ClientSending, delivers_all_that_was_queued_while_there_was_no_connection) {
  client::Client client(quick_options(listener.url()));
  auto threads = start_senders(client);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(client.queued_count(), static_cast<std::size_t>(kThreads * kMessages));
  client.start();

  WsPeer peer = listener.accept_open();

  for (int count = 0; count < kThreads * kMessages; ++count) ASSERT_TRUE(note(peer.hear()));
  EXPECT_TRUE(is_complete());
}

TEST_F(ClientSending, sends_long_messages_in_fragments_that_a_probe_goes_between) {
  Options options = quick_options(listener.url());
  options.fragment_bytes = 1000;
  client::Client client(std::move(options));
  client.start();
  WsPeer peer = listener.accept_open();
  const std::string text(800'000, 'x');

  ASSERT_TRUE(client.send(text));

  EXPECT_EQ(peer.hear(), "message " + text);
}

TEST_F(ClientSending, says_when_there_is_room_again) {
  Options options = logged_options(listener.url(), log);
  options.outbox.outbox_bytes_max = 1000;
  client::Client client(std::move(options));
  ASSERT_TRUE(client.send(std::string(800, 'x')));
  EXPECT_EQ(client.send(std::string(800, 'y')).error(), core::SendError::outbox_full);
  EXPECT_EQ(client.send(std::string(2000, 'z')).error(), core::SendError::too_large);

  client.start();
  WsPeer peer = listener.accept_open();

  ASSERT_TRUE(log->wait_for("writable"));
  EXPECT_TRUE(client.send(std::string(800, 'y')));
  EXPECT_EQ(peer.hear(), "message " + std::string(800, 'x'));
  EXPECT_EQ(peer.hear(), "message " + std::string(800, 'y'));
  EXPECT_EQ(log->count("writable"), 1u);
}

TEST_F(ClientSending, says_so_as_well_when_room_was_made_by_taking_back) {
  Options options = logged_options(listener.url(), log);
  options.outbox.outbox_bytes_max = 1000;
  client::Client client(std::move(options));
  ASSERT_TRUE(client.send(std::string(800, 'x')));
  ASSERT_FALSE(client.send(std::string(800, 'y')));
  EXPECT_EQ(client.take_back_all().size(), 1u);
  EXPECT_TRUE(log->wait_for("writable"));
}

TEST_F(ClientSending, says_which_message_outlived_its_time) {
  client::Client client(logged_options(listener.url(), log));
  client.suspend();
  client.start();
  const auto sent = client.send("short-lived", {.time_to_live = 20ms});
  ASSERT_TRUE(sent);
  EXPECT_TRUE(log->wait_for("expired " + std::to_string(*sent)));
  EXPECT_EQ(client.queued_count(), 0u);
}

TEST_F(ClientSending, replaces_what_waits_under_the_same_key) {
  client::Client client(quick_options(listener.url()));
  ASSERT_TRUE(client.send("price 1", {.key = "price"}));
  ASSERT_TRUE(client.send("other"));
  ASSERT_TRUE(client.send("price 2", {.key = "price"}));
  client.start();
  WsPeer peer = listener.accept_open();
  EXPECT_EQ(peer.hear(), "message price 2");
  EXPECT_EQ(peer.hear(), "message other");
}

TEST_F(ClientSending, takes_back_what_has_not_begun_to_leave) {
  client::Client client(quick_options(listener.url()));
  const auto first = client.send("first");
  ASSERT_TRUE(client.send("second"));
  ASSERT_TRUE(client.send({core::MessageType::binary, "third"}));
  ASSERT_TRUE(first);

  const auto taken = client.take_back(*first);
  const auto rest = client.take_back_all();

  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->payload, "first");
  EXPECT_FALSE(client.take_back(*first));
  EXPECT_FALSE(client.take_back(12345));
  ASSERT_EQ(rest.size(), 2u);
  EXPECT_EQ(rest[0].message.payload, "second");
  EXPECT_EQ(rest[1].message, (core::Message{core::MessageType::binary, "third"}));
  EXPECT_EQ(client.queued_count(), 0u);
  EXPECT_EQ(client.queued_bytes(), 0u);
}

TEST_F(ClientSending, refuses_while_not_open_when_told_so) {
  Options options = logged_options(listener.url(), log);
  options.outbox.when_not_open = core::WhenNotOpen::refuse;
  client::Client client(std::move(options));
  EXPECT_EQ(client.send("x").error(), core::SendError::not_open);
  client.start();
  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(log->wait_for("open"));
  EXPECT_TRUE(client.send("x"));
  EXPECT_EQ(peer.hear(), "message x");
}

TEST_F(ClientSending, refuses_a_text_that_is_not_utf8) {
  client::Client client(quick_options(listener.url()));
  EXPECT_EQ(client.send("\xFF").error(), core::SendError::invalid_text);
  EXPECT_TRUE(client.send({core::MessageType::binary, "\xFF"}));
}

TEST_F(ClientSending, goes_on_reading_while_a_producer_never_pauses) {
  client::Client client(logged_options(listener.url(), log));
  client.start();
  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(log->wait_for("open"));
  std::atomic<bool> is_over = false;
  std::thread producer([&] {
    const std::string text(10'000, 'x');
    while (!is_over) static_cast<void>(client.send(text));
  });
  std::thread drain([&] {
    while (!is_over) peer.hear();
  });

  peer.send("are you there");

  EXPECT_TRUE(log->wait_for("message are you there"));
  is_over = true;
  producer.join();
  client.stop();
  drain.join();
}

}  // namespace
}  // namespace heartwire::client
