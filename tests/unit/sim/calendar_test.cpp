#include "heartwire/sim/calendar.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::instant;

/// When `subject` is next woken, within ten minutes.
std::optional<Duration> woken_at(Calendar& calendar, std::uint32_t subject) {
  while (calendar.now() < instant(10min))
    for (const std::uint32_t woken : calendar.advance())
      if (woken == subject) return calendar.now().time_since_epoch();
  return std::nullopt;
}

TEST(Calendar, begins_with_time) {
  Calendar calendar;
  calendar.wake(7, instant(0ms));

  EXPECT_EQ(calendar.advance(), std::vector<std::uint32_t>{7});
  EXPECT_EQ(calendar.now(), instant(0ms));
}

TEST(Calendar, wakes_at_the_millisecond_rounded_up) {
  Calendar calendar;
  calendar.wake(1, instant(3ms));
  calendar.wake(2, instant(3ms + 1ns));

  EXPECT_EQ(woken_at(calendar, 1), 3ms);
  EXPECT_EQ(woken_at(calendar, 2), 4ms);
}

TEST(Calendar, wakes_in_the_order_of_asking) {
  Calendar calendar;
  for (const std::uint32_t subject : {5U, 3U, 9U}) calendar.wake(subject, instant(0ms));

  EXPECT_EQ(calendar.advance(), (std::vector<std::uint32_t>{5, 3, 9}));
}

TEST(Calendar, keeps_what_lies_more_than_once_around_ahead) {
  Calendar calendar;
  calendar.wake(1, instant(5min));
  calendar.wake(2, instant(5min - 65'536ms));

  EXPECT_EQ(woken_at(calendar, 2), 5min - 65'536ms);
  EXPECT_EQ(woken_at(calendar, 1), 5min);
}

TEST(Calendar, wakes_in_the_next_millisecond_who_asks_for_the_past) {
  Calendar calendar;
  for (int step = 0; step < 10; ++step) calendar.advance();
  calendar.wake(1, instant(2ms));

  EXPECT_EQ(woken_at(calendar, 1), 10ms);
}

TEST(Calendar, wakes_once) {
  Calendar calendar;
  calendar.wake(1, instant(2ms));

  EXPECT_EQ(woken_at(calendar, 1), 2ms);
  EXPECT_EQ(woken_at(calendar, 1), std::nullopt);
}

}  // namespace
}  // namespace heartwire::sim
