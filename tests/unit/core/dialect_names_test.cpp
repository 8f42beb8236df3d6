#include "heartwire/core/dialect.hpp"
#include "heartwire/core/heartbeat.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace heartwire::core {
namespace {

using testing::HasSubstr;

constexpr const char* kNames[] = {"ping",  "text", "json",    "engine.io",           "sockjs",
                                  "stomp", "mqtt", "phoenix", "graphql-transport-ws"};

std::string probe_named(std::string_view name) {
  const auto dialect = dialect::by_name(name);
  if (!dialect) return "error: " + dialect.error();
  std::string payload;
  (*dialect)->write_probe(Role::client, 3, payload);
  return payload;
}

TEST(DialectNames, finds_every_builtin_by_its_own_name) {
  for (const char* name : kNames) {
    const auto dialect = dialect::by_name(name);
    ASSERT_TRUE(dialect) << name;
    EXPECT_EQ((*dialect)->name(), name);
  }
}

TEST(DialectNames, every_builtin_adapts_options_to_valid_ones) {
  for (const char* name : kNames) {
    for (const Role role : {Role::client, Role::server}) {
      HeartbeatOptions options;
      (*dialect::by_name(name))->adapt(role, options);
      EXPECT_EQ(validate(options), std::nullopt) << name;
    }
  }
}

TEST(DialectNames, only_a_custom_dialect_has_user_code) {
  for (const char* name : kNames) EXPECT_FALSE((*dialect::by_name(name))->has_user_code()) << name;
  EXPECT_TRUE(dialect::custom({})->has_user_code());
}

TEST(DialectNames, takes_probe_and_answer_after_the_name) {
  EXPECT_EQ(probe_named("text"), "ping");
  EXPECT_EQ(probe_named("text:heartbeat"), "heartbeat");
  EXPECT_EQ(probe_named("text:a:b=c/d/e"), "a:b=c");
  EXPECT_EQ(probe_named("json"), R"({"type":"ping"})");
  EXPECT_EQ(probe_named("json:op=hb"), R"({"op":"hb"})");
  EXPECT_EQ(probe_named("json:type=Ping/Pong"), R"({"type":"Ping"})");
  EXPECT_EQ(probe_named("stomp:5000,0"), "\n");
}

TEST(DialectNames, an_answer_left_out_is_no_answer) {
  EXPECT_FALSE((*dialect::by_name("text:heartbeat"))->has_answers(Role::client));
  EXPECT_TRUE((*dialect::by_name("text:hb/ok"))->has_answers(Role::client));
  EXPECT_FALSE((*dialect::by_name("json:type=hb"))->has_answers(Role::client));
}

TEST(DialectNames, gives_stomp_its_periods) {
  const auto dialect = dialect::by_name("stomp:5000,0");
  std::string reply;

  const Reading reading = (*dialect)->read(
      Role::client, {MessageType::text, "CONNECTED\nheart-beat:1000,1000\n\n"}, reply);

  EXPECT_EQ(reading.rhythm, (Rhythm{std::chrono::milliseconds{3750}, kNever, kNever}));
}

TEST(DialectNames, says_what_is_wrong_and_names_it) {
  EXPECT_THAT(probe_named("pong"), HasSubstr("\"pong\": unknown; known are ping, text, json"));
  EXPECT_THAT(probe_named(""), HasSubstr("unknown"));
  EXPECT_THAT(probe_named("pong:x"), HasSubstr("unknown"));
  EXPECT_THAT(probe_named("text:"), HasSubstr("text:PROBE/ANSWER"));
  EXPECT_THAT(probe_named("text:/pong"), HasSubstr("no probe"));
  EXPECT_THAT(probe_named("json:type"), HasSubstr("json:FIELD=PROBE/ANSWER"));
  EXPECT_THAT(probe_named("json:=ping"), HasSubstr("no field"));
  EXPECT_THAT(probe_named("stomp:5"), HasSubstr("stomp:SEND,RECEIVE"));
  EXPECT_THAT(probe_named("stomp:-5,5"), HasSubstr("stomp:SEND,RECEIVE"));
  EXPECT_THAT(probe_named("mqtt:60"), HasSubstr("takes nothing"));
}

TEST(DialectNames, knows_what_subprotocols_imply) {
  EXPECT_EQ(dialect::by_subprotocol("mqtt")->name(), "mqtt");
  EXPECT_EQ(dialect::by_subprotocol("v12.stomp")->name(), "stomp");
  EXPECT_EQ(dialect::by_subprotocol("v10.stomp")->name(), "stomp");
  EXPECT_EQ(dialect::by_subprotocol("graphql-transport-ws")->name(), "graphql-transport-ws");
  EXPECT_EQ(dialect::by_subprotocol("graphql-ws"), nullptr);  // the older protocol has no ping
  EXPECT_EQ(dialect::by_subprotocol("ping"), nullptr);
  EXPECT_EQ(dialect::by_subprotocol(""), nullptr);
}

}  // namespace
}  // namespace heartwire::core
