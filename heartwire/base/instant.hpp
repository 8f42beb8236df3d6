#pragma once
// Monotonic time as a value. There is deliberately no `now()`: whoever drives a machine brings the
// time, from a steady clock, a simulator or a test.

#include <chrono>

namespace heartwire::base {

/// The clock that an `Instant` is counted on. Its epoch is the driver's and means nothing.
struct MonotonicClock {
  using rep = std::chrono::nanoseconds::rep;
  using period = std::chrono::nanoseconds::period;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<MonotonicClock, duration>;
  static constexpr bool is_steady = true;
};

using Duration = std::chrono::nanoseconds;
using Instant = MonotonicClock::time_point;

/// An instant `since_epoch` after the driver's epoch.
constexpr Instant instant(Duration since_epoch) noexcept {
  return Instant{since_epoch};
}

/// `when + delay`, held at the end of time instead of wrapping.
constexpr Instant add_saturated(Instant when, Duration delay) noexcept {
  return delay > Duration::zero() && when > Instant::max() - delay ? Instant::max() : when + delay;
}

}  // namespace heartwire::base
