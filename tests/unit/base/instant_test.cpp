#include "heartwire/base/instant.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace heartwire::base {
namespace {

using namespace std::chrono_literals;

TEST(Instant, adds_a_delay_like_ordinary_time) {
  EXPECT_EQ(add_saturated(instant(2s), 500ms), instant(2500ms));
  EXPECT_EQ(add_saturated(instant(2s), 0s), instant(2s));
  EXPECT_EQ(add_saturated(instant(2s), -3s), instant(-1s));
}

TEST(Instant, stays_at_the_end_of_time_instead_of_wrapping) {
  EXPECT_EQ(add_saturated(instant(1s), Duration::max()), Instant::max());
  EXPECT_EQ(add_saturated(Instant::max(), 1ns), Instant::max());
  EXPECT_EQ(add_saturated(Instant::max() - 1ns, 1ns), Instant::max());
}

TEST(Instant, may_lie_before_the_epoch) {
  EXPECT_EQ(add_saturated(instant(-1s), 1500ms), instant(500ms));
  EXPECT_EQ(add_saturated(instant(-1s), Duration::max()), instant(Duration::max() - 1s));
}

}  // namespace
}  // namespace heartwire::base
