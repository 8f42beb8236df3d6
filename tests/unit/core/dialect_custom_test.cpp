#include "heartwire/core/dialect.hpp"
#include "tests/unit/core/dialect_table.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::core {
namespace {

TEST(DialectCustom, without_functions_sends_nothing_and_knows_no_heartbeat) {
  const DialectPtr dialect = dialect::custom({});
  std::string payload = "left over";

  EXPECT_EQ(dialect->name(), "custom");
  EXPECT_EQ(dialect->write_probe(Role::client, 1, payload), ProbeForm::none);
  EXPECT_EQ(payload, "");
  EXPECT_FALSE(dialect->has_answers(Role::client));
  expect_rows(*dialect, {{Role::client, text_message("ping"), Meaning::application}});
  expect_all_left_to_the_application(*dialect);
}

TEST(DialectCustom, asks_for_the_probe_at_send_time) {
  std::optional<Message> next;
  const DialectPtr dialect =
      dialect::custom({.name = "meeting", .probe = [&](std::uint32_t) { return next; }});
  std::string payload;

  EXPECT_EQ(dialect->write_probe(Role::client, 1, payload), ProbeForm::none);
  next = Message{MessageType::text, "{}"};
  EXPECT_EQ(dialect->write_probe(Role::client, 2, payload), ProbeForm::text);
  EXPECT_EQ(payload, "{}");
  next = Message{MessageType::binary, "b"};
  EXPECT_EQ(dialect->write_probe(Role::client, 3, payload), ProbeForm::binary);
  EXPECT_EQ(payload, "b");
}

TEST(DialectCustom, passes_the_sequence) {
  const DialectPtr dialect = dialect::custom({.probe = [](std::uint32_t sequence) {
    return Message{MessageType::text, "hb " + std::to_string(sequence)};
  }});
  std::string payload;

  dialect->write_probe(Role::client, 42, payload);

  EXPECT_EQ(payload, "hb 42");
}

TEST(DialectCustom, reads_and_replies_by_callback) {
  const DialectPtr dialect = dialect::custom({
      .read =
          [](MessageView message) {
            if (message.payload == "?") return Meaning::probe;
            return message.payload == "!" ? Meaning::answer : Meaning::application;
          },
      .reply =
          [](MessageView) {
            return Message{MessageType::text, "!"};
          },
  });

  EXPECT_TRUE(dialect->has_answers(Role::client));
  expect_rows(*dialect, {
                            {Role::server, text_message("?"), Meaning::probe, "!"},
                            {Role::client, text_message("!"), Meaning::answer},
                            {Role::client, text_message("?!"), Meaning::application},
                        });
}

TEST(DialectCustom, may_leave_a_probe_unanswered) {
  const auto is_probe = [](MessageView) { return Meaning::probe; };
  const DialectPtr silent = dialect::custom({.read = is_probe});
  const DialectPtr unwilling = dialect::custom(
      {.read = is_probe, .reply = [](MessageView) { return std::optional<Message>{}; }});

  expect_rows(*silent, {{Role::server, text_message("x"), Meaning::probe}});
  expect_rows(*unwilling, {{Role::server, text_message("x"), Meaning::probe}});
}

}  // namespace
}  // namespace heartwire::core
