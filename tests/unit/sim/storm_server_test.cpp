#include "heartwire/sim/storm_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::Instant;
using base::instant;

StormServer::Visit visit(std::uint32_t client) {
  return {client, 1, 100ms};
}

StormServerOptions ten_a_second() {
  StormServerOptions options;
  options.accept_rate = 10;
  options.handshake_timeout = 10s;
  return options;
}

StormServerOptions ten_a_second_with_admission() {
  StormServerOptions options = ten_a_second();
  options.admission.accept_rate.per_second = 10;
  return options;
}

/// Which clients' handshakes are begun until `end`, looking every millisecond.
std::vector<std::uint32_t> served_until(StormServer& server, Duration from, Duration end) {
  std::vector<std::uint32_t> served;
  for (Duration now = from; now < end; now += 1ms)
    while (const auto answer = server.serve(instant(now))) served.push_back(answer->client);
  return served;
}

std::optional<StormServer::Answer> last_answer(StormServer& server, Duration from, Duration end) {
  std::optional<StormServer::Answer> last;
  for (Duration now = from; now < end; now += 1ms)
    while (const auto answer = server.serve(instant(now))) last = answer;
  return last;
}

TEST(StormServer, works_at_its_rate_in_the_order_of_coming) {
  StormServer server(ten_a_second(), 1);
  for (std::uint32_t client = 0; client < 20; ++client) server.take_in(instant(0s), visit(client));

  const auto first = server.serve(instant(0s));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->client, 0U);
  EXPECT_EQ(first->done_at, instant(100ms));
  EXPECT_FALSE(server.serve(instant(99ms)));
  EXPECT_EQ(served_until(server, 100ms, 501ms), (std::vector<std::uint32_t>{1, 2, 3, 4, 5}));
}

TEST(StormServer, begins_with_a_visitor_no_earlier_than_it_came) {
  StormServer server(ten_a_second(), 1);
  server.take_in(instant(7s), visit(3));

  EXPECT_EQ(server.serve(instant(7s))->done_at, instant(7100ms));
}

TEST(StormServer, closes_unanswered_who_has_waited_for_too_long) {
  StormServerOptions options = ten_a_second();
  options.handshake_timeout = 1s;
  StormServer server(options, 1);
  std::optional<Instant> closed_at;
  for (std::uint32_t client = 0; client < 20; ++client)
    closed_at = server.take_in(instant(0s), visit(client));

  EXPECT_EQ(closed_at, instant(1s));
  EXPECT_EQ(served_until(server, 0s, 3s).size(), 10U);
  EXPECT_EQ(server.overdue(), 10U);
}

TEST(StormServer, drops_SYNs_while_its_backlog_is_full) {
  StormServerOptions options = ten_a_second();
  options.backlog = 3;
  StormServer server(options, 1);
  for (std::uint32_t client = 0; client < 3; ++client) {
    EXPECT_FALSE(server.is_full(instant(0s)));
    server.take_in(instant(0s), visit(client));
  }

  EXPECT_TRUE(server.is_full(instant(0s)));
  server.serve(instant(0s));
  EXPECT_FALSE(server.is_full(instant(0s)));
}

TEST(StormServer, keeps_a_place_for_whom_it_has_answered) {
  StormServerOptions options = ten_a_second();
  options.backlog = 2;
  StormServer server(options, 1);
  server.on_syn();
  EXPECT_FALSE(server.is_full(instant(0s)));
  server.on_syn();

  EXPECT_TRUE(server.is_full(instant(0s)));
  server.take_in(instant(0s), visit(0));
  EXPECT_TRUE(server.is_full(instant(0s)));
  server.serve(instant(0s));
  EXPECT_FALSE(server.is_full(instant(0s)));
}

