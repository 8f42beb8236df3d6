#include "heartwire/sim/detector_phi.hpp"

#include "heartwire/base/check.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace heartwire::sim {

using base::Duration;
using base::Instant;
using Milliseconds = std::chrono::duration<std::int64_t, std::milli>;

namespace {

/// A longer gap is remembered as this, which keeps the sums of its squares within 64 bits.
constexpr std::int64_t kGapMostMs = 3'600'000;
constexpr std::size_t kWindowMost = 1'000;

/// The greatest whole number whose square is not above `value`.
std::int64_t square_root(std::int64_t value) noexcept {
  std::int64_t root = 0;
  for (std::int64_t bit = std::int64_t{1} << 31; bit > 0; bit >>= 1) {
    const std::int64_t more = root + bit;
    if (more <= value / more) root = more;
  }
  return root;
}

std::int64_t in_ms(Duration duration) noexcept {
  return std::chrono::floor<Milliseconds>(duration).count();
}

}  // namespace

std::int64_t phi_quantile_ppm(int threshold) noexcept {
  // Where the upper tail of the standard normal distribution holds 10^-threshold.
  constexpr std::array<std::pair<int, std::int64_t>, 5> kQuantiles{
      {{3, 3'090'232}, {5, 4'264'891}, {8, 5'612'001}, {10, 6'361'341}, {12, 7'034'484}}};
  const auto* found = std::find_if(kQuantiles.begin(), kQuantiles.end(),
                                   [&](const auto& one) { return one.first == threshold; });
  HW_CHECK(found != kQuantiles.end());
  return found->second;
}

PhiDetector::PhiDetector(const PhiOptions& options) : options_(&options) {
  HW_CHECK(options.window >= 2 && options.window <= kWindowMost);
}

void PhiDetector::open(Instant now) {
  gaps_ms_.clear();
  oldest_ = 0;
  sum_ = sum_of_squares_ = 0;
  arrived_at_ = now;
  remember(in_ms(options_->interval - options_->interval / 4));
  remember(in_ms(options_->interval + options_->interval / 4));
}

std::optional<Instant> PhiDetector::follow(const Exchange& exchange) {
  // Nothing is suspicious before the mean: most of the time no root is needed.
  const auto count = static_cast<std::int64_t>(gaps_ms_.size());
  const Duration bearable = Milliseconds{sum_ / count} + options_->pause;
  if (exchange.answered - arrived_at_ > bearable) {
    const Instant dead_at = verdict();
    if (dead_at < exchange.answered) return dead_at;
  }
  remember(in_ms(exchange.answered - arrived_at_));
  arrived_at_ = exchange.answered;
  return std::nullopt;
}

void PhiDetector::remember(std::int64_t gap_ms) {
  gap_ms = std::min(gap_ms, kGapMostMs);
  sum_ += gap_ms;
  sum_of_squares_ += gap_ms * gap_ms;
  if (gaps_ms_.size() < options_->window) {
    gaps_ms_.push_back(gap_ms);
    return;
  }
  const std::int64_t forgotten_ms = std::exchange(gaps_ms_[oldest_], gap_ms);
  sum_ -= forgotten_ms;
  sum_of_squares_ -= forgotten_ms * forgotten_ms;
  oldest_ = (oldest_ + 1) % gaps_ms_.size();
}

Instant PhiDetector::verdict() const noexcept {
  const auto count = static_cast<std::int64_t>(gaps_ms_.size());
  // The mean with its remainder, so that the variance is that of the whole numbers.
  const std::int64_t mean = sum_ / count;
  const std::int64_t rest = sum_ % count;
  const std::int64_t variance =
      sum_of_squares_ / count - mean * mean - (2 * mean * rest + rest * rest / count) / count;
  const Duration deviation = Milliseconds{square_root(std::max<std::int64_t>(variance, 0))};
  const Duration borne = std::max(deviation, options_->deviation_min);
  const Duration margin = borne / 1'000 * phi_quantile_ppm(options_->threshold) / 1'000;
  return arrived_at_ + Milliseconds{mean} + options_->pause + margin;
}

}  // namespace heartwire::sim
