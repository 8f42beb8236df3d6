#include "heartwire/core/round_trip.hpp"

#include <algorithm>

namespace heartwire::core {
namespace {

using Microseconds = std::chrono::duration<std::int64_t, std::micro>;

base::Duration duration(std::uint32_t microseconds) noexcept {
  return Microseconds{microseconds};
}

}  // namespace

void RoundTrip::add(base::Duration sample) noexcept {
  const std::int64_t whole = std::chrono::duration_cast<Microseconds>(sample).count();
  const auto sample_us = static_cast<std::uint32_t>(std::clamp<std::int64_t>(whole, 0, kNone - 1));
  if (!has_samples()) {
    smoothed_us_ = sample_us;
    deviation_us_ = sample_us / 2;
  } else {
    // The deviation first, against the smoothed time before this sample. 64 bits for the sums.
    const std::uint32_t distance_us =
        sample_us > smoothed_us_ ? sample_us - smoothed_us_ : smoothed_us_ - sample_us;
    deviation_us_ =
        static_cast<std::uint32_t>((std::uint64_t{deviation_us_} * 3 + distance_us) / 4);
    smoothed_us_ = static_cast<std::uint32_t>((std::uint64_t{smoothed_us_} * 7 + sample_us) / 8);
  }
  last_us_ = sample_us;
}

base::Duration RoundTrip::last() const noexcept {
  return has_samples() ? duration(last_us_) : base::Duration::zero();
}

base::Duration RoundTrip::smoothed() const noexcept {
  return duration(smoothed_us_);
}

base::Duration RoundTrip::deviation() const noexcept {
  return duration(deviation_us_);
}

std::optional<base::Duration> RoundTrip::expected() const noexcept {
  if (!has_samples()) return std::nullopt;
  return smoothed() + 4 * deviation();
}

}  // namespace heartwire::core
