#include "heartwire/sim/detector_path.hpp"

#include "heartwire/sim/detector_draws.hpp"

#include <algorithm>
#include <chrono>

namespace heartwire::sim {

using base::Duration;
using base::Instant;

namespace {

constexpr std::uint64_t kMillion = 1'000'000;
/// Linux holds no timeout to be closer to the mean than this.
constexpr Duration kVarianceMin = std::chrono::milliseconds{200};

}  // namespace

bool Spells::covers(Instant at) noexcept {
  while (near_ > 0 && spells_[near_ - 1].ends > at) --near_;
  while (near_ < spells_.size() && spells_[near_].ends <= at) ++near_;
  return near_ < spells_.size() && spells_[near_].begins <= at;
}

Duration Spells::total() const noexcept {
  Duration sum{};
  for (const Spell& spell : spells_) sum += spell.ends - spell.begins;
  return sum;
}

DetectorPath::DetectorPath(const DetectorLink& link, Duration span, std::uint64_t seed)
    : link_(link), rng_(seed) {
  const LinkOptions spread{
      .latency = link.options.latency, .jitter = link.distance, .spread = Spread::long_tail};
  link_.options.latency = sim::draw_latency(spread, {}, rng_);
  const auto fill = [&](Spells& spells, Duration every, auto draw_length) {
    if (every == Duration::zero()) return;
    const Instant end = base::instant(span);
    for (Instant at{};;) {
      at += draw_exponential(every, rng_);
      if (at >= end) return;
      const Instant begins = at;
      at += draw_length();
      spells.add(begins, at);
    }
  };
  fill(outages_, link.outage_every,
       [&] { return draw_pareto(link.outage_least, link.outage_greatest, rng_); });
  fill(bad_, link.good_time, [&] { return draw_exponential(link.bad_time, rng_); });
}

Exchange DetectorPath::ask(Instant asked) noexcept {
  const bool is_idle = active_at_ == Instant::min() || asked - active_at_ >= link_.idle_after;
  Crossing up = cross(asked, timeout(asking_));
  if (is_idle) up.arrives += link_.promotion;
  const Crossing down = cross(up.arrives, timeout(answering_));
  active_at_ = down.arrives;
  const Instant acknowledged = down.is_repaired ? acknowledge(up, down.arrives) : down.arrives;
  const Exchange exchange{asked, acknowledged, down.arrives};
  learn(exchange, up, down);
  return exchange;
}

bool DetectorPath::loses(Instant at) noexcept {
  ++packets_;
  bool is_lost = outages_.covers(at);
  if (!is_lost) {
    const std::uint32_t loss_ppm = bad_.covers(at) ? link_.bad_loss_ppm : link_.good_loss_ppm;
    is_lost = loss_ppm > 0 && rng_.below(kMillion) < loss_ppm;
  }
  if (is_lost) ++packets_lost_;
  return is_lost;
}

DetectorPath::Crossing DetectorPath::cross(Instant sent, Duration timeout) noexcept {
  Crossing crossing{.left = sent, .timeout = timeout};
  while (loses(crossing.left)) {
    crossing.left += crossing.timeout;
    crossing.timeout = std::min(2 * crossing.timeout, kRetransmissionMax);
    crossing.is_repaired = true;
  }
  crossing.arrives = crossing.left + draw_latency();
  return crossing;
}

Duration DetectorPath::draw_latency() noexcept {
  return sim::draw_latency(link_.options, {}, rng_);
}

Duration DetectorPath::timeout(const core::RoundTrip& round_trip) const noexcept {
  if (!round_trip.has_samples()) return retransmission_timeout(link_.options);
  return round_trip.smoothed() + std::max(4 * round_trip.deviation(), kVarianceMin);
}

/// Karn: what was sent twice measures nothing.
void DetectorPath::learn(const Exchange& exchange, const Crossing& up,
                         const Crossing& down) noexcept {
  if (!up.is_repaired && !down.is_repaired) asking_.add(exchange.answered - exchange.asked);
  if (!down.is_repaired) answering_.add(down.arrives - down.left + draw_latency());
}

/// The answer carries the acknowledgement. Where it is lost, the heartbeat is sent again too, and
/// the peer's kernel acknowledges it once more.
Instant DetectorPath::acknowledge(const Crossing& up, Instant answered) noexcept {
  Duration timeout = up.timeout;
  for (Instant again = up.left + timeout; again < answered; again += timeout) {
    timeout = std::min(2 * timeout, kRetransmissionMax);
    if (loses(again)) continue;
    const Instant arrived = again + draw_latency();
    if (loses(arrived)) continue;
    return std::min(answered, arrived + draw_latency());
  }
  return answered;
}

}  // namespace heartwire::sim
