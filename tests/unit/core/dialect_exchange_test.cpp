#include "heartwire/core/dialect_exchange.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::core {
namespace {

TEST(DialectExchange, answers_a_question_and_takes_an_answer) {
  const Exchange exchange("q", "a", false);
  std::string reply;

  EXPECT_EQ(exchange.reading(Role::client, false, false, reply).meaning, Meaning::application);
  EXPECT_EQ(exchange.reading(Role::client, false, true, reply).meaning, Meaning::answer);
  EXPECT_EQ(reply, "");
  EXPECT_EQ(exchange.reading(Role::client, true, false, reply).meaning, Meaning::probe);
  EXPECT_EQ(reply, "a");
}

TEST(DialectExchange, an_echo_is_an_answer_to_the_client_and_a_question_to_the_server) {
  const Exchange exchange("x", "x", true);
  std::string reply;

  EXPECT_EQ(exchange.reading(Role::client, true, true, reply).meaning, Meaning::answer);
  EXPECT_EQ(reply, "");
  EXPECT_EQ(exchange.reading(Role::server, true, true, reply).meaning, Meaning::probe);
  EXPECT_EQ(reply, "x");
  EXPECT_TRUE(exchange.has_answers(Role::server));
}

TEST(DialectExchange, two_sides_that_echo_come_to_rest) {
  const Exchange exchange("x", "x", true);
  std::string wire;
  std::string reply;
  int messages = 0;

  ASSERT_EQ(exchange.write_probe(Role::client, wire), ProbeForm::text);
  for (Role reader = Role::server; !wire.empty() && messages < 10; ++messages) {
    reply.clear();
    exchange.reading(reader, true, true, reply);
    wire = reply;
    reader = reader == Role::server ? Role::client : Role::server;
  }

  EXPECT_EQ(messages, 2);
}

}  // namespace
}  // namespace heartwire::core
