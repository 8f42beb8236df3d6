#include "heartwire/sim/storm_tally.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <vector>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;
using base::instant;

/// Its server goes at 30 s and is back at 35 s.
StormTally of(std::uint32_t clients) {
  return {clients, instant(30s), instant(35s)};
}

TEST(StormTally, tells_when_how_many_were_back) {
  StormTally tally = of(200);
  for (int client = 0; client < 200; ++client) tally.on_lost(instant(30s));
  for (int client = 1; client <= 200; ++client) tally.on_opened(instant(35s + client * 10ms));
  const std::vector<std::uint32_t> attempts(200, 1);

  const StormResult result = tally.result(instant(37s), attempts);

  EXPECT_TRUE(tally.are_all_back());
  EXPECT_EQ(result.half_back, 1s);
  EXPECT_EQ(result.most_back, 1980ms);
  EXPECT_EQ(result.all_back, 2s);
}

TEST(StormTally, leaves_out_what_did_not_come_to_pass) {
  StormTally tally = of(2);
  tally.on_lost(instant(30s));
  tally.on_lost(instant(30s));
  tally.on_opened(instant(36s));
  const std::vector<std::uint32_t> attempts{1, 1};

  const StormResult result = tally.result(instant(40s), attempts);

  EXPECT_FALSE(tally.are_all_back());
  EXPECT_EQ(result.half_back, 1s);
  EXPECT_EQ(result.most_back, std::nullopt);
  EXPECT_EQ(result.all_back, std::nullopt);
}

TEST(StormTally, counts_each_attempt_as_what_became_of_it) {
  StormTally tally = of(1);
  for (int attempt = 0; attempt < 9; ++attempt) tally.on_attempt(instant(31s));
  using enum StormTally::Failure;
  for (const auto how : {refused, refused, reset, turned_away, overdue, timed_out, timed_out})
    tally.on_failed(how);
  tally.on_lost(instant(31s));
  tally.on_opened(instant(36s));
  tally.on_wasted();
  const std::vector<std::uint32_t> attempts{9};

  const StormResult result = tally.result(instant(40s), attempts);

  EXPECT_EQ(result.attempts, 9U);
  EXPECT_EQ(result.refused, 2U);
  EXPECT_EQ(result.reset, 1U);
  EXPECT_EQ(result.turned_away, 1U);
  EXPECT_EQ(result.overdue, 1U);
  EXPECT_EQ(result.timed_out, 2U);
  EXPECT_EQ(result.opened, 1U);
  EXPECT_EQ(result.unfinished, 1U);
  EXPECT_EQ(result.wasted, 1U);
}

TEST(StormTally, finds_the_peak_among_the_seconds_after_the_return) {
  StormTally tally = of(1);
  for (int attempt = 0; attempt < 50; ++attempt) tally.on_attempt(instant(34'999ms));
  for (int attempt = 0; attempt < 3; ++attempt) tally.on_attempt(instant(35s));
  for (int attempt = 0; attempt < 4; ++attempt) tally.on_attempt(instant(36'999ms));
  const std::vector<std::uint32_t> attempts{57};

  const StormResult result = tally.result(instant(38s), attempts);

  EXPECT_EQ(result.attempts_peak, 4U);
  ASSERT_EQ(result.seconds.size(), 9U);
  EXPECT_EQ(result.seconds_away, 5U);
  EXPECT_EQ(result.seconds[4].attempts, 50U);
  EXPECT_EQ(result.seconds[5].attempts, 3U);
}

TEST(StormTally, samples_open_connections_at_the_end_of_each_second) {
  StormTally tally = of(3);
  tally.on_lost(instant(30'200ms));
  tally.on_lost(instant(30'300ms));
  tally.on_opened(instant(33'500ms));
  const std::vector<std::uint32_t> attempts{1, 1, 0};

  const StormResult result = tally.result(instant(34s), attempts);

  std::vector<std::uint32_t> open;
  for (const StormSecond& second : result.seconds) open.push_back(second.open);
  EXPECT_EQ(open, (std::vector<std::uint32_t>{1, 1, 1, 2, 2}));
}

TEST(StormTally, ranks_the_attempts_of_clients) {
  StormTally tally = of(200);
  std::vector<std::uint32_t> attempts(200, 3);
  attempts[17] = 90;
  attempts[18] = 8;
  attempts[19] = 7;

  const StormResult result = tally.result(instant(36s), attempts);

  EXPECT_EQ(result.attempts_p99, 7U);
  EXPECT_EQ(result.attempts_max, 90U);
}

}  // namespace
}  // namespace heartwire::sim
