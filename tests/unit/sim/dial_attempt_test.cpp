#include "heartwire/sim/dial_attempt.hpp"

#include <gtest/gtest.h>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;
using base::instant;
using Result = DialAttempt::Result;

struct Ended {
  Result result{};
  base::Instant at{};
};

Ended run(DialAttempt attempt, DialAttempt::Surroundings around, base::Instant heals = {}) {
  for (;;) {
    const base::Instant now = attempt.next();
    DialAttempt::Surroundings seen = around;
    if (heals != base::Instant{} && now >= heals) seen.is_path_open = true;
    const Result result = attempt.step(now, seen);
    if (result != Result::pending) return {result, now};
  }
}

TEST(DialAttempt, ConnectsAfterALookUpAndARoundTrip) {
  const Ended ended = run(DialAttempt(instant(0s), {}), {.round_trip = 40ms});

  EXPECT_EQ(ended.result, Result::connected);
  EXPECT_EQ(ended.at, instant(45ms));
}

TEST(DialAttempt, IsRefusedWhereNobodyListens) {
  const Ended ended =
      run(DialAttempt(instant(0s), {}), {.is_listening = false, .round_trip = 40ms});

  EXPECT_EQ(ended.result, Result::refused);
}

TEST(DialAttempt, FailsWhereTheNameIsUnknown) {
  EXPECT_EQ(run(DialAttempt(instant(0s), {}), {.resolves = false}).result, Result::dns);
}

TEST(DialAttempt, TimesOutInAHole) {
  const Ended ended = run(DialAttempt(instant(0s), {}), {.is_path_open = false});

  EXPECT_EQ(ended.result, Result::timed_out);
  EXPECT_EQ(ended.at, instant(10s + 5ms));
}

TEST(DialAttempt, AsksAgainAfterASecondThenTwo) {
  const Ended ended = run(DialAttempt(instant(0s), {}), {.is_path_open = false, .round_trip = 10ms},
                          instant(1500ms));

  EXPECT_EQ(ended.result, Result::connected);
  EXPECT_EQ(ended.at, instant(3s + 15ms));
}

}  // namespace
}  // namespace heartwire::sim
