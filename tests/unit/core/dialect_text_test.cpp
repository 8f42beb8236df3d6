#include "heartwire/core/dialect.hpp"
#include "tests/unit/core/dialect_table.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::core {
namespace {

TEST(DialectText, asks_and_answers_in_both_roles) {
  const DialectPtr dialect = dialect::text("ping", "pong");
  std::string payload;

  EXPECT_EQ(dialect->write_probe(Role::client, 1, payload), ProbeForm::text);
  EXPECT_EQ(payload, "ping");
  EXPECT_TRUE(dialect->has_answers(Role::client));
  expect_rows(*dialect, {
                            {Role::server, text_message("ping"), Meaning::probe, "pong"},
                            {Role::client, text_message("ping"), Meaning::probe, "pong"},
                            {Role::client, text_message("pong"), Meaning::answer},
                            {Role::server, text_message("pong"), Meaning::answer},
                        });
}

TEST(DialectText, hides_nothing_but_the_exact_text) {
  const DialectPtr dialect = dialect::text("ping", "pong");

  expect_rows(*dialect, {
                            {Role::client, text_message("pong!"), Meaning::application},
                            {Role::client, text_message("pon"), Meaning::application},
                            {Role::client, text_message("Pong"), Meaning::application},
                            {Role::client, text_message("pong\n"), Meaning::application},
                            {Role::client, text_message(" ping"), Meaning::application},
                            {Role::client, binary_message("pong"), Meaning::application},
                            {Role::client, text_message(""), Meaning::application},
                        });
  expect_all_left_to_the_application(*dialect);
}

TEST(DialectText, without_an_answer_takes_the_peers_for_a_beat) {
  const DialectPtr dialect = dialect::text("heartbeat", "");

  EXPECT_FALSE(dialect->has_answers(Role::client));
  expect_rows(*dialect, {
                            {Role::server, text_message("heartbeat"), Meaning::beat},
                            {Role::client, text_message(""), Meaning::application},
                        });
}

TEST(DialectText, without_a_probe_only_answers) {
  const DialectPtr dialect = dialect::text("", "pong");
  std::string payload;

  EXPECT_EQ(dialect->write_probe(Role::client, 1, payload), ProbeForm::none);
  expect_rows(*dialect, {
                            {Role::server, text_message(""), Meaning::application},
                            {Role::client, text_message("pong"), Meaning::answer},
                        });
}

TEST(DialectText, an_echo_ends_at_the_client) {
  const DialectPtr dialect = dialect::text("hb", "hb");
  std::string payload;

  expect_rows(*dialect, {
                            {Role::server, text_message("hb"), Meaning::probe, "hb"},
                            {Role::client, text_message("hb"), Meaning::answer},
                        });
  EXPECT_EQ(dialect->write_probe(Role::client, 1, payload), ProbeForm::text);
  EXPECT_EQ(dialect->write_probe(Role::server, 1, payload), ProbeForm::protocol_ping);
}

TEST(DialectText, bears_any_bytes) {
  read_mutations(*dialect::text("ping", "pong"), {"ping", "pong", "\xFF"}, 2000);
}

}  // namespace
}  // namespace heartwire::core
