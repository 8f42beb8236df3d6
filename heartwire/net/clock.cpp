#include "heartwire/net/clock.hpp"

#include <chrono>
#include <ctime>

namespace heartwire::net {
namespace {

base::Duration read(clockid_t clock) noexcept {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace

base::Instant steady_now() noexcept {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return base::instant(std::chrono::duration_cast<base::Duration>(now));
}

ClockReading read_clocks() noexcept {
  const base::Instant steady = steady_now();
#ifdef CLOCK_BOOTTIME
  const base::Duration boot = read(CLOCK_BOOTTIME);
#else
  const base::Duration boot = steady.time_since_epoch();
#endif
  return {steady, boot, read(CLOCK_REALTIME)};
}

std::optional<base::Duration> JumpDetector::observe(const ClockReading& reading) noexcept {
  const base::Duration steady = reading.steady - last_.steady;
  const base::Duration by_boot = reading.boot - last_.boot - steady;
  const base::Duration by_wall = reading.wall - last_.wall - steady;
  last_ = reading;
  if (std::chrono::abs(by_boot) >= threshold_) return by_boot;
  if (std::chrono::abs(by_wall) >= threshold_) return by_wall;
  return std::nullopt;
}

}  // namespace heartwire::net
