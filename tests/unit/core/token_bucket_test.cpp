#include "heartwire/core/token_bucket.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace heartwire::core {
namespace {

using base::Duration;
using base::instant;
using base::Instant;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

static_assert(sizeof(CompactTokenBucket) <= 16, "one of these is in every connection");

constexpr Instant kStart = instant(seconds{1000});

int take_all(TokenBucket& bucket, Instant now) {
  int taken = 0;
  while (bucket.take(now)) ++taken;
  return taken;
}

TEST(TokenBucket, begins_full_and_gives_its_burst_at_once) {
  TokenBucket bucket({10, 25});

  EXPECT_EQ(take_all(bucket, kStart), 25);
}

TEST(TokenBucket, holds_one_second_s_worth_when_no_burst_is_given) {
  TokenBucket bucket({10});

  EXPECT_EQ(take_all(bucket, kStart), 10);
}

TEST(TokenBucket, never_holds_more_than_its_burst) {
  TokenBucket bucket({10, 25});
  take_all(bucket, kStart);

  EXPECT_EQ(take_all(bucket, kStart + hours{24 * 365}), 25);
}

TEST(TokenBucket, gives_a_token_back_at_its_nanosecond_and_not_before) {
  TokenBucket bucket({3, 1});
  take_all(bucket, kStart);

  EXPECT_EQ(bucket.until_available(kStart), nanoseconds{333'333'334});
  EXPECT_FALSE(bucket.take(kStart + nanoseconds{333'333'333}));
  EXPECT_TRUE(bucket.take(kStart + nanoseconds{333'333'334}));
}

TEST(TokenBucket, does_not_drift_however_often_it_is_asked) {
  TokenBucket bucket({7, 1});
  take_all(bucket, kStart);

  int taken = 0;
  for (Instant now = kStart; now <= kStart + seconds{100}; now += milliseconds{1}) {
    if (bucket.take(now)) ++taken;
  }

  // Asked each millisecond and with room for one, it is late by less than that each time.
  EXPECT_GE(taken, 695);
  EXPECT_LE(taken, 700);
}

TEST(TokenBucket, keeps_the_exact_rate_over_a_million_odd_fractions) {
  const TokenRate rate{7, 7};
  CompactTokenBucket bucket;
  while (bucket.take(rate, kStart)) {
  }

  Instant now = kStart;
  for (int step = 0; step < 1'000'000; ++step) {
    now += bucket.until_available(rate, now);
    ASSERT_TRUE(bucket.take(rate, now));
  }

  const Duration ideal{1'000'000LL * 1'000'000'000LL / 7};
  EXPECT_LE(now - kStart - ideal, nanoseconds{1});
  EXPECT_GE(now - kStart - ideal, nanoseconds{0});
}

TEST(TokenBucket, takes_nothing_when_it_lacks_a_part) {
  TokenBucket bucket({10, 10});

  EXPECT_TRUE(bucket.take(kStart, 4));
  EXPECT_FALSE(bucket.take(kStart, 7));
  EXPECT_TRUE(bucket.take(kStart, 6));
}

TEST(TokenBucket, says_never_for_more_than_it_can_hold) {
  TokenBucket bucket({10, 25});

  EXPECT_FALSE(bucket.take(kStart, 26));
  EXPECT_EQ(bucket.until_available(kStart, 26), Duration::max());
}

TEST(TokenBucket, without_a_rate_limits_nothing) {
  TokenBucket bucket({0, 1});

  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(bucket.take(kStart, 1'000'000));
  EXPECT_EQ(bucket.until_available(kStart), Duration::zero());
}

TEST(TokenBucket, gives_nothing_back_when_time_seems_to_go_back) {
  TokenBucket bucket({10, 2});
  const Instant before = kStart - seconds{1};

  EXPECT_TRUE(bucket.take(kStart));
  EXPECT_TRUE(bucket.take(before));

  EXPECT_EQ(bucket.until_available(before), seconds{1} + milliseconds{100});
  EXPECT_FALSE(bucket.take(kStart));
  EXPECT_TRUE(bucket.take(kStart + milliseconds{100}));
}

TEST(TokenBucket, does_not_overflow_at_the_ends_of_time_and_of_numbers) {
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();
  TokenBucket slow({1, kMost});
  TokenBucket fast({kMost, kMost});

  EXPECT_TRUE(slow.take(Instant::min(), kMost));
  EXPECT_EQ(slow.until_available(Instant::min(), kMost), seconds{kMost});
  EXPECT_TRUE(slow.take(Instant::max(), kMost));
  EXPECT_TRUE(fast.take(Instant::min(), kMost));
  EXPECT_FALSE(fast.take(Instant::min() + nanoseconds{999'999'999}, kMost));
  EXPECT_TRUE(fast.take(Instant::max(), kMost));
}

/// The slow and obvious bucket: filled nanosecond by nanosecond, in units of 10^-9 tokens.
class NaiveBucket {
 public:
  explicit NaiveBucket(TokenRate rate) : rate_(rate), level_(full()) {}

  bool take(std::int64_t now, std::uint32_t tokens) {
    for (; last_ < now; ++last_) level_ = std::min(full(), level_ + rate_.per_second);
    const auto wanted = static_cast<std::int64_t>(tokens) * 1'000'000'000;
    if (wanted > level_) return false;
    level_ -= wanted;
    return true;
  }

 private:
  std::int64_t full() const { return rate_.capacity() * std::int64_t{1'000'000'000}; }

  TokenRate rate_;
  std::int64_t level_;
  std::int64_t last_ = 0;
};

RC_GTEST_PROP(TokenBucketProperty, agrees_with_a_bucket_filled_nanosecond_by_nanosecond, ()) {
  // Rates so high that some tokens come back within the few nanoseconds of a step.
  const TokenRate rate{*rc::gen::inRange<std::uint32_t>(1, 400'000'000),
                       *rc::gen::inRange<std::uint32_t>(1, 8)};
  TokenBucket bucket(rate);
  NaiveBucket naive(rate);
  std::int64_t now = 0;

  const auto steps = *rc::gen::inRange(1, 60);
  for (int step = 0; step < steps; ++step) {
    now += *rc::gen::inRange(0, 40);
    const auto tokens = *rc::gen::inRange<std::uint32_t>(0, 9);
    const Instant when = instant(nanoseconds{now});
    const bool is_available = bucket.until_available(when, tokens) == Duration::zero();

    const bool is_taken = bucket.take(when, tokens);

    RC_ASSERT(is_taken == naive.take(now, tokens));
    RC_ASSERT(is_taken == is_available);
  }
}

RC_GTEST_PROP(TokenBucketProperty, is_available_exactly_when_it_says, ()) {
  const TokenRate rate{*rc::gen::inRange<std::uint32_t>(1, 1'000'000),
                       *rc::gen::inRange<std::uint32_t>(1, 1000)};
  CompactTokenBucket bucket;
  Instant now = instant(nanoseconds{*rc::gen::arbitrary<std::int32_t>()});

  const auto steps = *rc::gen::inRange(1, 30);
  for (int step = 0; step < steps; ++step) {
    now += nanoseconds{*rc::gen::inRange<std::int64_t>(-1000, 50'000'000)};
    const auto tokens = *rc::gen::inRange<std::uint32_t>(1, rate.burst + 1);
    const Duration wait = bucket.until_available(rate, now, tokens);

    if (wait > Duration::zero()) {
      RC_ASSERT(!CompactTokenBucket(bucket).take(rate, now + wait - nanoseconds{1}, tokens));
    }
    RC_ASSERT(CompactTokenBucket(bucket).take(rate, now + wait, tokens));
    bucket.take(rate, now, tokens);
  }
}

RC_GTEST_PROP(TokenBucketProperty, gives_within_any_span_no_more_than_burst_and_rate, ()) {
  const TokenRate rate{*rc::gen::inRange<std::uint32_t>(1, 100),
                       *rc::gen::inRange<std::uint32_t>(1, 50)};
  TokenBucket bucket(rate);
  std::vector<Instant> taken;
  Instant now = kStart;

  for (int step = 0; step < 150; ++step) {
    now += milliseconds{*rc::gen::inRange(0, 30)};
    if (bucket.take(now)) taken.push_back(now);
  }

  for (std::size_t first = 0; first < taken.size(); ++first) {
    for (std::size_t last = first; last < taken.size(); ++last) {
      const auto span = std::chrono::duration<double>(taken[last] - taken[first]).count();
      RC_ASSERT(static_cast<double>(last - first + 1) <=
                rate.burst + span * rate.per_second + 1e-6);
    }
  }
}

}  // namespace
}  // namespace heartwire::core
