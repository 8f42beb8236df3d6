#include "heartwire/sim/detector_link.hpp"

namespace heartwire::sim {

using namespace std::chrono_literals;

const std::array<DetectorLink, 3>& detector_links() noexcept {
  static constexpr std::array<DetectorLink, 3> kLinks{{
      // Interrupted for 9 s a day: 99.99 % availability.
      {.name = "wired",
       .options = {.latency = 5ms, .jitter = 10ms, .spread = Spread::long_tail},
       .distance = 100ms,
       .good_loss_ppm = 100,
       .bad_loss_ppm = 300'000,
       .good_time = 10min,
       .bad_time = 500ms,
       .outage_every = 6h},
      // Interrupted for 90 s a day, 99.9 %, mostly by short gaps as a handover leaves them.
      {.name = "4g",
       .options = {.latency = 25ms, .jitter = 60ms, .spread = Spread::long_tail},
       .distance = 100ms,
       .promotion = 260ms,
       .idle_after = 11'600ms,
       .good_loss_ppm = 1'000,
       .bad_loss_ppm = 300'000,
       .good_time = 2min,
       .bad_time = 1s,
       .outage_every = 20min,
       .outage_least = 100ms},
      // Interrupted for 10 minutes a day, and one packet of 20 is lost.
      {.name = "bad-mobile",
       .options = {.latency = 80ms, .jitter = 600ms, .spread = Spread::long_tail},
       .distance = 200ms,
       .promotion = 600ms,
       .idle_after = 5s,
       .good_loss_ppm = 5'000,
       .bad_loss_ppm = 400'000,
       .good_time = 20s,
       .bad_time = 2s,
       .outage_every = 5min},
  }};
  return kLinks;
}

}  // namespace heartwire::sim
