#pragma once
// The phi accrual failure detector, for reference: declares death once the silence is so long that,
// were gaps between signs of life normally distributed as the last ones were, a longer one had a
// probability of 10^-phi.
//
// In integers: the quantiles of the normal distribution are a table, so that nothing depends on how
// a library rounds. Sources: Hayashibara, Defago, Yared, Katayama, "The phi accrual failure
// detector" (2004); the pause, the least deviation and the first estimate are Akka's.

#include "heartwire/base/instant.hpp"
#include "heartwire/sim/detector_path.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace heartwire::sim {

struct PhiOptions {
  /// Where suspicion is death: 3, 5, 8, 10 or 12. Default 8, as Akka's.
  int threshold = 8;
  /// Gaps that are remembered. Default 1000, as both sources.
  std::size_t window = 1'000;
  /// Default 100 ms, as Akka's.
  base::Duration deviation_min = std::chrono::milliseconds{100};
  /// Silence that is borne on top of the mean gap. Default 3 s, as Akka's.
  base::Duration pause = std::chrono::seconds{3};
  /// Of heartbeats: the first estimate, with a quarter of it for deviation. Default 25 s.
  base::Duration interval = std::chrono::seconds{25};
};

/// How many standard deviations above the mean `threshold` stands, in millionths.
std::int64_t phi_quantile_ppm(int threshold) noexcept;

class PhiDetector {
 public:
  /// `options` is borrowed.
  explicit PhiDetector(const PhiOptions& options);

  /// A new connection, which remembers nothing.
  void open(base::Instant now);
  /// As HeartbeatDetector::follow(). What is asked does not count, only what arrives.
  std::optional<base::Instant> follow(const Exchange& exchange);

 private:
  void remember(std::int64_t gap_ms);
  base::Instant verdict() const noexcept;

  const PhiOptions* options_;
  std::vector<std::int64_t> gaps_ms_;  ///< A ring once it is full.
  std::size_t oldest_ = 0;
  std::int64_t sum_ = 0;
  std::int64_t sum_of_squares_ = 0;
  base::Instant arrived_at_{};
};

}  // namespace heartwire::sim
