#include "heartwire/core/backoff.hpp"

#include "heartwire/base/check.hpp"

#include <algorithm>
#include <chrono>

namespace heartwire::core {

using base::Duration;

namespace {

/// Far under the range of Duration, so that no product or sum of delays can overflow.
constexpr Duration kDelayLimit = std::chrono::hours{24 * 365};

}  // namespace

Duration Backoff::next(base::Rng& rng) noexcept {
  const BackoffOptions& options = *options_;
  HW_CHECK(validate(options) == nullptr);
  const bool is_decorrelated = options.jitter == Jitter::decorrelated;
  if (steps_ == 0) {
    previous_ = options.delay_min;
  } else if (!is_decorrelated) {
    previous_ = grown();
  }
  if (steps_ != UINT32_MAX) ++steps_;

  switch (options.jitter) {
    case Jitter::none: break;
    case Jitter::full: return rng.between(options.delay_min / 2, previous_);
    case Jitter::equal: return rng.between(previous_ / 2, previous_);
    case Jitter::decorrelated:
      previous_ = std::min(options.delay_max, rng.between(options.delay_min, previous_ * 3));
      break;
  }
  return previous_;
}

void Backoff::reset() noexcept {
  steps_ = 0;
}

Duration Backoff::grown() const noexcept {
  const double product = static_cast<double>(previous_.count()) * options_->factor;
  // Compared before it is converted: a product beyond the range of an integer has no value there.
  if (product >= static_cast<double>(options_->delay_max.count())) return options_->delay_max;
  return Duration{static_cast<Duration::rep>(product)};
}

const char* validate(const BackoffOptions& options) noexcept {
  if (options.delay_min < std::chrono::milliseconds{1}) return "delay_min is less than 1 ms";
  if (options.delay_max < options.delay_min) return "delay_max is less than delay_min";
  if (options.delay_max > kDelayLimit) return "delay_max is more than 365 days";
  if (!(options.factor >= 1.0)) return "factor is less than 1, or not a number";
  if (options.jitter > Jitter::decorrelated) return "jitter is none of the known ones";
  return nullptr;
}

}  // namespace heartwire::core
