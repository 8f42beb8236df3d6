#pragma once
// A host's steady clock in a world of its own time. It begins where it likes, runs a little fast or
// slow, may leap forward (a paused virtual machine), and stands still during sleep or does not, as
// operating systems differ. It never goes back.

#include "heartwire/base/instant.hpp"

#include <cstdint>
#include <optional>

namespace heartwire::sim {

struct ClockOptions {
  /// What it reads when the world begins. Default: not zero, since nothing may depend on it.
  base::Duration epoch = std::chrono::hours{1'203};
  /// Microseconds that it gains in a second. Default none. From -1000 to 1000.
  std::int32_t drift_ppm = 0;
  /// Whether it goes on while the host sleeps. Default not, as CLOCK_MONOTONIC on Linux.
  bool counts_sleep = false;
};

class HostClock {
 public:
  explicit HostClock(const ClockOptions& options) noexcept;

  /// What the clock reads at `world`.
  base::Instant local(base::Instant world) const noexcept;
  /// The first world time at which it reads `local` or more, if it goes on as it does; while it
  /// stands still, as if it woke at once.
  base::Instant world(base::Instant local) const noexcept;

  void jump(base::Instant world, base::Duration forward) noexcept;
  void fall_asleep(base::Instant world) noexcept;
  void wake_up(base::Instant world) noexcept;

 private:
  void rebase(base::Instant world) noexcept;

  ClockOptions options_;
  base::Instant base_world_{};
  base::Instant base_local_;
  bool stands_ = false;
};

}  // namespace heartwire::sim
