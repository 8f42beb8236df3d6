#pragma once
// Where time comes from, and how to tell that the steady clock was not the whole story.

#include "heartwire/base/instant.hpp"

#include <optional>

namespace heartwire::net {

/// The system's clocks at one moment.
struct ClockReading {
  base::Instant steady;  ///< Never goes back; stands still while the machine sleeps (on Linux).
  base::Duration boot;   ///< Since boot, sleep included; where unknown, the same as steady.
  base::Duration wall;   ///< Since 1970; may be set forward or back at any time.
};

/// The steady clock. Any thread.
base::Instant steady_now() noexcept;

/// All three. Any thread.
ClockReading read_clocks() noexcept;

/// Notices that time went by, or was set, without the steady clock: the machine slept, a virtual
/// machine was paused, or the wall clock was stepped. Timers knew nothing of it, and a connection
/// may have died meanwhile.
///
/// Both other clocks are asked, since each has a blind spot: boot time stands still in a paused
/// virtual machine, wall time is wrong until somebody corrects it. A false alarm costs one probe.
class JumpDetector {
 public:
  /// `threshold` is what counts as a jump between two readings. Default 2 s: far above the drift
  /// and slew of clocks in a few seconds, far below any idle limit of the network.
  explicit JumpDetector(ClockReading start,
                        base::Duration threshold = std::chrono::seconds{2}) noexcept
      : last_(start), threshold_(threshold) {}

  /// By how much another clock ran ahead of the steady one (or, when negative, was set back) since
  /// the last reading, if that is a jump. Each jump is told once.
  std::optional<base::Duration> observe(const ClockReading& reading) noexcept;

 private:
  ClockReading last_;
  base::Duration threshold_;
};

}  // namespace heartwire::net
