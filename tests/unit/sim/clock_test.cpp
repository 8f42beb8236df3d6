#include "heartwire/sim/clock.hpp"

#include <gtest/gtest.h>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;
using base::instant;

TEST(HostClock, ReadsItsEpochWhenTheWorldBegins) {
  const HostClock clock({.epoch = 7h});

  EXPECT_EQ(clock.local(instant(0s)), instant(7h));
  EXPECT_EQ(clock.local(instant(3s)), instant(7h + 3s));
}

TEST(HostClock, DriftsByMillionths) {
  const HostClock clock({.epoch = 0s, .drift_ppm = 200});

  EXPECT_EQ(clock.local(instant(1000s)), instant(1000s + 200ms));
}

TEST(HostClock, TellsTheFirstWorldTimeAtWhichItReadsSo) {
  for (const std::int32_t ppm : {-1000, -3, 0, 7, 1000}) {
    const HostClock clock({.epoch = 1h, .drift_ppm = ppm});
    for (const base::Duration local : {1ns, 999ns, 1'000'001ns, 123'456'789'012ns}) {
      const base::Instant world = clock.world(instant(1h + local));

      EXPECT_GE(clock.local(world), instant(1h + local)) << ppm;
      EXPECT_LT(clock.local(world - 2us), instant(1h + local)) << ppm;
    }
  }
}

TEST(HostClock, LeapsForwardAndNeverBack) {
  HostClock clock({.epoch = 0s});

  clock.jump(instant(10s), 5s);
  clock.jump(instant(11s), -5s);

  EXPECT_EQ(clock.local(instant(12s)), instant(17s));
}

TEST(HostClock, StandsStillDuringSleepUnlessItCountsIt) {
  HostClock standing({.epoch = 0s});
  HostClock counting({.epoch = 0s, .counts_sleep = true});

  for (HostClock* clock : {&standing, &counting}) {
    clock->fall_asleep(instant(10s));
    clock->wake_up(instant(70s));
  }

  EXPECT_EQ(standing.local(instant(71s)), instant(11s));
  EXPECT_EQ(counting.local(instant(71s)), instant(71s));
}

}  // namespace
}  // namespace heartwire::sim
