// Going away: everybody is told when to come back.

#include "heartwire/server/server.hpp"
#include "tests/unit/server/event_log.hpp"
#include "tests/unit/server/raw_peer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace heartwire::server {
namespace {

using namespace std::chrono_literals;
using ::testing::ContainsRegex;
using testing::EventLog;
using ::testing::MatchesRegex;
using testing::open_peer;
using testing::RawPeer;
using ::testing::StartsWith;

Options draining(EventLog& log) {
  Options options;
  options.drain.close_window = 100ms;
  options.drain.close_rate_min = 1;
  options.drain.downtime = 1s;
  options.hooks.on_open = [&log](Connection&, const Request&) { log.add("open"); };
  options.hooks.on_close = [&log](Connection&, const CloseInfo& info) {
    log.add("close " + std::to_string(info.code) + (info.is_clean ? " clean" : " unclean"));
  };
  return options;
}

TEST(ServerDrain, SendsEverybodyAwayWithATimeToReturnAndThenStops) {
  EventLog log;
  Server server(draining(log));
  server.start();
  std::vector<RawPeer> peers;
  for (int i = 0; i < 8; ++i) peers.push_back(open_peer(server.port()));
  ASSERT_TRUE(log.wait_for("open", 8));
  const auto begun = std::chrono::steady_clock::now();

  server.drain();

  for (RawPeer& peer : peers) {
    EXPECT_THAT(peer.next(), MatchesRegex("close 1012 retry-after=[1-9]"));
    peer.send_close(1012);
    EXPECT_EQ(peer.next(), "fin");
    peer.close();
  }
  server.wait();
  EXPECT_EQ(log.count("close 1012 clean"), 8U);
  // When the last has gone, not when its time is over.
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

TEST(ServerDrain, DoesNotWaitForOneWhoNeverAsks) {
  EventLog log;
  Options options = draining(log);
  options.close_timeout = 100ms;
  options.handshake_timeout = 1h;
  Server server(std::move(options));
  server.start();
  RawPeer coming(server.port());
  coming.send("GET / HTTP/1.1\r\n");
  RawPeer opened = open_peer(server.port());  // So `coming` has been accepted too.
  ASSERT_TRUE(log.wait_for("open"));

  server.drain();
  server.wait();

  EXPECT_NE(coming.read_head().find("fin"), std::string::npos);
}

TEST(ServerDrain, EndsThoughAPeerDoesNotAnswer) {
  EventLog log;
  Options options = draining(log);
  options.close_timeout = 100ms;
  Server server(std::move(options));
  server.start();
  RawPeer peer = open_peer(server.port());
  ASSERT_TRUE(log.wait_for("open"));

  server.drain();
  server.wait();

  EXPECT_EQ(log.count("close 1012 unclean"), 1U);
}

TEST(ServerDrain, RefusesOneWhoWasStillComing) {
  EventLog log;
  Options options = draining(log);
  options.threads = 2;
  Server server(std::move(options));
  server.start();
  RawPeer opened = open_peer(server.port());
  RawPeer coming(server.port());
  coming.send("GET / HTTP/1.1\r\n");
  RawPeer also_opened = open_peer(server.port());  // So `coming` has been accepted too.
  ASSERT_TRUE(log.wait_for("open", 2));

  server.drain();
  EXPECT_THAT(opened.next(), StartsWith("close 1012"));
  EXPECT_THAT(also_opened.next(), StartsWith("close 1012"));
  coming.send(
      "Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

  const std::string head = coming.read_head();
  EXPECT_THAT(head, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(head, ContainsRegex("Retry-After: [1-9]"));
}

TEST(ServerDrain, OfAnEmptyServerEndsAtOnce) {
  EventLog log;
  Server server(draining(log));
  server.start();

  server.drain();
  server.wait();

  EXPECT_EQ(server.stats(), Stats{});
}

}  // namespace
}  // namespace heartwire::server
