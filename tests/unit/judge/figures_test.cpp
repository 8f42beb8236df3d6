#include "heartwire/judge/figures.hpp"

#include "tests/unit/judge/stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

using base::Duration;
using base::instant;
using base::Instant;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Figures, seconds_have_the_digits_that_count) {
  EXPECT_EQ(in_seconds(Duration{0}), "0.00 s");
  EXPECT_EQ(in_seconds(milliseconds{354}), "0.35 s");
  EXPECT_EQ(in_seconds(milliseconds{9060}), "9.06 s");
  EXPECT_EQ(in_seconds(milliseconds{34240}), "34.2 s");
  EXPECT_EQ(in_seconds(seconds{120}), "120.0 s");
  EXPECT_EQ(in_seconds(seconds{-1}), "0.00 s");
}

TEST(Figures, counts_know_one_from_many) {
  EXPECT_EQ(count_of(1, "ping"), "1 ping");
  EXPECT_EQ(count_of(0, "ping"), "0 pings");
}

TEST(Figures, growth_is_the_longest_gap_over_the_first) {
  EXPECT_EQ(growth_percent({}), 0U);
  EXPECT_EQ(growth_percent({seconds{1}}), 0U);
  EXPECT_EQ(growth_percent({seconds{1}, seconds{1}}), 100U);
  EXPECT_EQ(growth_percent({seconds{1}, seconds{4}, seconds{2}}), 400U);
  EXPECT_EQ(growth_percent({seconds{0}, milliseconds{1}}), 100U);
}

TEST(Figures, spread_is_in_percent_of_the_mean) {
  EXPECT_EQ(spread_percent({seconds{3}}), 0U);
  EXPECT_EQ(spread_percent({seconds{1}, seconds{1}}), 0U);
  EXPECT_EQ(spread_percent({seconds{1}, seconds{3}}), 100U);
  EXPECT_EQ(spread_percent({Duration{0}, Duration{0}}), 0U);
}

TEST(Figures, gaps_lie_between_neighbours) {
  const std::vector<Instant> times{instant(seconds{1}), instant(seconds{2}), instant(seconds{5})};

  EXPECT_EQ(gaps_of(times), (std::vector<Duration>{seconds{1}, seconds{3}}));
  EXPECT_TRUE(gaps_of({}).empty());
}

TEST(Figures, the_busiest_window_is_half_open) {
  const std::vector<Instant> times{instant(seconds{3}), instant(seconds{1}), instant(seconds{2}),
                                   instant(milliseconds{2500})};

  EXPECT_EQ(busiest(times, seconds{1}), 2U);
  EXPECT_EQ(busiest(times, seconds{2}), 3U);
  EXPECT_EQ(busiest({}, seconds{1}), 0U);
}

}  // namespace
}  // namespace heartwire::judge
