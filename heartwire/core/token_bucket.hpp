#pragma once
// Token buckets: at most so many a second on average, at most so many at once. For accepting
// connections (Admission) and for the messages of each connection.
//
// Intuition: the bucket remembers its debt, what it lacks to be full, in units of which one token
// is 10^9 and of which every nanosecond pays back `per_second`. All of it is integers, so nothing
// drifts, whatever the rate and however often it is asked. A bucket without debt is full, so a new
// one needs neither options nor a time.

#include "heartwire/base/instant.hpp"

#include <cstdint>

namespace heartwire::core {

struct TokenRate {
  /// Tokens that come back a second. Default 0: no limit, every take() succeeds.
  std::uint32_t per_second = 0;
  /// Tokens that a full bucket holds. Default 0: as many as come back in a second.
  std::uint32_t burst = 0;

  bool is_limited() const noexcept { return per_second != 0; }
  std::uint32_t capacity() const noexcept { return burst != 0 ? burst : per_second; }

  bool operator==(const TokenRate&) const = default;
};

/// A bucket of 16 bytes, one for each connection: its rate is an argument, the same at each call.
/// With another rate from some call on, the debt in tokens stays what it was. `now` may repeat; one
/// that lies before the last take() counts as that take's time.
class CompactTokenBucket {
 public:
  /// Takes `tokens` if the bucket holds them; otherwise takes none and says false. More than
  /// rate.capacity() can never be taken.
  bool take(const TokenRate& rate, base::Instant now, std::uint32_t tokens = 1) noexcept;

  /// How long until take() would succeed, to the nanosecond; 0 when it would now, Duration::max()
  /// when it never will.
  base::Duration until_available(const TokenRate& rate, base::Instant now,
                                 std::uint32_t tokens = 1) const noexcept;

 private:
  std::uint64_t debt_at(const TokenRate& rate, base::Instant now) const noexcept;

  std::uint64_t debt_ = 0;  ///< At `as_of_`, in 10^-9 tokens.
  base::Instant as_of_{};   ///< Without meaning while there is no debt.
};

/// A bucket that carries its rate.
class TokenBucket {
 public:
  explicit TokenBucket(TokenRate rate) noexcept : rate_(rate) {}

  bool take(base::Instant now, std::uint32_t tokens = 1) noexcept {
    return bucket_.take(rate_, now, tokens);
  }
  base::Duration until_available(base::Instant now, std::uint32_t tokens = 1) const noexcept {
    return bucket_.until_available(rate_, now, tokens);
  }
  const TokenRate& rate() const noexcept { return rate_; }

 private:
  TokenRate rate_;
  CompactTokenBucket bucket_;
};

}  // namespace heartwire::core
