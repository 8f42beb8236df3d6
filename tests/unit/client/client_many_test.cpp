// Many clients on one loop: one thread serves them all, and none disturbs another.

#include "heartwire/client/client.hpp"
#include "heartwire/net/loop.hpp"
#include "tests/unit/client/client_fixture.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace heartwire::client {
namespace {

using namespace testing;

constexpr std::size_t kClients = 200;

class ClientMany : public ::testing::Test {
 protected:
  void SetUp() override {
    for (std::size_t i = 0; i < kClients; ++i) {
      Options options = logged_options(listener.url(), log);
      options.greeting = {{core::MessageType::text, "hello"}};
      options.hooks.on_message = [this](core::MessageView message) {
        log->add("message " + std::string{message.payload});
        const std::lock_guard lock(mutex);
        threads.insert(std::this_thread::get_id());
      };
      clients.push_back(std::make_unique<client::Client>(loop, std::move(options)));
      clients.back()->start();
    }
  }

  /// Accepts them all and exchanges a message with each.
  std::vector<WsPeer> meet_all() {
    std::vector<WsPeer> peers;
    for (std::size_t i = 0; i < kClients; ++i) peers.push_back(listener.accept_open());
    for (WsPeer& peer : peers) {
      EXPECT_EQ(peer.hear(), "message hello");
      peer.send("welcome");
    }
    return peers;
  }

  std::shared_ptr<EventLog> log = std::make_shared<EventLog>();
  WsListener listener;
  std::mutex mutex;
  std::set<std::thread::id> threads;
  net::Loop loop;
  std::vector<std::unique_ptr<client::Client>> clients;
};

TEST_F(ClientMany, live_and_come_back_on_one_thread) {
  auto peers = meet_all();
  ASSERT_TRUE(log->wait_for("message welcome", kClients));
  for (WsPeer& peer : peers) peer.reset();

  peers = meet_all();

  ASSERT_TRUE(log->wait_for("message welcome", 2 * kClients));
  EXPECT_EQ(log->count("open first"), kClients);
  EXPECT_EQ(log->count("open again"), kClients);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(threads.size(), 1u);
}

TEST_F(ClientMany, may_be_destroyed_in_any_order_while_busy) {
  auto peers = meet_all();
  for (std::size_t i = 0; i < kClients; i += 2) clients[i].reset();
  for (WsPeer& peer : peers) peer.cut();
  peers.clear();
  while (peers.size() < kClients / 4) peers.push_back(listener.accept_open());
  ASSERT_TRUE(log->wait_for("open again", kClients / 4));
  clients.clear();
  for (WsPeer& peer : peers) {
    auto heard = peer.hear();
    if (heard == "message hello") heard = peer.hear();  // It may have gone before it greeted.
    EXPECT_EQ(heard, "end");
  }
}

}  // namespace
}  // namespace heartwire::client
