#include "heartwire/core/token_bucket.hpp"

namespace heartwire::core {

using base::Duration;
using base::Instant;

namespace {

/// Units of debt in a token: with it, a nanosecond pays a whole number of units at any rate. The
/// greatest capacity, 2^32 tokens, is under 2^62 units, so the sum of two fits.
constexpr std::uint64_t kToken = 1'000'000'000;

constexpr std::uint64_t divide_up(std::uint64_t dividend, std::uint64_t divisor) noexcept {
  return dividend / divisor + (dividend % divisor != 0 ? 1 : 0);
}

/// Unsigned, because the distance of two instants may exceed what a Duration holds.
std::uint64_t nanoseconds_between(Instant from, Instant to) noexcept {
  return static_cast<std::uint64_t>(to.time_since_epoch().count()) -
         static_cast<std::uint64_t>(from.time_since_epoch().count());
}

}  // namespace

bool CompactTokenBucket::take(const TokenRate& rate, Instant now, std::uint32_t tokens) noexcept {
  if (!rate.is_limited()) return true;
  const std::uint64_t debt = debt_at(rate, now);
  const std::uint64_t wanted = tokens * kToken;
  if (debt + wanted > rate.capacity() * kToken) return false;
  if (debt_ == 0 || now > as_of_) as_of_ = now;
  debt_ = debt + wanted;
  return true;
}

Duration CompactTokenBucket::until_available(const TokenRate& rate, Instant now,
                                             std::uint32_t tokens) const noexcept {
  if (!rate.is_limited()) return Duration::zero();
  if (tokens > rate.capacity()) return Duration::max();
  const std::uint64_t needed = debt_at(rate, now) + tokens * kToken;
  const std::uint64_t capacity = rate.capacity() * kToken;
  if (needed <= capacity) return Duration::zero();
  std::uint64_t wait = divide_up(needed - capacity, rate.per_second);
  // Debt is paid from as_of_ on, so a `now` before it waits that much longer.
  if (now < as_of_) wait += nanoseconds_between(now, as_of_);
  constexpr auto kLongest = static_cast<std::uint64_t>(Duration::max().count());
  return wait < kLongest ? Duration{static_cast<Duration::rep>(wait)} : Duration::max();
}

std::uint64_t CompactTokenBucket::debt_at(const TokenRate& rate, Instant now) const noexcept {
  if (debt_ == 0 || now <= as_of_) return debt_;
  const std::uint64_t elapsed = nanoseconds_between(as_of_, now);
  // Compared before it is multiplied: the product may not fit when it pays for everything.
  if (elapsed >= divide_up(debt_, rate.per_second)) return 0;
  return debt_ - elapsed * rate.per_second;
}

}  // namespace heartwire::core
