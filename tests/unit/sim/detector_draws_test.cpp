#include "heartwire/sim/detector_draws.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;

constexpr int kDraws = 20'000;

template <typename Draw>
std::vector<base::Duration> draws(Draw draw) {
  base::Rng rng(1);
  std::vector<base::Duration> drawn;
  drawn.reserve(kDraws);
  for (int i = 0; i < kDraws; ++i) drawn.push_back(draw(rng));
  return drawn;
}

double part_above(const std::vector<base::Duration>& drawn, base::Duration limit) {
  const auto above =
      std::count_if(drawn.begin(), drawn.end(), [&](base::Duration one) { return one > limit; });
  return static_cast<double>(above) / kDraws;
}

TEST(DetectorDraws, exponential_lengths_have_their_mean_and_their_tail) {
  const auto drawn = draws([](base::Rng& rng) { return draw_exponential(10s, rng); });

  base::Duration sum{};
  for (const base::Duration one : drawn) sum += one;
  EXPECT_NEAR(std::chrono::duration<double>(sum).count() / kDraws, 10, 0.3);
  EXPECT_NEAR(part_above(drawn, 10s), 0.36788, 0.012);
  EXPECT_NEAR(part_above(drawn, 30s), 0.04979, 0.006);
  EXPECT_NEAR(part_above(drawn, 1s), 0.90484, 0.008);
}

TEST(DetectorDraws, pareto_lengths_have_a_heavy_tail_between_their_bounds) {
  const auto drawn = draws([](base::Rng& rng) { return draw_pareto(100ms, 1min, rng); });

  EXPECT_GE(*std::min_element(drawn.begin(), drawn.end()), 100ms);
  EXPECT_EQ(*std::max_element(drawn.begin(), drawn.end()), 1min);
  EXPECT_NEAR(part_above(drawn, 200ms), 0.5, 0.012);
  EXPECT_NEAR(part_above(drawn, 1s), 0.1, 0.008);
  EXPECT_NEAR(part_above(drawn, 10s), 0.01, 0.003);
}

}  // namespace
}  // namespace heartwire::sim
