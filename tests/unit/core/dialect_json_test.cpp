#include "heartwire/core/dialect.hpp"
#include "tests/unit/core/dialect_table.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::core {
namespace {

std::string probe_of(const DialectPtr& dialect) {
  std::string payload;
  EXPECT_EQ(dialect->write_probe(Role::client, 1, payload), ProbeForm::text);
  return payload;
}

TEST(DialectJson, tells_probe_and_answer_by_one_field) {
  const DialectPtr dialect = dialect::json({});
  constexpr std::string_view kPong = R"({"type":"pong"})";

  EXPECT_EQ(probe_of(dialect), R"({"type":"ping"})");
  expect_rows(*dialect,
              {
                  {Role::server, text_message(R"({"type":"ping"})"), Meaning::probe, kPong},
                  {Role::client, text_message(R"({"type":"ping"})"), Meaning::probe, kPong},
                  {Role::client, text_message(R"({"type":"pong"})"), Meaning::answer},
                  {Role::server, text_message(R"({"type":"pong"})"), Meaning::answer},
                  {Role::client, text_message("\r\n {\"id\":7, \"type\" : \"pong\", \"x\":[]} "),
                   Meaning::answer},
              });
}

TEST(DialectJson, hides_no_message_that_merely_mentions_the_word) {
  const DialectPtr dialect = dialect::json({});
  const auto theirs = [](std::string_view payload) {
    return DialectRow{Role::client, text_message(payload), Meaning::application};
  };

  expect_rows(*dialect,
              {
                  theirs(R"({"type":"chat","content":"pong"})"),
                  theirs(R"({"content":"{\"type\":\"pong\"}"})"),
                  theirs(R"({"data":{"type":"pong"}})"),
                  theirs(R"({"type":"pongs"})"),
                  theirs(R"({"type":"PONG"})"),
                  theirs(R"({"Type":"pong"})"),
                  theirs(R"({"type":["pong"]})"),
                  theirs(R"({"type":"pong","type":"chat"})"),
                  theirs(R"(["type","pong"])"),
                  theirs(R"("pong")"),
                  theirs("pong"),
                  {Role::client, binary_message(R"({"type":"pong"})"), Meaning::application},
              });
  expect_all_left_to_the_application(*dialect);
}

TEST(DialectJson, finds_its_value_wherever_it_stands) {
  const DialectPtr dialect = dialect::json({});
  for (std::size_t before = 0; before < 200; ++before) {
    const std::string pad = "{\"x\":\"" + std::string(before, 'p') + "\",\"type\":\"pong\"}";
    expect_rows(*dialect, {{Role::client, text_message(pad), Meaning::answer}});
  }
}

TEST(DialectJson, leaves_long_messages_alone) {
  const DialectPtr dialect = dialect::json({});
  const auto padded = [](std::size_t size) {
    const std::string end = R"(","type":"pong"})";
    std::string text = R"({"x":")";
    return text + std::string(size - text.size() - end.size(), 'x') + end;
  };
  const std::string fits = padded(kHeartbeatMessageMax);
  const std::string over = padded(kHeartbeatMessageMax + 1);

  expect_rows(*dialect, {
                            {Role::client, text_message(fits), Meaning::answer},
                            {Role::client, text_message(over), Meaning::application},
                        });
}

TEST(DialectJson, knows_its_value_from_the_json_it_is_told_to_send) {
  const DialectPtr dialect = dialect::json({.answer_value = "Pong",
                                            .probe_json = R"({"traderid":10260,"type":"Ping"})",
                                            .answer_json = R"({"type":"Pong","ok":true})"});

  EXPECT_EQ(probe_of(dialect), R"({"traderid":10260,"type":"Ping"})");
  expect_rows(*dialect,
              {
                  {Role::server, text_message(R"({"traderid":1,"type":"Ping"})"), Meaning::probe,
                   R"({"type":"Pong","ok":true})"},
                  {Role::server, text_message(R"({"type":"ping"})"), Meaning::application},
                  {Role::client, text_message(R"({"type":"Pong"})"), Meaning::answer},
              });
}

TEST(DialectJson, matches_numbers_as_they_are_written) {
  const DialectPtr dialect = dialect::json(
      {.field = "op", .probe_json = R"({"op":1,"d":null})", .answer_json = R"({"op":11})"});

  expect_rows(
      *dialect,
      {
          {Role::server, text_message(R"({"op":1,"d":251})"), Meaning::probe, R"({"op":11})"},
          {Role::client, text_message(R"({"op":11})"), Meaning::answer},
          {Role::client, text_message(R"({"op":110})"), Meaning::application},
          {Role::client, text_message(R"({"op":0,"d":11})"), Meaning::application},
      });
}

TEST(DialectJson, knows_values_that_writers_escape_differently) {
  const DialectPtr dialect =
      dialect::json({.field = "\"f\"", .probe_value = "a/\xC3\xA9\"", .answer_value = "/"});

  EXPECT_EQ(probe_of(dialect), "{\"\\\"f\\\"\":\"a/\xC3\xA9\\\"\"}");
  expect_rows(*dialect, {
                            {Role::server, text_message(probe_of(dialect)), Meaning::probe,
                             R"({"\"f\"":"/"})"},
                            {Role::server, text_message(R"({"\"f\"":"a\/\u00e9\""})"),
                             Meaning::probe, R"({"\"f\"":"/"})"},
                            {Role::client, text_message(R"({"\"f\"":"\/"})"), Meaning::answer},
                        });
}

TEST(DialectJson, without_an_answer_takes_the_peers_for_a_beat) {
  const DialectPtr dialect =
      dialect::json({.field = "contentType", .probe_value = "hert", .answer_value = ""});

  EXPECT_FALSE(dialect->has_answers(Role::client));
  expect_rows(
      *dialect,
      {
          {Role::server, text_message(R"({"from":"a","content":"pong","contentType":"hert"})"),
           Meaning::beat},
          {Role::server, text_message(R"({"contentType":"","to":"hert"})"), Meaning::application},
      });
}

TEST(DialectJson, an_echo_ends_at_the_client) {
  const DialectPtr dialect = dialect::json({.probe_value = "hb", .answer_value = "hb"});
  std::string payload;

  expect_rows(*dialect, {
                            {Role::server, text_message(R"({"type":"hb"})"), Meaning::probe,
                             R"({"type":"hb"})"},
                            {Role::client, text_message(R"({"type":"hb"})"), Meaning::answer},
                        });
  EXPECT_EQ(dialect->write_probe(Role::server, 1, payload), ProbeForm::protocol_ping);
}

TEST(DialectJson, graphql_transport_ws_asks_and_answers_either_way) {
  const DialectPtr dialect = dialect::graphql_transport_ws();

  EXPECT_EQ(dialect->name(), "graphql-transport-ws");
  EXPECT_EQ(probe_of(dialect), R"({"type":"ping"})");
  expect_rows(
      *dialect,
      {
          {Role::client, text_message(R"({"type":"ping","payload":{"a":1}})"), Meaning::probe,
           R"({"type":"pong"})"},
          {Role::server, text_message(R"({"type":"pong"})"), Meaning::answer},
          {Role::client, text_message(R"({"id":"1","type":"next","payload":{"type":"ping"}})"),
           Meaning::application},
          {Role::client, text_message(R"({"type":"connection_ack"})"), Meaning::application},
      });
}

TEST(DialectJson, bears_any_bytes) {
  read_mutations(*dialect::json({}),
                 {R"({"type":"ping"})", R"({"type":"pong","x":[1,{}]})", "\xF0\x9F", "[[[["},
                 20'000);
}

}  // namespace
}  // namespace heartwire::core
