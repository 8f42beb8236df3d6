#pragma once
// Failure detectors compared: how often each declares a living peer dead, and how soon a dead one.
//
// All of them live through the same connection-days: heartbeats at the same moments, the same
// answers. A verdict is *false* where the connection would have gone on by itself: the answer was
// on its way and came within kAnswerMost of the question. A later answer is as good as none, so
// that verdict is right, for every detector alike. After a verdict, right or false, a new
// connection begins when the answer has come, and the detector knows nothing of the old one.
//
// Once a day, at a random moment, a copy of each detector loses its peer: from then on nothing
// arrives. The time until its verdict is its detection time.

#include "heartwire/base/instant.hpp"
#include "heartwire/sim/detector_link.hpp"
#include "heartwire/sim/detector_policy.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace heartwire::sim {

inline constexpr base::Duration kAnswerMost = std::chrono::seconds{60};

/// Durations, counted in classes of one width.
class DurationCounts {
 public:
  explicit DurationCounts(base::Duration width);

  void add(base::Duration duration);
  std::uint64_t count() const noexcept { return count_; }
  base::Duration mean() const noexcept;
  base::Duration greatest() const noexcept { return greatest_; }
  /// What `per_mille` of a thousand do not exceed, rounded down to a class. The last class, from
  /// 60 000 widths, has no end.
  base::Duration quantile(std::uint64_t per_mille) const noexcept;

 private:
  base::Duration width_;
  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  base::Duration sum_{};
  base::Duration greatest_{};
};

struct DetectorScore {
  /// From each false verdict to the answer: there are as many as false verdicts.
  DurationCounts too_early{std::chrono::milliseconds{10}};
  std::uint64_t right_verdicts = 0;  ///< On peers that did not answer in kAnswerMost.
  DurationCounts detection{std::chrono::milliseconds{10}};
};

struct DetectorTrial {
  std::uint32_t days = 0;
  std::uint64_t packets = 0;
  std::uint64_t packets_lost = 0;
  base::Duration interrupted{};
  DurationCounts answers{std::chrono::milliseconds{1}};  ///< From each question.
  std::uint64_t unanswered = 0;                          ///< Those beyond kAnswerMost.
  std::vector<DetectorScore> scores{};                   ///< By policy.
};

/// `days` connection-days on `link`, with a heartbeat every `interval`, which is in whole
/// milliseconds. Everything follows from the arguments.
DetectorTrial try_detectors(const DetectorLink& link, const std::vector<DetectorPolicy>& policies,
                            base::Duration interval, std::uint32_t days, std::uint64_t seed);

}  // namespace heartwire::sim
