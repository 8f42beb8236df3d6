#include "heartwire/base/rng.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace heartwire::base {
namespace {

using namespace std::chrono_literals;

TEST(Rng, gives_the_published_sequence_of_splitmix64) {
  Rng rng{1234567};

  EXPECT_EQ(rng.next(), 6457827717110365317ULL);
  EXPECT_EQ(rng.next(), 3203168211198807973ULL);
  EXPECT_EQ(rng.next(), 9817491932198370423ULL);
}

TEST(Rng, repeats_itself_from_the_same_seed_only) {
  Rng first{42};
  Rng same{42};
  Rng other{43};

  const std::uint64_t bits = first.next();

  EXPECT_EQ(same.next(), bits);
  EXPECT_NE(other.next(), bits);
}

TEST(Rng, stays_below_its_bound_and_reaches_every_value_evenly) {
  Rng rng{7};
  std::array<int, 6> seen{};

  for (int i = 0; i < 60000; ++i) ++seen.at(static_cast<std::size_t>(rng.below(6)));

  // Ten thousand expected of each; five standard deviations are 456.
  for (int count : seen) EXPECT_NEAR(count, 10000, 456);
}

TEST(Rng, gives_zero_where_there_is_no_choice) {
  Rng rng{7};

  EXPECT_EQ(rng.below(0), 0U);
  EXPECT_EQ(rng.below(1), 0U);
}

TEST(Rng, draws_again_rather_than_favour_low_values_of_a_huge_bound) {
  Rng rng{7};
  const std::uint64_t bound = (std::numeric_limits<std::uint64_t>::max() / 3) * 2;
  int lower_half = 0;

  for (int i = 0; i < 20000; ++i) lower_half += rng.below(bound) < bound / 2 ? 1 : 0;

  // A plain remainder would put two thirds of all draws there.
  EXPECT_NEAR(lower_half, 10000, 354);
}

TEST(Rng, includes_both_ends_of_a_range_of_durations) {
  Rng rng{7};
  bool saw_low = false;
  bool saw_high = false;

  for (int i = 0; i < 1000; ++i) {
    const Duration drawn = rng.between(3ns, 6ns);
    ASSERT_GE(drawn, 3ns);
    ASSERT_LE(drawn, 6ns);
    saw_low = saw_low || drawn == 3ns;
    saw_high = saw_high || drawn == 6ns;
  }

  EXPECT_TRUE(saw_low);
  EXPECT_TRUE(saw_high);
}

TEST(Rng, gives_the_low_end_of_an_empty_range) {
  Rng rng{7};

  EXPECT_EQ(rng.between(5s, 5s), 5s);
  EXPECT_EQ(rng.between(5s, 1s), 5s);
}

}  // namespace
}  // namespace heartwire::base
