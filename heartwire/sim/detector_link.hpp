#pragma once
// The links on which failure detectors are compared: a wired one, 4G, and a bad mobile one. They
// are models, with round figures; what is known of real links from measurements stands beside them.
//
// What hurts a heartbeat is not the usual round trip but what comes on top: a packet that is lost,
// and with it the next ones (Gilbert and Elliott: a good and a bad state, each with its own loss),
// and interruptions during which nothing passes, whose lengths have a heavy tail.

#include "heartwire/base/instant.hpp"
#include "heartwire/sim/link.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace heartwire::sim {

struct DetectorLink {
  std::string_view name;

  /// Delay each way; jitter with a long tail. Nothing else of it counts.
  LinkOptions options{};
  /// Peers are near and far: for each connection up to so much more delay, with a long tail.
  base::Duration distance{};

  /// A radio that was silent for `idle_after` must be woken, and the first packet waits for
  /// `promotion`. Default: no radio.
  base::Duration promotion{};
  base::Duration idle_after{};

  /// Packets of a million that are lost in the good state, and in the bad one.
  std::uint32_t good_loss_ppm = 0;
  std::uint32_t bad_loss_ppm = 0;
  /// Mean time in each state. A good one of zero: always good.
  base::Duration good_time{};
  base::Duration bad_time{};

  /// Mean time from one interruption's end to the next, zero being never, and their lengths
  /// (draw_pareto). A longer one than the greatest would change nothing: every detector takes it
  /// for a death.
  base::Duration outage_every{};
  base::Duration outage_least = std::chrono::milliseconds{200};
  base::Duration outage_greatest = std::chrono::hours{1};
};

/// `wired`, `4g`, `bad-mobile`.
const std::array<DetectorLink, 3>& detector_links() noexcept;

}  // namespace heartwire::sim
