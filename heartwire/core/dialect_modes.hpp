#pragma once
// How a dialect's adapt() changes heartbeat options: one rule for all, so that a mode which the
// user chose is never overridden.

#include "heartwire/core/heartbeat.hpp"

#include <optional>

namespace heartwire::core {

/// Sets both modes, and `silence_max` if one is given and the user gave none; changes nothing
/// unless both modes hold their defaults.
inline void set_modes(HeartbeatOptions& options, Sending sending, Evidence evidence,
                      std::optional<base::Duration> silence_max = std::nullopt) noexcept {
  const HeartbeatOptions defaults;
  if (options.sending != defaults.sending || options.evidence != defaults.evidence) return;
  options.sending = sending;
  options.evidence = evidence;
  if (silence_max && !options.silence_max) options.silence_max = silence_max;
}

}  // namespace heartwire::core
