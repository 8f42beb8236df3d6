#include "heartwire/sim/detector_trial.hpp"

#include "heartwire/base/rng.hpp"
#include "heartwire/sim/detector_heartbeat.hpp"
#include "heartwire/sim/detector_path.hpp"
#include "heartwire/sim/detector_phi.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <variant>

namespace heartwire::sim {

using base::Duration;
using base::Instant;

namespace {

constexpr Duration kDay = std::chrono::hours{24};

using Detector = std::variant<HeartbeatDetector, PhiDetector>;

Detector make_detector(const DetectorPolicy& policy) {
  if (const auto* phi = std::get_if<PhiOptions>(&policy.options)) return PhiDetector(*phi);
  return HeartbeatDetector(*std::get_if<core::HeartbeatOptions>(&policy.options));
}

void open(Detector& detector, Instant now) {
  std::visit([&](auto& one) { one.open(now); }, detector);
}

std::optional<Instant> follow(Detector& detector, const Exchange& exchange) {
  return std::visit([&](auto& one) { return one.follow(exchange); }, detector);
}

/// What is left of an exchange whose peer vanishes at `when`.
Exchange without_answer(const Exchange& exchange, Instant when) {
  const bool is_acknowledged = exchange.acknowledged <= when;
  return {exchange.asked, is_acknowledged ? exchange.acknowledged : Instant::max(), Instant::max()};
}

/// One connection-day of all detectors.
class Day {
 public:
  Day(const DetectorLink& link, const std::vector<DetectorPolicy>& policies, Duration interval,
      std::uint64_t seed, DetectorTrial& trial)
      : rng_(seed), path_(link, kDay, rng_.next()), interval_(interval), trial_(trial) {
    vanishes_at_ = base::instant(rng_.between({}, kDay));
    for (const DetectorPolicy& policy : policies) {
      detectors_.push_back(make_detector(policy));
      open(detectors_.back(), Instant{});
    }
  }

  void run() {
    Instant asked{};
    Instant answered{};
    for (;;) {
      while (asked <= answered) asked += interval_;
      if (asked > base::instant(kDay)) break;
      const Exchange exchange = path_.ask(asked);
      trial_.answers.add(exchange.answered - exchange.asked);
      if (vanishes_at_ >= answered && vanishes_at_ < exchange.answered) lose_peer(exchange);
      if (exchange.answered - exchange.asked > kAnswerMost) ++trial_.unanswered;
      judge(exchange);
      answered = exchange.answered;
    }
    trial_.packets += path_.packets();
    trial_.packets_lost += path_.packets_lost();
    trial_.interrupted += path_.interrupted();
  }

 private:
  void lose_peer(const Exchange& exchange) {
    for (std::size_t i = 0; i < detectors_.size(); ++i) {
      Detector copy = detectors_[i];
      const auto dead_at = follow(copy, without_answer(exchange, vanishes_at_));
      // One that had declared a living peer dead just before has nothing left to notice.
      if (dead_at && *dead_at >= vanishes_at_)
        trial_.scores[i].detection.add(*dead_at - vanishes_at_);
    }
  }

  void judge(const Exchange& exchange) {
    const bool is_alive = exchange.answered - exchange.asked <= kAnswerMost;
    for (std::size_t i = 0; i < detectors_.size(); ++i) {
      const auto dead_at = follow(detectors_[i], exchange);
      if (!dead_at) continue;
      DetectorScore& score = trial_.scores[i];
      if (is_alive)
        score.too_early.add(exchange.answered - *dead_at);
      else
        ++score.right_verdicts;
      open(detectors_[i], exchange.answered);
    }
  }

  base::Rng rng_;
  DetectorPath path_;
  Duration interval_;
  DetectorTrial& trial_;
  Instant vanishes_at_{};
  std::vector<Detector> detectors_;
};

}  // namespace

DurationCounts::DurationCounts(Duration width) : width_(width), counts_(60'001) {}

void DurationCounts::add(Duration duration) {
  ++count_;
  sum_ += duration;
  greatest_ = std::max(greatest_, duration);
  const auto place = static_cast<std::size_t>(duration / width_);
  ++counts_[std::min(place, counts_.size() - 1)];
}

Duration DurationCounts::mean() const noexcept {
  return count_ == 0 ? Duration{} : sum_ / static_cast<Duration::rep>(count_);
}

Duration DurationCounts::quantile(std::uint64_t per_mille) const noexcept {
  const std::uint64_t wanted = (count_ * per_mille + 999) / 1'000;
  std::uint64_t seen = 0;
  std::size_t place = 0;
  while ((seen += counts_[place]) < wanted) ++place;
  return width_ * static_cast<Duration::rep>(place);
}

DetectorTrial try_detectors(const DetectorLink& link, const std::vector<DetectorPolicy>& policies,
                            Duration interval, std::uint32_t days, std::uint64_t seed) {
  DetectorTrial trial{.days = days};
  trial.scores.resize(policies.size());
  base::Rng rng(seed);
  for (std::uint32_t day = 0; day < days; ++day)
    Day(link, policies, interval, rng.next(), trial).run();
  return trial;
}

}  // namespace heartwire::sim
