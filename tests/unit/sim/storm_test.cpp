#include "heartwire/sim/storm.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;

/// A thousand clients that the server needs ten seconds to take.
StormOptions thousand(StormPolicy policy = StormPolicy::standard) {
  StormOptions options;
  options.clients = 1'000;
  options.server.accept_rate = 100;
  options.policy = policy;
  return options;
}

/// As many that it needs a hundred seconds for, ten times a client's patience, and no less its own.
StormOptions hard(StormPolicy policy = StormPolicy::standard) {
  StormOptions options = thousand(policy);
  options.server.accept_rate = 10;
  options.server.handshake_timeout = options.handshake_timeout;
  return options;
}

std::uint64_t ended(const StormResult& result) {
  return result.opened + result.refused + result.reset + result.turned_away + result.overdue +
         result.timed_out + result.unfinished;
}

TEST(Storm, one_seed_decides_all) {
  StormOptions options = thousand();
  const StormResult first = run_storm(options);

  EXPECT_EQ(run_storm(options), first);
  options.seed = 2;
  EXPECT_NE(run_storm(options), first);
}

TEST(Storm, brings_every_client_back_no_sooner_than_the_server_can_take_them) {
  for (const Departure departure : {Departure::crash, Departure::silence, Departure::drain})
    for (const bool has_admission : {false, true})
      for (const StormPolicy policy : storm_policies()) {
        StormOptions options = thousand(policy);
        options.departure = departure;
        options.has_admission = has_admission;
        options.watch = 600s;

        const StormResult result = run_storm(options);

        SCOPED_TRACE(std::string{name(policy)} + (has_admission ? " with" : " without") +
                     " admission, departure " + std::to_string(static_cast<int>(departure)));
        EXPECT_EQ(result.opened, 1'000U);
        EXPECT_EQ(result.ideal, 10s);
        ASSERT_TRUE(result.all_back);
        EXPECT_GE(*result.all_back, result.ideal);
        EXPECT_LE(*result.half_back, *result.most_back);
        EXPECT_LE(*result.most_back, *result.all_back);
        EXPECT_EQ(result.seconds.back().open, 1'000U);
        EXPECT_EQ(ended(result), result.attempts);
        EXPECT_EQ(result.unfinished, 0U);
      }
}

TEST(Storm, counts_every_attempt_also_when_the_watch_ends_before_the_storm) {
  StormOptions options = thousand();
  options.watch = 5s;

  const StormResult result = run_storm(options);

  EXPECT_LT(result.opened, 1'000U);
  EXPECT_EQ(result.seconds.back().open, result.opened);
  EXPECT_EQ(result.seconds.size(), 10U);  // Five away, five of the watch.
  EXPECT_EQ(ended(result), result.attempts);
  std::uint64_t attempts = 0;
  for (const StormSecond& second : result.seconds) attempts += second.attempts;
  EXPECT_EQ(attempts, result.attempts);
}

TEST(Storm, without_jitter_all_come_in_the_same_second) {
  const StormResult bare = run_storm(thousand(StormPolicy::none));
  const StormResult jittered = run_storm(thousand(StormPolicy::decorrelated));

  EXPECT_GT(bare.attempts_peak, 600U);
  EXPECT_LT(jittered.attempts_peak, bare.attempts_peak * 2 / 3);
}

TEST(Storm, default_is_the_decorrelated_jitter) {
  EXPECT_EQ(run_storm(thousand(StormPolicy::standard)),
            run_storm(thousand(StormPolicy::decorrelated)));
}

TEST(Storm, drain_brings_everybody_back_at_the_first_attempt) {
  StormOptions options = thousand();
  options.departure = Departure::drain;

  const StormResult result = run_storm(options);

  EXPECT_EQ(result.attempts, 1'000U);
  EXPECT_EQ(result.attempts_max, 1U);
  EXPECT_LE(result.attempts_peak, 150U);
  EXPECT_EQ(result.seconds_away, 15U);
  EXPECT_NEAR(result.seconds[4].open, 500, 40);  // Half of the closing window.
}

TEST(Storm, a_server_that_drains_answers_heartbeats_until_it_closes) {
  StormOptions options = thousand();
  options.departure = Departure::drain;
  options.drain.close_window = 30s;
  options.drain.close_rate_min = 1;

  EXPECT_EQ(run_storm(options).attempts, 1'000U);
}

TEST(Storm, drain_is_lost_on_those_who_do_not_listen) {
  StormOptions options = thousand(StormPolicy::constant_1s);
  options.departure = Departure::drain;

  const StormResult result = run_storm(options);

  EXPECT_GT(result.refused, 5'000U);
  EXPECT_GT(result.attempts_peak, 600U);
}

TEST(Storm, silence_is_found_out_by_heartbeat) {
  StormOptions options = thousand();
  options.departure = Departure::silence;

  const StormResult result = run_storm(options);

  EXPECT_EQ(result.seconds[0].open, 1'000U);
  EXPECT_GT(result.seconds[10].open, 0U);
  EXPECT_EQ(result.all_back.has_value(), true);
  // Who was still connected for half a minute had not tried before.
  EXPECT_GE(*result.all_back, 25s);
}

TEST(Storm, a_line_longer_than_its_people_are_patient_serves_those_who_have_left) {
  StormOptions options = hard();

  const StormResult result = run_storm(options);

  EXPECT_FALSE(result.half_back);
  EXPECT_GT(result.wasted, 2'000U);
  EXPECT_GT(result.timed_out, 5'000U);
}

TEST(Storm, admission_keeps_the_server_from_working_for_nobody) {
  StormOptions options = hard();
  options.has_admission = true;

  const StormResult result = run_storm(options);

  EXPECT_EQ(result.wasted, 0U);
  EXPECT_GT(result.turned_away, 0U);
  EXPECT_TRUE(result.all_back);
}

TEST(Storm, a_short_backlog_does_so_too) {
  StormOptions options = hard();
  options.server.backlog = 50;

  const StormResult result = run_storm(options);

  EXPECT_EQ(result.wasted, 0U);
  EXPECT_TRUE(result.all_back);
}

TEST(Storm, a_server_less_patient_than_its_clients_closes_some_and_serves_the_others) {
  StormOptions options = hard();
  options.server.handshake_timeout = StormServerOptions{}.handshake_timeout;

  const StormResult result = run_storm(options);

  EXPECT_EQ(result.wasted, 0U);
  EXPECT_GT(result.overdue, 0U);
  EXPECT_TRUE(result.all_back);
}

TEST(Storm, counts_those_whom_the_server_had_no_room_to_turn_away) {
  StormOptions options = hard();
  options.has_admission = true;
  options.server.turned_away_max = 10;

  EXPECT_GT(run_storm(options).reset, 0U);
}

TEST(Storm, names_what_is_wrong_with_its_options) {
  EXPECT_EQ(validate(StormOptions{}), nullptr);
  const auto text = [](auto change) {
    StormOptions options;
    change(options);
    const char* wrong = validate(options);
    return std::string{wrong != nullptr ? wrong : "nothing"};
  };
  EXPECT_EQ(text([](auto& o) { o.clients = 0; }), "clients is not within 1 to 10000000");
  EXPECT_EQ(text([](auto& o) { o.clients = 10'000'001; }), "clients is not within 1 to 10000000");
  EXPECT_EQ(text([](auto& o) { o.down = -1s; }),
            "down is not within 0 to 1 h in whole milliseconds");
  EXPECT_EQ(text([](auto& o) { o.down = 1500us; }),
            "down is not within 0 to 1 h in whole milliseconds");
  EXPECT_EQ(text([](auto& o) { o.handshake_timeout = 31s; }),
            "handshake_timeout is not within 1 ms to 30 s");
  EXPECT_EQ(text([](auto& o) { o.round_trip_max = 1ms; }),
            "round_trip_min and round_trip_max are not a range within 2 ms to 2 s");
  EXPECT_EQ(text([](auto& o) { o.watch = 0s; }), "watch is not within 1 s to 1 day");
  EXPECT_EQ(text([](auto& o) { o.server.accept_rate = 0; }),
            "accept_rate is not within 1 to 1000000");
  EXPECT_EQ(text([](auto& o) { o.drain.close_rate_min = 0; }), "close_rate_min is 0");
}

}  // namespace
}  // namespace heartwire::sim
