#include "heartwire/sim/link.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;

TEST(Link, TakesTheLesserOfTwoRatesThatAreSet) {
  EXPECT_EQ(rate({}, {}), 0u);
  EXPECT_EQ(rate({.bytes_per_second = 10}, {}), 10u);
  EXPECT_EQ(rate({}, {.bytes_per_second_max = 5}), 5u);
  EXPECT_EQ(rate({.bytes_per_second = 10}, {.bytes_per_second_max = 5}), 5u);
  EXPECT_EQ(rate({.bytes_per_second = 4}, {.bytes_per_second_max = 5}), 4u);
}

TEST(Link, DrawsLatencyWithinItsJitter) {
  base::Rng rng(1);
  for (const Spread spread : {Spread::uniform, Spread::long_tail}) {
    const LinkOptions options{.latency = 20ms, .jitter = 30ms, .spread = spread};
    base::Duration least = 1h;
    base::Duration most{};
    for (int i = 0; i < 2000; ++i) {
      const base::Duration drawn = draw_latency(options, {.extra_latency = 5ms}, rng);
      least = std::min(least, drawn);
      most = std::max(most, drawn);
    }

    EXPECT_GE(least, 25ms);
    EXPECT_LT(least, 26ms);
    EXPECT_GT(most, 52ms);
    EXPECT_LE(most, 55ms);
  }
}

TEST(Link, HasItsLongTailSeldom) {
  base::Rng rng(1);
  const LinkOptions options{.latency = 0ms, .jitter = 1s, .spread = Spread::long_tail};
  int late = 0;
  for (int i = 0; i < 1000; ++i) late += draw_latency(options, {}, rng) > 500ms ? 1 : 0;

  EXPECT_GT(late, 100);
  EXPECT_LT(late, 300);
}

TEST(Link, LosesAsManyAsItSaysAndWaitsTheTimeoutForEach) {
  base::Rng rng(1);
  const LinkOptions options{.latency = 50ms};
  int lost = 0;
  for (int i = 0; i < 1000; ++i) {
    const base::Duration wait = draw_retransmissions(options, {.loss_ppm = 100'000}, rng);
    if (wait == 0ms) continue;
    EXPECT_GE(wait, retransmission_timeout(options));
    ++lost;
  }

  EXPECT_GT(lost, 60);
  EXPECT_LT(lost, 140);
  EXPECT_EQ(draw_retransmissions(options, {}, rng), 0ms);
}

}  // namespace
}  // namespace heartwire::sim
