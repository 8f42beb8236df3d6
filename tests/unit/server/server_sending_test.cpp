// Sending: from hooks, from other threads, to many, and to those who do not read.

#include "heartwire/server/server.hpp"
#include "tests/unit/server/event_log.hpp"
#include "tests/unit/server/raw_peer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace heartwire::server {
namespace {

using testing::EventLog;
using testing::open_peer;
using testing::RawPeer;

constexpr int kSmallBufferBytes = 4096;
constexpr std::size_t kBound = 256 << 10;

/// The connections of a server, in the order in which they opened.
class Guests {
 public:
  void join(Hooks& hooks) {
    hooks.on_open = [this](Connection& connection, const Request&) {
      const std::lock_guard lock(mutex_);
      connections_.push_back(connection);
    };
  }
  std::vector<Connection> all() {
    const std::lock_guard lock(mutex_);
    return connections_;
  }
  Connection at(std::size_t index) {
    while (all().size() <= index) std::this_thread::yield();
    return all()[index];
  }

 private:
  std::mutex mutex_;
  std::vector<Connection> connections_;
};

/// Each unlike its neighbours.
std::string numbered_block(std::size_t number) {
  return std::string(1000, static_cast<char>('a' + number % 26));
}

TEST(ServerSending, NeverKeepsMoreThanItsBoundForAPeerThatDoesNotRead) {
  Options options;
  options.send_buffer_bytes_max = kBound;
  std::promise<std::size_t> taken;
  options.hooks.on_message = [&](Connection& connection, core::MessageView) {
    const std::string block(10'000, 'x');
    std::size_t count = 0;
    auto sent = connection.send(block);
    for (; sent; sent = connection.send(block)) {
      ++count;
      ASSERT_LE(connection.unsent_bytes(), kBound);
    }
    EXPECT_EQ(sent.error(), core::SendError::outbox_full);
    EXPECT_TRUE(connection.is_open());
    taken.set_value(count);
  };
  Server server(std::move(options));
  server.start();
  RawPeer peer(server.port(), kSmallBufferBytes);
  peer.upgrade();

  peer.send_text("flood me");
  const std::size_t count = taken.get_future().get();

  EXPECT_GT(count, 0U);
  for (std::size_t i = 0; i < count; ++i)
    ASSERT_EQ(peer.next_after_pings(), "text " + std::string(10'000, 'x'));
}

TEST(ServerSending, ClosesASlowPeerIfItIsToldTo) {
  EventLog log;
  Options options;
  options.send_buffer_bytes_max = kBound;
  options.slow_peer = SlowPeer::close;
  options.hooks.on_message = [&](Connection& connection, core::MessageView) {
    while (connection.send(std::string(10'000, 'x'))) {
    }
    EXPECT_FALSE(connection.is_open());
  };
  options.hooks.on_close = [&](Connection&, const CloseInfo& info) { log.add(info.text); };
  Server server(std::move(options));
  server.start();
  RawPeer peer(server.port(), kSmallBufferBytes);
  peer.upgrade();

  peer.send_text("flood me");

  std::string last = peer.next();
  while (last.starts_with("text ")) last = peer.next();
  EXPECT_EQ(last, "close 1013 reading too slowly");
  peer.send_close(1013);
  EXPECT_TRUE(log.wait_for("closed by the server: the peer reads too slowly"));
}

TEST(ServerSending, DoesNotReadFromAPeerThatDoesNotReadItsEcho) {
  Options options;
  options.send_buffer_bytes_max = kBound;
  std::atomic<std::size_t> most_unsent{0};
  std::atomic<int> refused{0};
  options.hooks.on_message = [&](Connection& connection, core::MessageView message) {
    if (!connection.send(message)) ++refused;
    most_unsent = std::max(most_unsent.load(), connection.unsent_bytes());
  };
  Server server(std::move(options));
  server.start();
  RawPeer peer(server.port(), kSmallBufferBytes);
  peer.upgrade();
  std::string frames;
  constexpr std::size_t kCount = 20'000;
  for (std::size_t i = 0; i < kCount; ++i)
    frames += testing::client_frame(ws::Opcode::text, numbered_block(i));

  const std::size_t sent = peer.send_until_stuck(frames);

  EXPECT_LT(sent, frames.size()) << "the server read on and on";
  std::thread rest([&] { peer.send(std::string_view{frames}.substr(sent)); });
  for (std::size_t i = 0; i < kCount; ++i) {
    const std::string expected = "text " + numbered_block(i);
    if (peer.next_after_pings() == expected) continue;
    ADD_FAILURE() << "echo " << i << " is not what was sent";
    peer.finish();
    break;
  }
  rest.join();
  EXPECT_EQ(refused, 0);
  EXPECT_LE(most_unsent, kBound);
}

TEST(ServerSending, KeepsTheOrderOfEachThread) {
  Guests guests;
  Options options;
  guests.join(options.hooks);
  Server server(std::move(options));
  server.start();
  RawPeer peer = open_peer(server.port());
  Connection connection = guests.at(0);
  constexpr int kThreads = 4;
  constexpr int kMessages = 500;

  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread)
    threads.emplace_back([connection, thread]() mutable {
      for (int i = 0; i < kMessages; ++i)
        EXPECT_TRUE(connection.send(std::to_string(thread) + " " + std::to_string(i)));
    });
  for (std::thread& thread : threads) thread.join();

  std::vector<int> next(kThreads, 0);
  for (int i = 0; i < kThreads * kMessages; ++i) {
    const std::string what = peer.next_after_pings();
    ASSERT_TRUE(what.starts_with("text ")) << what;
    const auto thread = static_cast<std::size_t>(what[5] - '0');
    ASSERT_EQ(what.substr(7), std::to_string(next[thread]++));
  }
}

TEST(ServerSending, BoundsWhatOtherThreadsSend) {
  Guests guests;
  EventLog log;
  Options options;
  options.send_buffer_bytes_max = kBound;
  options.hooks.on_close = [&](Connection&, const CloseInfo& info) { log.add(info.text); };
  guests.join(options.hooks);
  Server server(std::move(options));
  server.start();
  RawPeer peer(server.port(), kSmallBufferBytes);
  peer.upgrade();
  Connection connection = guests.at(0);
  std::atomic<std::size_t> taken{0};

  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&taken, connection]() mutable {
      for (int refused = 0; refused < 100;) {
        if (connection.send(std::string(5000, 'x'))) {
          ++taken;
        } else {
          ++refused;
        }
        EXPECT_LE(connection.unsent_bytes(), kBound);
      }
    });
  for (std::thread& thread : threads) thread.join();

  EXPECT_TRUE(connection.is_open());
  for (std::size_t i = 0; i < taken; ++i)
    ASSERT_EQ(peer.next_after_pings(), "text " + std::string(5000, 'x'));
  EXPECT_EQ(log.all().size(), 0U);
}

TEST(ServerSending, RefusesTextThatIsNotUtf8) {
  Guests guests;
  std::promise<core::SendError> in_hook;
  Options options;
  guests.join(options.hooks);
  options.hooks.on_message = [&](Connection& connection, core::MessageView) {
    in_hook.set_value(connection.send("\xFF").error());
  };
  Server server(std::move(options));
  server.start();
  RawPeer peer = open_peer(server.port());
  peer.send_text("go");

  EXPECT_EQ(in_hook.get_future().get(), core::SendError::invalid_text);
  EXPECT_EQ(guests.at(0).send("\xFF").error(), core::SendError::invalid_text);
  EXPECT_EQ(guests.at(0).send(Encoded("\xFF")).error(), core::SendError::invalid_text);
}

TEST(ServerSending, RefusesWhatCanNeverFit) {
  Guests guests;
  Options options;
  options.send_buffer_bytes_max = 1024;
  guests.join(options.hooks);
  Server server(std::move(options));
  server.start();
  RawPeer peer = open_peer(server.port());

  EXPECT_EQ(guests.at(0).send(std::string(1024, 'x')).error(), core::SendError::outbox_full);
  EXPECT_TRUE(guests.at(0).send(std::string(1000, 'x')));
}

TEST(ServerSending, BroadcastsFromAHookToTheSenderAndTheOthers) {
  Guests guests;
  Options options;
  guests.join(options.hooks);
  std::optional<Server> server;
  std::atomic<std::size_t> took{0};
  options.hooks.on_message = [&](Connection& connection, core::MessageView message) {
    EXPECT_TRUE(connection.send("you said"));
    took = server->broadcast(Encoded(message), guests.all());
    EXPECT_TRUE(connection.send("done"));
  };
  server.emplace(std::move(options));
  server->start();
  RawPeer first = open_peer(server->port());
  RawPeer second = open_peer(server->port());
  RawPeer third = open_peer(server->port());
  guests.at(2);

  second.send_text("hello all");

  EXPECT_EQ(first.next(), "text hello all");
  EXPECT_EQ(third.next(), "text hello all");
  EXPECT_EQ(second.next(), "text you said");
  EXPECT_EQ(second.next(), "text hello all");
  EXPECT_EQ(second.next(), "text done");
  EXPECT_EQ(took, 3U);
}

TEST(ServerSending, BroadcastsFromOutside) {
  Guests guests;
  Options options;
  guests.join(options.hooks);
  Server server(std::move(options));
  server.start();
  RawPeer first = open_peer(server.port());
  RawPeer second = open_peer(server.port());
  guests.at(1);

  EXPECT_EQ(server.broadcast(Encoded("news"), guests.all()), 2U);

  EXPECT_EQ(first.next(), "text news");
  EXPECT_EQ(second.next(), "text news");
}

}  // namespace
}  // namespace heartwire::server
