// Several loops, and everything called from everywhere at once: for ThreadSanitizer above all.

#include "heartwire/server/server.hpp"
#include "tests/unit/server/event_log.hpp"
#include "tests/unit/server/raw_peer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace heartwire::server {
namespace {

using testing::EventLog;
using testing::open_peer;
using testing::RawPeer;

TEST(ServerThreads, DealsConnectionsOutAndTellsEachOnOneThread) {
  EventLog log;
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::set<std::uint64_t> ids;
  Options options;
  options.threads = 3;
  options.hooks.on_open = [&](Connection& connection, const Request&) {
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
    EXPECT_TRUE(ids.insert(connection.id()).second) << "an id was given twice";
  };
  options.hooks.on_message = [](Connection& connection, core::MessageView message) {
    EXPECT_TRUE(connection.send(message));
  };
  options.hooks.on_close = [&](Connection&, const CloseInfo&) { log.add("close"); };
  Server server(std::move(options));
  server.start();
  std::vector<RawPeer> peers;

  for (int i = 0; i < 12; ++i) peers.push_back(open_peer(server.port()));
  for (RawPeer& peer : peers) peer.send_text("hello");

  for (RawPeer& peer : peers) EXPECT_EQ(peer.next_after_pings(), "text hello");
  EXPECT_EQ(server.stats().open, 12U);
  for (RawPeer& peer : peers) peer.close();
  EXPECT_TRUE(log.wait_for("close", 12));
  const std::lock_guard lock(mutex);
  EXPECT_EQ(threads.size(), 3U);
}

TEST(ServerThreads, SendsAmongConnectionsOfDifferentLoops) {
  std::mutex mutex;
  std::vector<Connection> all;
  Options options;
  options.threads = 2;
  options.hooks.on_open = [&](Connection& connection, const Request&) {
    const std::lock_guard lock(mutex);
    all.push_back(connection);
  };
  std::atomic<int> refused{0};
  options.hooks.on_message = [&](Connection&, core::MessageView message) {
    const std::lock_guard lock(mutex);
    for (Connection& connection : all)
      if (!connection.send(message)) ++refused;
  };
  Server server(std::move(options));
  server.start();
  constexpr std::size_t kPeers = 6;
  constexpr std::size_t kMessages = 50;
  std::vector<RawPeer> peers;
  for (std::size_t i = 0; i < kPeers; ++i) peers.push_back(open_peer(server.port()));
  while (server.stats().accepted < kPeers) std::this_thread::yield();

  for (std::size_t i = 0; i < kMessages; ++i)
    for (RawPeer& peer : peers) peer.send_text("x");

  for (RawPeer& peer : peers)
    for (std::size_t i = 0; i < kPeers * kMessages; ++i)
      ASSERT_EQ(peer.next_after_pings(), "text x");
  EXPECT_EQ(refused, 0);
}

TEST(ServerThreads, StopsAmidTrafficFromEverywhere) {
  std::mutex mutex;
  std::vector<Connection> all;
  std::atomic<bool> is_over{false};
  std::atomic<int> late_hooks{0};
  Options options;
  options.threads = 2;
  options.hooks.on_open = [&](Connection& connection, const Request&) {
    const std::lock_guard lock(mutex);
    all.push_back(connection);
  };
  options.hooks.on_message = [&](Connection& connection, core::MessageView message) {
    if (is_over) ++late_hooks;
    static_cast<void>(connection.send(message));
  };
  Server server(std::move(options));
  server.start();
  std::vector<RawPeer> peers;
  for (int i = 0; i < 4; ++i) peers.push_back(open_peer(server.port()));
  std::atomic<bool> is_done{false};
  std::thread chatter([&] {
    while (!is_done) {
      const std::lock_guard lock(mutex);
      for (Connection& connection : all) {
        static_cast<void>(connection.send("chat"));
        static_cast<void>(connection.unsent_bytes());
        connection.check_now();
      }
    }
  });
  for (int i = 0; i < 200; ++i)
    for (RawPeer& peer : peers) peer.send_text("x");

  server.stop();
  server.wait();
  is_over = true;

  is_done = true;
  chatter.join();
  EXPECT_EQ(late_hooks, 0);
  for (Connection& connection : all) EXPECT_FALSE(connection.is_open());
}

}  // namespace
}  // namespace heartwire::server
