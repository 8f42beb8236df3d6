#pragma once
// The failure detectors that are compared, each with its options.

#include "heartwire/base/instant.hpp"
#include "heartwire/core/heartbeat.hpp"
#include "heartwire/sim/detector_phi.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace heartwire::sim {

enum class DetectorFamily : std::uint8_t {
  fixed,     ///< core::Reply::fixed, declared after one miss.
  misses,    ///< core::Reply::fixed, declared after several.
  adaptive,  ///< core::Reply::adaptive: suspect, confirm, declare.
  phi,       ///< Phi accrual.
};
std::string_view to_text(DetectorFamily family) noexcept;

struct DetectorPolicy {
  DetectorFamily family{};
  /// The options that matter: `10 s`, `2 x 5 s`, `timeout 10 s, reply_min 1 s`, `phi 8`.
  std::string name;
  std::variant<core::HeartbeatOptions, PhiOptions> options;
};

DetectorPolicy fixed_policy(base::Duration interval, base::Duration timeout,
                            std::uint8_t misses_max = 1);
DetectorPolicy adaptive_policy(base::Duration interval, base::Duration timeout,
                               base::Duration reply_min);
DetectorPolicy phi_policy(base::Duration interval, int threshold);

/// All of them, heartbeats being sent every `interval`.
std::vector<DetectorPolicy> detector_policies(base::Duration interval);

}  // namespace heartwire::sim
