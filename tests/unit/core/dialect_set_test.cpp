#include "heartwire/core/dialect_set.hpp"

#include "heartwire/core/heartbeat.hpp"
#include "tests/unit/core/dialect_table.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace heartwire::core {
namespace {

constexpr std::uint8_t kUndecided = DialectSet::kUndecided;

DialectSet make(std::vector<DialectPtr> dialects) {
  auto set = DialectSet::make(std::move(dialects));
  EXPECT_TRUE(set);
  return *std::move(set);
}

DialectSet everything() {
  return make({dialect::protocol(), dialect::text("ping", "pong"), dialect::json({}),
               dialect::engine_io(), dialect::sockjs(), dialect::stomp(), dialect::mqtt(),
               dialect::phoenix(), dialect::graphql_transport_ws()});
}

struct Server {
  DialectSet set = everything();
  std::uint8_t chosen = kUndecided;
  std::string reply;

  Meaning receive(MessageView message) {
    return set.read(Role::server, chosen, message, reply).meaning;
  }
  std::string_view chosen_name() const {
    const Dialect* dialect = set.at(chosen);
    return dialect != nullptr ? dialect->name() : "undecided";
  }
};

TEST(DialectSet, decides_by_the_first_heartbeat) {
  const std::vector<std::pair<MessageView, std::string_view>> cases{
      {text_message("ping"), "text"},
      {text_message(R"({"type":"ping"})"), "json"},
      {text_message("2probe"), "engine.io"},
      {text_message("\n"), "stomp"},
      {text_message("CONNECT\naccept-version:1.2\nheart-beat:0,0\n\n"), "stomp"},
      {binary_message(std::string_view("\xC0\x00", 2)), "mqtt"},
      {text_message(R"([null,"1","phoenix","heartbeat",{}])"), "phoenix"},
  };
  for (const auto& [message, name] : cases) {
    Server server;
    EXPECT_EQ(server.receive(text_message("hello")), Meaning::application);
    EXPECT_EQ(server.chosen_name(), "undecided");
    EXPECT_NE(server.receive(message), Meaning::application);
    EXPECT_EQ(server.chosen_name(), name);
  }
}

TEST(DialectSet, once_decided_hears_no_other_dialect) {
  Server server;

  EXPECT_EQ(server.receive(text_message("ping")), Meaning::probe);
  EXPECT_EQ(server.reply, "pong");
  EXPECT_EQ(server.receive(text_message(R"({"type":"ping"})")), Meaning::application);
  EXPECT_EQ(server.reply, "");
  EXPECT_EQ(server.chosen_name(), "text");
}

TEST(DialectSet, asks_in_the_order_in_which_dialects_are_named) {
  const DialectSet set = make({dialect::text("2", "two"), dialect::engine_io()});
  std::uint8_t chosen = kUndecided;
  std::string reply;

  set.read(Role::server, chosen, text_message("2"), reply);

  EXPECT_EQ(chosen, 0);
  EXPECT_EQ(reply, "two");
}

TEST(DialectSet, probes_by_ping_frames_until_decided) {
  Server server;
  std::string payload;

  EXPECT_EQ(server.set.write_probe(Role::server, kUndecided, 1, payload), ProbeForm::protocol_ping);
  EXPECT_TRUE(server.set.has_answers(Role::server, kUndecided));
  server.receive(text_message("ping"));
  EXPECT_EQ(server.set.write_probe(Role::server, server.chosen, 2, payload), ProbeForm::text);
  EXPECT_EQ(payload, "ping");
}

TEST(DialectSet, probes_by_ping_frames_where_the_dialect_has_the_server_send_nothing) {
  Server server;
  std::string payload;

  server.receive(binary_message(std::string_view("\xC0\x00", 2)));

  EXPECT_EQ(server.set.write_probe(Role::server, server.chosen, 1, payload),
            ProbeForm::protocol_ping);
}

TEST(DialectSet, one_dialect_alone_is_chosen_from_the_start) {
  const DialectSet set = make({dialect::mqtt()});
  std::string payload;
  HeartbeatOptions options;

  EXPECT_EQ(set.choose("", "/"), 0);
  EXPECT_EQ(set.write_probe(Role::server, 0, 1, payload), ProbeForm::none);
  set.adapt(Role::server, options);
  EXPECT_EQ(options.sending, Sending::watchdog);
}

TEST(DialectSet, several_dialects_adapt_no_modes) {
  HeartbeatOptions options;

  everything().adapt(Role::server, options);

  EXPECT_EQ(options, HeartbeatOptions{});
}

TEST(DialectSet, an_empty_set_leaves_all_to_the_application) {
  const DialectSet set;
  std::uint8_t chosen = set.choose("mqtt", "/");
  std::string reply;
  std::string payload;

  EXPECT_EQ(chosen, kUndecided);
  EXPECT_EQ(set.read(Role::server, chosen, text_message("ping"), reply), Reading{});
  EXPECT_EQ(chosen, kUndecided);
  EXPECT_EQ(set.write_probe(Role::server, chosen, 1, payload), ProbeForm::protocol_ping);
}

TEST(DialectSet, chooses_at_open_by_subprotocol_and_url) {
  const DialectSet set = everything();
  const auto chosen = [&set](std::string_view subprotocol, std::string_view target) {
    const Dialect* dialect = set.at(set.choose(subprotocol, target));
    return dialect != nullptr ? dialect->name() : std::string_view("undecided");
  };

  EXPECT_EQ(chosen("mqtt", "/"), "mqtt");
  EXPECT_EQ(chosen("v12.stomp", "/ws"), "stomp");
  EXPECT_EQ(chosen("", "/socket.io/?EIO=4&transport=websocket"), "engine.io");
  EXPECT_EQ(chosen("", "/engine.io/?transport=websocket&EIO=4"), "engine.io");
  EXPECT_EQ(chosen("", "/echo/123/abcd1234/websocket"), "sockjs");
  EXPECT_EQ(chosen("", "/echo/123/abcd1234/websocket?t=1"), "sockjs");
  EXPECT_EQ(chosen("", "/echo/websocket"), "undecided");
  EXPECT_EQ(chosen("", "/echo/12/abcd1234/websocket"), "undecided");
  EXPECT_EQ(chosen("", "/echo/123//websocket"), "undecided");
  EXPECT_EQ(chosen("", "websocket"), "undecided");
  EXPECT_EQ(chosen("", "/EIO=4"), "undecided");
  EXPECT_EQ(chosen("", "/?xEIO=4"), "undecided");
  EXPECT_EQ(chosen("chat", "/"), "undecided");
  EXPECT_EQ(chosen("", ""), "undecided");
}

TEST(DialectSet, leaves_undecided_what_it_does_not_hold) {
  const DialectSet set = make({dialect::protocol(), dialect::text("ping", "pong")});

  EXPECT_EQ(set.choose("mqtt", "/"), kUndecided);
  EXPECT_EQ(set.choose("", "/?EIO=4"), kUndecided);
}

TEST(DialectSet, refuses_too_many_and_null) {
  EXPECT_TRUE(DialectSet::make(std::vector(kDialectsMax, dialect::protocol())));
  EXPECT_FALSE(DialectSet::make(std::vector(kDialectsMax + 1, dialect::protocol())));
  EXPECT_FALSE(DialectSet::make({dialect::protocol(), nullptr}));
}

TEST(DialectSet, stays_undecided_on_hostile_messages) {
  for (const std::string& payload : hostile_payloads()) {
    for (const MessageType type : {MessageType::text, MessageType::binary}) {
      Server server;
      EXPECT_EQ(server.receive({type, payload}), Meaning::application);
      EXPECT_EQ(server.chosen, kUndecided) << testing::PrintToString(payload.substr(0, 60));
    }
  }
}

TEST(DialectSet, decides_once_whatever_comes) {
  std::mt19937 random(3);
  const std::vector<std::string> seeds{"ping", "2", R"({"type":"ping"})", "\n", "hello", "\xC0"};
  for (int round = 0; round < 2000; ++round) {
    Server server;
    std::uint8_t first = kUndecided;
    for (int step = 0; step < 8; ++step) {
      std::string payload = seeds[random() % seeds.size()];
      if (random() % 3 == 0) payload[random() % payload.size()] = static_cast<char>(random());
      const auto type = random() % 4 == 0 ? MessageType::binary : MessageType::text;
      const Meaning meaning = server.receive({type, payload});
      if (first == kUndecided) {
        first = server.chosen;
        ASSERT_EQ(first == kUndecided, meaning == Meaning::application);
      }
      ASSERT_EQ(server.chosen, first);
    }
  }
}

}  // namespace
}  // namespace heartwire::core
