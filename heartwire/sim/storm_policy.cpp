#include "heartwire/sim/storm_policy.hpp"

#include <algorithm>
#include <chrono>

namespace heartwire::sim {
namespace {

using std::chrono::seconds;

core::ReconnectOptions with_jitter(core::Jitter jitter) {
  core::ReconnectOptions options;
  options.backoff.jitter = jitter;
  return options;
}

/// Heeds no word of the server and forgets everything at each open, as a bare timer does.
core::ReconnectOptions by_hand(seconds delay) {
  core::ReconnectOptions options;
  options.backoff = core::BackoffOptions::constant(delay);
  options.stable_after = seconds{0};
  options.retry_after_max = seconds{0};
  options.restart_delay_min = options.restart_delay_max = seconds{0};
  options.overload_delay_min = options.overload_delay_max = seconds{0};
  return options;
}

}  // namespace

std::string_view name(StormPolicy policy) noexcept {
  switch (policy) {
    case StormPolicy::standard: return "default";
    case StormPolicy::none: return "none";
    case StormPolicy::full: return "full";
    case StormPolicy::equal: return "equal";
    case StormPolicy::decorrelated: return "decorrelated";
    case StormPolicy::constant_1s: return "constant-1s";
    case StormPolicy::constant_5s: return "constant-5s";
  }
  return "unknown";
}

core::ReconnectOptions reconnect_options(StormPolicy policy) {
  switch (policy) {
    case StormPolicy::standard: break;
    case StormPolicy::none: return with_jitter(core::Jitter::none);
    case StormPolicy::full: return with_jitter(core::Jitter::full);
    case StormPolicy::equal: return with_jitter(core::Jitter::equal);
    case StormPolicy::decorrelated: return with_jitter(core::Jitter::decorrelated);
    case StormPolicy::constant_1s: return by_hand(seconds{1});
    case StormPolicy::constant_5s: return by_hand(seconds{5});
  }
  return {};
}

std::vector<StormPolicy> storm_policies() {
  std::vector<StormPolicy> distinct;
  for (int index = 0; index <= static_cast<int>(StormPolicy::constant_5s); ++index) {
    const auto policy = static_cast<StormPolicy>(index);
    const bool is_known = std::ranges::any_of(distinct, [policy](StormPolicy other) {
      return reconnect_options(other) == reconnect_options(policy);
    });
    if (!is_known) distinct.push_back(policy);
  }
  return distinct;
}

}  // namespace heartwire::sim
