#include "heartwire/net/clock.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;

ClockReading reading(base::Duration steady, base::Duration boot, base::Duration wall) {
  return {base::instant(steady), boot, wall};
}

TEST(Clock, never_goes_back) {
  const base::Instant before = steady_now();

  EXPECT_GE(steady_now(), before);
  EXPECT_GE(read_clocks().steady, before);
}

TEST(Clock, shows_a_wall_time_of_this_century) {
  EXPECT_GT(read_clocks().wall, std::chrono::hours{24 * 365 * 30});
}

TEST(JumpDetector, is_content_while_the_clocks_agree) {
  JumpDetector detector(reading(0s, 100s, 1000s));

  EXPECT_EQ(detector.observe(reading(5s, 105s, 1005s)), std::nullopt);
  EXPECT_EQ(detector.observe(reading(65s, 165s, 1065s)), std::nullopt);
}

TEST(JumpDetector, notices_a_sleep_by_the_boot_clock) {
  JumpDetector detector(reading(0s, 0s, 0s));

  EXPECT_EQ(detector.observe(reading(1s, 61s, 61s)), base::Duration{60s});
  EXPECT_EQ(detector.observe(reading(2s, 62s, 62s)), std::nullopt) << "told once";
}

TEST(JumpDetector, notices_a_pause_by_the_wall_clock) {
  JumpDetector detector(reading(0s, 0s, 0s));

  EXPECT_EQ(detector.observe(reading(1s, 1s, 31s)), base::Duration{30s});
}

TEST(JumpDetector, notices_a_clock_that_was_set_back) {
  JumpDetector detector(reading(0s, 0s, 1000s));

  EXPECT_EQ(detector.observe(reading(1s, 1s, 901s)), base::Duration{-100s});
}

TEST(JumpDetector, lets_drift_pass_that_never_adds_up) {
  JumpDetector detector(reading(0s, 0s, 0s), 2s);

  for (int step = 1; step <= 100; ++step) {
    const base::Duration steady = step * 5s;
    EXPECT_EQ(detector.observe(reading(steady, steady, steady + step * 1900ms)), std::nullopt);
  }
}

}  // namespace
}  // namespace heartwire::net
