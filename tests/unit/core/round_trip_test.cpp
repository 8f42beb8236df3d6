#include "heartwire/core/round_trip.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace heartwire::core {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST(RoundTrip, knows_nothing_at_first) {
  const RoundTrip round_trip;

  EXPECT_FALSE(round_trip.has_samples());
  EXPECT_EQ(round_trip.last(), base::Duration::zero());
  EXPECT_EQ(round_trip.smoothed(), base::Duration::zero());
  EXPECT_EQ(round_trip.deviation(), base::Duration::zero());
  EXPECT_FALSE(round_trip.expected());
}

TEST(RoundTrip, takes_the_first_sample_as_it_is_and_half_of_it_as_deviation) {
  RoundTrip round_trip;

  round_trip.add(milliseconds{100});

  EXPECT_EQ(round_trip.last(), milliseconds{100});
  EXPECT_EQ(round_trip.smoothed(), milliseconds{100});
  EXPECT_EQ(round_trip.deviation(), milliseconds{50});
  EXPECT_EQ(round_trip.expected(), milliseconds{300});
}

TEST(RoundTrip, smooths_by_an_eighth_and_the_deviation_by_a_quarter) {
  RoundTrip round_trip;

  round_trip.add(milliseconds{100});
  round_trip.add(milliseconds{180});

  EXPECT_EQ(round_trip.last(), milliseconds{180});
  EXPECT_EQ(round_trip.smoothed(), milliseconds{110});      // 7/8 * 100 + 1/8 * 180
  EXPECT_EQ(round_trip.deviation(), microseconds{57'500});  // 3/4 * 50 + 1/4 * |100 - 180|
}

TEST(RoundTrip, counts_the_distance_in_both_directions) {
  RoundTrip round_trip;

  round_trip.add(milliseconds{100});
  round_trip.add(milliseconds{20});

  EXPECT_EQ(round_trip.smoothed(), milliseconds{90});
  EXPECT_EQ(round_trip.deviation(), microseconds{57'500});
}

TEST(RoundTrip, a_steady_path_leaves_no_deviation) {
  RoundTrip round_trip;

  for (int i = 0; i < 100; ++i) round_trip.add(milliseconds{40});

  EXPECT_EQ(round_trip.smoothed(), milliseconds{40});
  EXPECT_LT(round_trip.deviation(), microseconds{10});
}

TEST(RoundTrip, holds_samples_out_of_range_at_its_ends) {
  RoundTrip round_trip;

  round_trip.add(nanoseconds{-5});
  EXPECT_TRUE(round_trip.has_samples());
  EXPECT_EQ(round_trip.last(), base::Duration::zero());
  for (int i = 0; i < 100; ++i) round_trip.add(hours{1'000});

  EXPECT_TRUE(round_trip.has_samples());
  EXPECT_EQ(round_trip.last(), microseconds{UINT32_MAX - 1});
  EXPECT_GT(round_trip.expected(), round_trip.smoothed());
}

}  // namespace
}  // namespace heartwire::core
