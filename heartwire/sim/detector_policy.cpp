#include "heartwire/sim/detector_policy.hpp"

#include <array>
#include <chrono>
#include <utility>

namespace heartwire::sim {

using base::Duration;
using namespace std::chrono_literals;

namespace {

/// `10 s`, `0.5 s`.
std::string seconds(Duration duration) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  std::string text = std::to_string(ms / 1'000);
  if (ms % 1'000 != 0) text += '.' + std::to_string(ms % 1'000 / 100);
  return text + " s";
}

}  // namespace

std::string_view to_text(DetectorFamily family) noexcept {
  switch (family) {
    case DetectorFamily::fixed: return "fixed";
    case DetectorFamily::misses: return "misses";
    case DetectorFamily::adaptive: return "adaptive";
    case DetectorFamily::phi: return "phi";
  }
  return "";
}

DetectorPolicy fixed_policy(Duration interval, Duration timeout, std::uint8_t misses_max) {
  const core::HeartbeatOptions options{.reply = core::Reply::fixed,
                                       .interval = interval,
                                       .timeout = timeout,
                                       .misses_max = misses_max,
                                       .first_probe_spread = false};
  if (misses_max == 1) return {DetectorFamily::fixed, seconds(timeout), options};
  return {DetectorFamily::misses, std::to_string(misses_max) + " x " + seconds(timeout), options};
}

DetectorPolicy adaptive_policy(Duration interval, Duration timeout, Duration reply_min) {
  const core::HeartbeatOptions options{.reply = core::Reply::adaptive,
                                       .interval = interval,
                                       .timeout = timeout,
                                       .reply_min = reply_min,
                                       .first_probe_spread = false};
  return {DetectorFamily::adaptive,
          "timeout " + seconds(timeout) + ", reply_min " + seconds(reply_min), options};
}

DetectorPolicy phi_policy(Duration interval, int threshold) {
  return {DetectorFamily::phi, "phi " + std::to_string(threshold),
          PhiOptions{.threshold = threshold, .interval = interval}};
}

std::vector<DetectorPolicy> detector_policies(Duration interval) {
  std::vector<DetectorPolicy> policies;
  for (const Duration timeout : {2s, 3s, 5s, 8s, 10s, 15s, 20s})
    policies.push_back(fixed_policy(interval, timeout));
  for (const Duration timeout : {2s, 3s, 5s, 8s, 10s})
    policies.push_back(fixed_policy(interval, timeout, 2));
  for (const Duration timeout : {2s, 3s, 5s})
    policies.push_back(fixed_policy(interval, timeout, 3));
  constexpr std::array<std::pair<Duration, Duration>, 7> kAdaptive{
      {{5s, 1s}, {10s, 500ms}, {10s, 1s}, {10s, 2s}, {10s, 3s}, {15s, 1s}, {15s, 3s}}};
  for (const auto& [timeout, reply_min] : kAdaptive)
    policies.push_back(adaptive_policy(interval, timeout, reply_min));
  for (const int threshold : {3, 5, 8, 10, 12}) policies.push_back(phi_policy(interval, threshold));
  return policies;
}

}  // namespace heartwire::sim
