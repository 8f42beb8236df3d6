#include "heartwire/core/dialect.hpp"
#include "tests/unit/core/dialect_table.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::core {
namespace {

std::optional<std::uint32_t> sequence_of(std::string_view payload) {
  std::string reply;
  const Reading reading = dialect::phoenix()->read(Role::client, text_message(payload), reply);
  EXPECT_EQ(reading.meaning, Meaning::answer);
  return reading.sequence;
}

TEST(DialectPhoenix, the_client_asks_with_its_sequence_as_ref) {
  const DialectPtr dialect = dialect::phoenix();
  std::string payload;

  EXPECT_EQ(dialect->write_probe(Role::client, 4294967295U, payload), ProbeForm::text);
  EXPECT_EQ(payload, R"([null,"4294967295","phoenix","heartbeat",{}])");
  EXPECT_EQ(dialect->write_probe(Role::server, 5, payload), ProbeForm::protocol_ping);
  EXPECT_EQ(payload, "");
}

TEST(DialectPhoenix, the_client_finds_the_sequence_in_either_serializer) {
  EXPECT_EQ(sequence_of(R"([null,"5","phoenix","phx_reply",{"response":{},"status":"ok"}])"), 5U);
  EXPECT_EQ(sequence_of(R"({"topic":"phoenix","event":"phx_reply","ref":"6","payload":{}})"), 6U);
  EXPECT_EQ(sequence_of(R"([null,7,"phoenix","phx_reply",{}])"), 7U);
  EXPECT_EQ(sequence_of(R"([null,"hb","phoenix","phx_reply",{}])"), std::nullopt);
  EXPECT_EQ(sequence_of(R"([null,null,"phoenix","phx_reply",{}])"), std::nullopt);
  EXPECT_EQ(sequence_of(R"([null,"99999999999","phoenix","phx_reply",{}])"), std::nullopt);
}

TEST(DialectPhoenix, the_server_answers_in_the_serializer_that_was_used) {
  expect_rows(
      *dialect::phoenix(),
      {
          {Role::server, text_message(R"([null,"5","phoenix","heartbeat",{}])"), Meaning::probe,
           R"([null,"5","phoenix","phx_reply",{"status":"ok","response":{}}])"},
          {Role::server, text_message(R"( ["1",12,"phoenix","heartbeat",{}])"), Meaning::probe,
           R"(["1",12,"phoenix","phx_reply",{"status":"ok","response":{}}])"},
          {Role::server,
           text_message(R"({"topic":"phoenix","event":"heartbeat","payload":{},"ref":"a\"b"})"),
           Meaning::probe,
           R"({"topic":"phoenix","event":"phx_reply","ref":"a\"b",)"
           R"("payload":{"status":"ok","response":{}}})"},
          {Role::server, text_message(R"({"topic":"phoenix","event":"heartbeat"})"), Meaning::probe,
           R"({"topic":"phoenix","event":"phx_reply","ref":null,)"
           R"("payload":{"status":"ok","response":{}}})"},
      });
}

TEST(DialectPhoenix, leaves_channels_to_the_application) {
  const DialectPtr dialect = dialect::phoenix();
  const auto theirs = [](Role role, std::string_view payload) {
    return DialectRow{role, text_message(payload), Meaning::application};
  };

  expect_rows(*dialect,
              {
                  theirs(Role::client, R"(["1","2","room:phoenix","phx_reply",{}])"),
                  theirs(Role::client, R"(["1","2","room:1","msg",{"bird":"phoenix"}])"),
                  theirs(Role::client, R"(["1","2","room:1","phoenix","phoenix","phx_reply"])"),
                  theirs(Role::client, R"([null,"2","phoenix","heartbeat",{}])"),
                  theirs(Role::server, R"([null,"2","phoenix","phx_reply",{}])"),
                  theirs(Role::server, R"([null,"2","phoenix"])"),
                  theirs(Role::server, R"({"a":{"topic":"phoenix","event":"heartbeat"}})"),
                  theirs(Role::server, R"("phoenix")"),
                  {Role::server, binary_message(R"([null,"5","phoenix","heartbeat",{}])"),
                   Meaning::application},
              });
  expect_all_left_to_the_application(*dialect);
}

TEST(DialectPhoenix, bears_any_bytes) {
  read_mutations(*dialect::phoenix(),
                 {R"([null,"5","phoenix","heartbeat",{}])",
                  R"({"topic":"phoenix","event":"phx_reply","ref":"6","payload":{}})"},
                 20'000);
}

}  // namespace
}  // namespace heartwire::core
