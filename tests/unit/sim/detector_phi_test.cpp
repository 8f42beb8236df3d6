#include "heartwire/sim/detector_phi.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <vector>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;

base::Instant at(base::Duration since) {
  return base::instant(since);
}

/// Lets a detector see gaps of 24 s and 26 s in turn; returns how long after the last arrival it
/// then declares a silent peer dead.
base::Duration patience(const PhiOptions& options, int gaps = 1'000) {
  PhiDetector detector(options);
  detector.open(at(0s));
  base::Duration arrived{};
  for (int i = 0; i < gaps; ++i) {
    arrived += i % 2 == 0 ? 24s : 26s;
    EXPECT_EQ(detector.follow({at(arrived), at(arrived), at(arrived)}), std::nullopt);
  }
  const auto dead_at =
      detector.follow({at(arrived + 25s), base::Instant::max(), base::Instant::max()});
  EXPECT_TRUE(dead_at);
  return *dead_at - at(arrived);
}

TEST(DetectorPhi, quantiles_are_those_of_the_normal_distribution) {
  for (const int threshold : {3, 5, 8, 10, 12}) {
    const double deviations = static_cast<double>(phi_quantile_ppm(threshold)) / 1e6;

    const double phi = -std::log10(std::erfc(deviations / std::sqrt(2.0)) / 2);

    EXPECT_NEAR(phi, threshold, 1e-5);
  }
}

TEST(DetectorPhi, a_gap_is_death_at_the_quantile_of_the_gaps_before) {
  // Mean 25 s, deviation 1 s: with 5.612001 deviations phi is 8, by scipy.stats.norm.isf(1e-8).
  EXPECT_EQ(patience({.threshold = 8, .pause = 0s}), 25s + 5'612'001us);
  EXPECT_EQ(patience({.threshold = 3, .pause = 0s}), 25s + 3'090'232us);
  EXPECT_EQ(patience({.threshold = 12, .pause = 3s}), 28s + 7'034'484us);
}

TEST(DetectorPhi, the_deviation_has_a_lower_bound) {
  EXPECT_EQ(patience({.threshold = 8, .deviation_min = 2s, .pause = 0s}), 25s + 2 * 5'612'001us);
}

TEST(DetectorPhi, a_new_connection_is_judged_by_the_first_estimate) {
  // Gaps of 18.75 s and 31.25 s are assumed: mean 25 s, deviation 6.25 s.
  EXPECT_EQ(patience({.threshold = 8, .pause = 0s}, 0), 25s + 5'612'001'000ns * 25 / 4);
}

TEST(DetectorPhi, remembers_no_more_than_its_window) {
  const PhiOptions options{.threshold = 8, .window = 10, .deviation_min = 10ms, .pause = 0s};
  PhiDetector detector(options);
  detector.open(at(0s));
  base::Duration arrived{};
  for (int i = 0; i < 20; ++i) {
    arrived += i >= 10 ? 25s : i % 2 == 0 ? 20s : 30s;
    EXPECT_EQ(detector.follow({at(arrived), at(arrived), at(arrived)}), std::nullopt) << i;
  }

  const auto dead_at = detector.follow({at(arrived), at(arrived + 1h), at(arrived + 1h)});

  EXPECT_EQ(dead_at, at(arrived + 25s + 56'120'010ns));
}

TEST(DetectorPhi, a_new_connection_remembers_nothing) {
  const PhiOptions options{.threshold = 8, .pause = 0s};
  PhiDetector detector(options);
  detector.open(at(0s));
  base::Duration arrived{};
  for (int i = 0; i < 100; ++i) {
    arrived += 25s;
    EXPECT_EQ(detector.follow({at(arrived), at(arrived), at(arrived)}), std::nullopt);
  }
  detector.open(at(arrived));

  const auto dead_at = detector.follow({at(arrived), at(arrived + 1h), at(arrived + 1h)});

  EXPECT_EQ(dead_at, at(arrived + 25s + 5'612'001'000ns * 25 / 4));
}

}  // namespace
}  // namespace heartwire::sim
