#include "heartwire/core/backoff.hpp"

#include "heartwire/base/rng.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <set>

namespace heartwire::core {
namespace {

using base::Duration;
using base::Rng;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

BackoffOptions growing(Jitter jitter) {
  return {milliseconds{100}, seconds{1}, 2.0, jitter};
}

BackoffOptions arbitrary_options() {
  BackoffOptions options;
  const auto least = *rc::gen::inRange<std::int64_t>(1, 10'000);
  const auto range = *rc::gen::inRange<std::int64_t>(0, 100'000'000);
  options.delay_min = milliseconds{least};
  options.delay_max = milliseconds{least + range};
  options.factor = 1.0 + *rc::gen::inRange(0, 100) / 10.0;
  options.jitter =
      *rc::gen::element(Jitter::none, Jitter::full, Jitter::equal, Jitter::decorrelated);
  return options;
}

TEST(Backoff, doubles_from_the_first_delay_up_to_the_cap) {
  const BackoffOptions options = growing(Jitter::none);
  Backoff backoff(options);
  Rng rng(1);

  for (const int expected : {100, 200, 400, 800, 1000, 1000}) {
    EXPECT_EQ(backoff.next(rng), milliseconds{expected});
  }
}

TEST(Backoff, stays_constant_when_asked_to) {
  const BackoffOptions options = BackoffOptions::constant(seconds{5});
  Backoff backoff(options);
  Rng rng(1);

  for (int step = 0; step < 20; ++step) EXPECT_EQ(backoff.next(rng), seconds{5});
}

TEST(Backoff, starts_again_after_a_reset) {
  const BackoffOptions options = growing(Jitter::none);
  Backoff backoff(options);
  Rng rng(1);
  backoff.next(rng);
  backoff.next(rng);
  EXPECT_EQ(backoff.steps(), 2U);

  backoff.reset();

  EXPECT_EQ(backoff.steps(), 0U);
  EXPECT_EQ(backoff.next(rng), milliseconds{100});
}

TEST(Backoff, forgets_the_last_decorrelated_delay_on_reset) {
  BackoffOptions options;
  Backoff backoff(options);
  Rng rng(1);
  for (int step = 0; step < 50; ++step) backoff.next(rng);

  backoff.reset();

  EXPECT_LE(backoff.next(rng), options.delay_min * 3);
}

TEST(Backoff, survives_a_factor_that_exceeds_every_number) {
  for (const double factor : {1e300, std::numeric_limits<double>::infinity()}) {
    const BackoffOptions options{milliseconds{1}, hours{24 * 365}, factor, Jitter::none};
    ASSERT_EQ(validate(options), nullptr);
    Backoff backoff(options);
    Rng rng(1);

    EXPECT_EQ(backoff.next(rng), milliseconds{1});
    EXPECT_EQ(backoff.next(rng), hours{24 * 365});
    EXPECT_EQ(backoff.next(rng), hours{24 * 365});
  }
}

TEST(Backoff, draws_from_the_whole_range_of_each_jitter) {
  struct Case {
    Jitter jitter;
    Duration low, high;  // Of the third delay: v = 400 ms.
  };
  for (const Case& expected : {Case{Jitter::full, milliseconds{50}, milliseconds{400}},
                               Case{Jitter::equal, milliseconds{200}, milliseconds{400}},
                               Case{Jitter::decorrelated, milliseconds{100}, seconds{1}}}) {
    const BackoffOptions options = growing(expected.jitter);
    Rng rng(7);
    Duration least = Duration::max();
    Duration most{};
    for (int draw = 0; draw < 2000; ++draw) {
      Backoff backoff(options);
      backoff.next(rng);
      backoff.next(rng);
      const Duration delay = backoff.next(rng);
      least = std::min(least, delay);
      most = std::max(most, delay);
    }

    const Duration margin = (expected.high - expected.low) / 20;
    EXPECT_GE(least, expected.low);
    EXPECT_LE(least, expected.low + margin);
    EXPECT_LE(most, expected.high);
    EXPECT_GE(most, expected.high - margin);
  }
}

TEST(Backoff, spreads_the_first_delay_of_many_clients_by_default) {
  const BackoffOptions options;
  std::set<Duration> delays;

  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Rng rng(seed);
    Backoff backoff(options);
    delays.insert(backoff.next(rng));
  }

  EXPECT_EQ(delays.size(), 100U);
  EXPECT_GE(*delays.begin(), options.delay_min);
  EXPECT_LE(*delays.rbegin(), options.delay_min * 3);
}

TEST(Backoff, names_the_option_that_is_wrong) {
  EXPECT_EQ(validate(BackoffOptions{}), nullptr);
  EXPECT_EQ(validate(BackoffOptions::constant(seconds{5})), nullptr);

  EXPECT_STREQ(validate(BackoffOptions::constant(Duration::zero())), "delay_min is less than 1 ms");
  EXPECT_STREQ(validate({seconds{2}, seconds{1}, 2.0, Jitter::none}),
               "delay_max is less than delay_min");
  EXPECT_STREQ(validate({seconds{2}, Duration::max(), 2.0, Jitter::none}),
               "delay_max is more than 365 days");
  EXPECT_STREQ(validate({seconds{1}, seconds{2}, 0.9, Jitter::none}),
               "factor is less than 1, or not a number");
  EXPECT_STREQ(validate({seconds{1}, seconds{2}, std::nan(""), Jitter::none}),
               "factor is less than 1, or not a number");
}

RC_GTEST_PROP(BackoffProperty, no_delay_leaves_its_bounds, ()) {
  const BackoffOptions options = arbitrary_options();
  RC_PRE(validate(options) == nullptr);
  Backoff backoff(options);
  Rng rng(*rc::gen::arbitrary<std::uint64_t>());
  const auto steps = *rc::gen::inRange(1, 100);

  for (int step = 0; step < steps; ++step) {
    const Duration delay = backoff.next(rng);
    RC_ASSERT(delay >= options.delay_min / 2);
    RC_ASSERT(delay <= options.delay_max);
    if (options.jitter == Jitter::none || options.jitter == Jitter::decorrelated) {
      RC_ASSERT(delay >= options.delay_min);
    }
  }
}

RC_GTEST_PROP(BackoffProperty, the_same_seed_gives_the_same_delays, ()) {
  const BackoffOptions options = arbitrary_options();
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  Rng one(seed);
  Rng other(seed);
  Backoff first(options);
  Backoff second(options);

  for (int step = 0; step < 20; ++step) RC_ASSERT(first.next(one) == second.next(other));
}

}  // namespace
}  // namespace heartwire::core