TEST(StormServer, without_a_backlog_is_never_full) {
  StormServer server(ten_a_second(), 1);
  for (std::uint32_t client = 0; client < 5'000; ++client)
    ASSERT_TRUE(server.take_in(instant(0s), visit(client)));

  EXPECT_FALSE(server.is_full(instant(0s)));
}

TEST(StormServer, turns_away_whom_admission_refuses_and_says_when_to_come) {
  StormServer server(ten_a_second_with_admission(), 1);
  for (std::uint32_t client = 0; client < 11; ++client) server.take_in(instant(0s), visit(client));
  const auto last = last_answer(server, 0s, 2s);

  ASSERT_TRUE(last);
  EXPECT_EQ(last->client, 10U);
  EXPECT_EQ(last->retry_after, 1s);
}

TEST(StormServer, pays_for_turning_away_what_it_is_told_that_it_costs) {
  for (const auto& [percent, cost] : {std::pair{100U, 100ms}, {10U, 10ms}, {0U, 0ms}}) {
    StormServerOptions options = ten_a_second_with_admission();
    options.refusal_cost_percent = percent;
    StormServer server(options, 1);
    for (std::uint32_t client = 0; client < 10; ++client)
      server.take_in(instant(0s), visit(client));
    served_until(server, 0s, 2s);
    while (server.take_in(instant(2s), visit(0)) == instant(12s)) {
    }
    const auto last = last_answer(server, 2s, 4s);

    ASSERT_TRUE(last && last->retry_after);
    EXPECT_EQ(last->done_at, instant(3s + cost));
  }
}

TEST(StormServer, waits_less_long_for_those_it_turns_away) {
  StormServer server(ten_a_second_with_admission(), 1);
  for (std::uint32_t client = 0; client < 10; ++client)
    EXPECT_EQ(server.take_in(instant(0s), visit(client)), instant(10s));

  EXPECT_EQ(server.take_in(instant(0s), visit(10)), instant(3s));
}

TEST(StormServer, gives_no_place_in_the_queue_to_whom_it_resets) {
  StormServerOptions options = ten_a_second_with_admission();
  options.turned_away_max = 1;
  StormServer server(options, 1);
  for (std::uint32_t client = 0; client < 111; ++client) server.take_in(instant(0s), visit(client));
  served_until(server, 0s, 2s);
  for (std::uint32_t client = 0; client < 11; ++client) server.take_in(instant(2s), visit(client));
  const auto last = last_answer(server, 2s, 4s);

  ASSERT_TRUE(last);
  EXPECT_EQ(last->retry_after, 1s);
}

TEST(StormServer, resets_whom_it_has_no_room_to_turn_away_until_others_have_hung_up) {
  StormServerOptions options = ten_a_second_with_admission();
  options.turned_away_max = 2;
  options.refusal_cost_percent = 0;
  StormServer server(options, 1);
  for (std::uint32_t client = 0; client < 12; ++client)
    EXPECT_TRUE(server.take_in(instant(0s), visit(client)));
  EXPECT_FALSE(server.take_in(instant(0s), visit(12)));

  EXPECT_EQ(served_until(server, 0s, 1s).size(), 10U);
  served_until(server, 1s, 1001ms);  // The two; they hang up a round trip later.
  for (int count = 0; count < 10; ++count) server.take_in(instant(1050ms), visit(13));
  EXPECT_FALSE(server.take_in(instant(1099ms), visit(14)));
  EXPECT_TRUE(server.take_in(instant(1100ms), visit(15)));
}

TEST(StormServer, lets_another_in_for_one_that_was_no_longer_there) {
  StormServerOptions options = ten_a_second();
  options.admission.connections_max = 1;
  StormServer server(options, 1);
  server.take_in(instant(0s), visit(0));
  EXPECT_EQ(server.take_in(instant(0s), visit(1)), instant(3s));
  server.serve(instant(0s));

  server.on_wasted();

  EXPECT_EQ(server.take_in(instant(1s), visit(2)), instant(11s));
}

TEST(StormServer, names_what_is_wrong_with_its_options) {
  EXPECT_EQ(validate(StormServerOptions{}), nullptr);
  const auto text = [](auto change) {
    StormServerOptions options;
    change(options);
    const char* wrong = validate(options);
    return std::string{wrong != nullptr ? wrong : "nothing"};
  };
  EXPECT_EQ(text([](auto& o) { o.accept_rate = 0; }), "accept_rate is not within 1 to 1000000");
  EXPECT_EQ(text([](auto& o) { o.accept_rate = 1'000'001; }),
            "accept_rate is not within 1 to 1000000");
  EXPECT_EQ(text([](auto& o) { o.backlog = 0; }), "backlog is 0");
  EXPECT_EQ(text([](auto& o) { o.handshake_timeout = 0s; }),
            "handshake_timeout is not within 1 ms to 1 h");
  EXPECT_EQ(text([](auto& o) { o.refusal_timeout = 2h; }),
            "refusal_timeout is not within 1 ms to 1 h");
  EXPECT_EQ(text([](auto& o) { o.refusal_cost_percent = 101; }),
            "refusal_cost_percent is more than 100");
  EXPECT_EQ(text([](auto& o) { o.admission.connections_max = 0; }), "connections_max is 0");
}

}  // namespace
}  // namespace heartwire::sim
