// A server's side of the heartbeat: it reaps the silent, and answers each peer in its own dialect.

#include "heartwire/server/server.hpp"
#include "tests/unit/server/event_log.hpp"
#include "tests/unit/server/raw_peer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace heartwire::server {
namespace {

using namespace std::chrono_literals;
using testing::EventLog;
using testing::open_peer;
using testing::RawPeer;

Options beating(EventLog& log) {
  Options options;
  options.heartbeat.interval = 200ms;
  options.heartbeat.timeout = 200ms;
  options.hooks.on_message = [&log](Connection&, core::MessageView message) {
    log.add("message " + std::string{message.payload});
  };
  options.hooks.on_close = [&log](Connection&, const CloseInfo& info) {
    log.add("close " + std::string{name(info.cause)} + ": " + info.text);
  };
  options.hooks.on_heartbeat = [&log](Connection&, std::chrono::nanoseconds round_trip) {
    EXPECT_GT(round_trip, 0ns);
    log.add("heartbeat");
  };
  options.hooks.on_error = [&log](std::string_view what) { log.add("error " + std::string{what}); };
  return options;
}

TEST(ServerHeartbeat, ReapsAPeerThatFellSilent) {
  EventLog log;
  Server server(beating(log));
  server.start();
  RawPeer peer = open_peer(server.port());

  EXPECT_EQ(peer.next(), "ping");
  EXPECT_TRUE(log.wait_for("close heartbeat"));

  std::string last = peer.next();
  while (last == "ping") last = peer.next();
  EXPECT_EQ(last, "rst");
  EXPECT_EQ(server.stats().reaped, 1U);
  EXPECT_EQ(server.stats().open, 0U);
}

TEST(ServerHeartbeat, KeepsAPeerThatAnswers) {
  EventLog log;
  Server server(beating(log));
  server.start();
  RawPeer peer = open_peer(server.port());

  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(peer.next(), "ping");
    peer.send_pong();
  }

  EXPECT_TRUE(log.wait_for("heartbeat", 5));
  EXPECT_EQ(log.count("close"), 0U);
}

TEST(ServerHeartbeat, AnswersPings) {
  EventLog log;
  Server server(beating(log));
  server.start();
  RawPeer peer = open_peer(server.port());

  peer.send_frame(ws::Opcode::ping, "are you there?");

  EXPECT_EQ(peer.next(), "pong are you there?");
}

TEST(ServerHeartbeat, ProbesWhenAsked) {
  EventLog log;
  Options options = beating(log);
  options.heartbeat.interval = 1h;
  options.hooks.on_message = [](Connection& connection, core::MessageView) {
    connection.check_now();
  };
  Server server(std::move(options));
  server.start();
  RawPeer peer = open_peer(server.port());

  peer.send_text("is it me you are looking for?");

  EXPECT_EQ(peer.next(), "ping");
}

TEST(ServerHeartbeat, LearnsADialectFromTheFirstHeartbeat) {
  EventLog log;
  Options options = beating(log);
  options.dialects = {core::dialect::text("ping", "pong"), core::dialect::json({})};
  Server server(std::move(options));
  server.start();
  RawPeer text = open_peer(server.port());
  RawPeer json = open_peer(server.port());

  text.send_text("ping");
  json.send_text(R"({"type":"ping"})");
  EXPECT_EQ(text.next_after_pings(), "text pong");
  EXPECT_EQ(json.next_after_pings(), R"(text {"type":"pong"})");
  // Each speaks only its own from now on, and the rest is the application's.
  json.send_text("ping");

  EXPECT_TRUE(log.wait_for("message ping"));
  EXPECT_EQ(log.count("message"), 1U);
}

TEST(ServerHeartbeat, TakesTheDialectThatTheSubprotocolImplies) {
  EventLog log;
  Options options = beating(log);
  options.dialects = {core::dialect::mqtt(), core::dialect::text("ping", "pong")};
  options.hooks.on_request = [](const Request&) { return Admit::accept("mqtt"); };
  Server server(std::move(options));
  server.start();
  RawPeer peer = open_peer(server.port(), "/", "Sec-WebSocket-Protocol: mqtt\r\n");

  peer.send_frame(ws::Opcode::binary, std::string{"\xC0\x00", 2});

  EXPECT_EQ(peer.next_after_pings(), "binary " + std::string("\xD0\x00", 2));
}

TEST(ServerHeartbeat, TakesTheDialectThatTheHookNames) {
  EventLog log;
  Options options = beating(log);
  options.dialects = {core::dialect::text("ping", "pong"), core::dialect::phoenix()};
  options.hooks.on_request = [](const Request& request) {
    Admit admit;
    admit.dialect = request.query;
    return admit;
  };
  Server server(std::move(options));
  server.start();
  RawPeer phoenix = open_peer(server.port(), "/?phoenix");
  RawPeer unknown = open_peer(server.port(), "/?morse");

  phoenix.send_text("ping");
  unknown.send_text("ping");

  EXPECT_EQ(unknown.next_after_pings(), "text pong");
  EXPECT_TRUE(log.wait_for("message ping"));
  EXPECT_TRUE(log.wait_for("error 127.0.0.1:"));
}

TEST(ServerHeartbeat, ReportsADialectThatThrows) {
  EventLog log;
  Options options = beating(log);
  core::dialect::CustomOptions custom;
  custom.read = [](core::MessageView) -> core::Meaning { throw std::runtime_error("bad day"); };
  options.dialects = {core::dialect::custom(custom)};
  Server server(std::move(options));
  server.start();
  RawPeer peer = open_peer(server.port());

  peer.send_text("hello");

  EXPECT_TRUE(log.wait_for("error the dialect threw: bad day"));
  EXPECT_TRUE(log.wait_for("message hello"));
}

}  // namespace
}  // namespace heartwire::server
