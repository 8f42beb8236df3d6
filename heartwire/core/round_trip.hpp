#pragma once
// The round-trip time: last, smoothed, deviation. Source: RFC 6298 section 2.

#include "heartwire/base/instant.hpp"

#include <cstdint>
#include <optional>

namespace heartwire::core {

class RoundTrip {
 public:
  void add(base::Duration sample) noexcept;

  bool has_samples() const noexcept { return last_us_ != kNone; }
  /// The three figures are zero while there are no samples. Held in microseconds, up to 71 minutes.
  base::Duration last() const noexcept;
  base::Duration smoothed() const noexcept;
  base::Duration deviation() const noexcept;

  /// smoothed + 4 * deviation, or nothing while there are no samples.
  std::optional<base::Duration> expected() const noexcept;

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::uint32_t last_us_ = kNone;
  std::uint32_t smoothed_us_ = 0;
  std::uint32_t deviation_us_ = 0;
};

}  // namespace heartwire::core
