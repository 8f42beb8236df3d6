#include "heartwire/core/reconnect_policy.hpp"

#include "heartwire/base/check.hpp"

#include <algorithm>
#include <chrono>
#include <ostream>

namespace heartwire::core {

using base::Duration;
using base::Instant;

namespace {

/// Bounds that keep every sum and product of delays far inside the range of Duration.
constexpr Duration kDelayLimit = std::chrono::hours{24 * 365};
constexpr double kSpreadLimit = 10.0;

bool is_range(Duration low, Duration high) noexcept {
  return Duration::zero() <= low && low <= high && high <= kDelayLimit;
}

Decision stop(StopReason reason, Verdict verdict) noexcept {
  Decision decision;
  decision.stop_reason = reason;
  decision.verdict = verdict;
  return decision;
}

}  // namespace

std::string_view name(StopReason reason) noexcept {
  switch (reason) {
    case StopReason::disabled: return "disabled";
    case StopReason::refused: return "refused";
    case StopReason::attempts: return "attempts";
    case StopReason::elapsed: return "elapsed";
    case StopReason::user: return "user";
  }
  return "unknown";
}

ReconnectPolicy::ReconnectPolicy(const ReconnectOptions& options) noexcept
    : options_(&options), backoff_(options.backoff) {
  HW_CHECK(validate(options) == nullptr);
}

void ReconnectPolicy::begin(Instant now) noexcept {
  backoff_.reset();
  opened_at_.reset();
  lost_at_ = now;
  attempts_ = 0;
  refusals_ = 0;
}

void ReconnectPolicy::on_open(Instant now) noexcept {
  opened_at_ = now;
}

Decision ReconnectPolicy::decide(Instant now, const Outcome& outcome, base::Rng& rng,
                                 std::optional<Verdict> override_verdict) noexcept {
  if (was_stable(now) || !lost_at_) begin(now);
  opened_at_.reset();
  if (outcome.cause == Cause::user) return stop(StopReason::user, Verdict::stop);

  const ReconnectOptions& options = *options_;
  const Verdict verdict = override_verdict.value_or(classify(outcome, options.classifier));
  if (!options.enabled || options.attempts_max == 0U) return stop(StopReason::disabled, verdict);
  if (is_refused_for_good(verdict, override_verdict.has_value())) {
    return stop(StopReason::refused, verdict);
  }
  if (options.attempts_max && attempts_ >= *options.attempts_max) {
    return stop(StopReason::attempts, verdict);
  }
  const Duration delay = std::max(backoff_.next(rng), demanded(outcome, rng));
  if (options.elapsed_max && now - *lost_at_ + delay > *options.elapsed_max) {
    return stop(StopReason::elapsed, verdict);
  }
  if (attempts_ != UINT32_MAX) ++attempts_;
  return {true, delay, StopReason::disabled, verdict, attempts_};
}

bool ReconnectPolicy::was_stable(Instant now) const noexcept {
  return opened_at_ && now - *opened_at_ >= options_->stable_after;
}

bool ReconnectPolicy::is_refused_for_good(Verdict verdict, bool is_users) noexcept {
  if (verdict == Verdict::stop && is_users) return true;
  if (verdict != Verdict::stop && verdict != Verdict::new_credentials) {
    refusals_ = 0;
    return false;
  }
  const std::uint32_t refusals_max = options_->classifier.refusals_max;
  if (refusals_ <= refusals_max) ++refusals_;
  return refusals_ > refusals_max;
}

Duration ReconnectPolicy::demanded(const Outcome& outcome, base::Rng& rng) const noexcept {
  const ReconnectOptions& options = *options_;
  if (outcome.retry_after && options.retry_after_max > Duration::zero()) {
    const Duration least =
        std::clamp(*outcome.retry_after, Duration::zero(), options.retry_after_max);
    const double spread = static_cast<double>(least.count()) * options.retry_after_spread;
    return rng.between(least, least + Duration{static_cast<Duration::rep>(spread)});
  }
  if (outcome.cause != Cause::closed) return Duration::zero();
  switch (outcome.code) {
    case kCloseServiceRestart:
      return rng.between(options.restart_delay_min, options.restart_delay_max);
    case kCloseTryAgainLater:
      return rng.between(options.overload_delay_min, options.overload_delay_max);
    default: return Duration::zero();
  }
}

const char* validate(const ReconnectOptions& options) noexcept {
  if (const char* wrong = validate(options.backoff)) return wrong;
  if (options.elapsed_max && *options.elapsed_max < Duration::zero()) {
    return "elapsed_max is negative";
  }
  if (options.stable_after < Duration::zero()) return "stable_after is negative";
  if (!is_range(options.restart_delay_min, options.restart_delay_max)) {
    return "restart_delay_min and restart_delay_max are not a range within 0 to 365 days";
  }
  if (!is_range(options.overload_delay_min, options.overload_delay_max)) {
    return "overload_delay_min and overload_delay_max are not a range within 0 to 365 days";
  }
  if (!is_range(Duration::zero(), options.retry_after_max)) {
    return "retry_after_max is not within 0 to 365 days";
  }
  if (!(options.retry_after_spread >= 0.0 && options.retry_after_spread <= kSpreadLimit)) {
    return "retry_after_spread is not within 0 to 10";
  }
  return nullptr;
}

std::ostream& operator<<(std::ostream& out, const Decision& decision) {
  if (!decision.retry) {
    return out << "stop: " << name(decision.stop_reason) << " (" << decision.verdict << ')';
  }
  const auto delay = std::chrono::ceil<std::chrono::milliseconds>(decision.delay);
  return out << "retry " << decision.attempt << " in " << delay.count() << " ms ("
             << decision.verdict << ')';
}

}  // namespace heartwire::core
