#include "heartwire/sim/clock.hpp"

#include <algorithm>

namespace heartwire::sim {

using base::Duration;
using base::Instant;

namespace {

constexpr std::int64_t kMillion = 1'000'000;

Duration stretched(Duration time, std::int32_t ppm) noexcept {
  return time + Duration{time.count() / kMillion * ppm + time.count() % kMillion * ppm / kMillion};
}

}  // namespace

HostClock::HostClock(const ClockOptions& options) noexcept
    : options_(options), base_local_(base::instant(options.epoch)) {}

Instant HostClock::local(Instant world) const noexcept {
  if (stands_) return base_local_;
  return base_local_ + stretched(world - base_world_, options_.drift_ppm);
}

Instant HostClock::world(Instant local) const noexcept {
  const Duration ahead = local - base_local_;
  if (ahead <= Duration::zero()) return base_world_;
  // Division undoes the stretch up to rounding; the loop walks over the rest.
  Instant when = base_world_ + Duration{ahead.count() / (kMillion + options_.drift_ppm) * kMillion};
  for (;;) {
    const Duration missing =
        local - (base_local_ + stretched(when - base_world_, options_.drift_ppm));
    if (missing <= Duration::zero()) return when;
    when += std::max(missing - missing / 500, Duration{1});
  }
}

void HostClock::jump(Instant world, Duration forward) noexcept {
  rebase(world);
  base_local_ += std::max(forward, Duration::zero());
}

void HostClock::fall_asleep(Instant world) noexcept {
  rebase(world);
  stands_ = !options_.counts_sleep;
}

void HostClock::wake_up(Instant world) noexcept {
  rebase(world);
  stands_ = false;
}

void HostClock::rebase(Instant world) noexcept {
  base_local_ = local(world);
  base_world_ = world;
}

}  // namespace heartwire::sim
