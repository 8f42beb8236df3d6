#include "heartwire/core/drain_plan.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace heartwire::core {
namespace {

using base::Duration;
using base::instant;
using base::Instant;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr Instant kStart = instant(seconds{1000});

/// Plays the driver, which closes a batch at each deadline, `stall` late. Returns when each client
/// returns if it waits just as long as it is told.
std::vector<Instant> drain(DrainPlan& plan, Duration stall = {}) {
  std::vector<Instant> returns;
  while (const auto deadline = plan.deadline()) {
    const Instant now = *deadline + stall;
    const auto [first, count] = plan.next_batch(now);
    for (std::uint32_t i = first; i < first + count; ++i) {
      returns.push_back(now + plan.retry_after(i, now));
    }
  }
  return returns;
}

std::vector<int> per_second(const std::vector<Instant>& returns, Instant from) {
  std::vector<int> counts;
  for (const Instant when : returns) {
    const auto second = static_cast<std::size_t>((when - from) / seconds{1});
    counts.resize(std::max(counts.size(), second + 1));
    ++counts[second];
  }
  return counts;
}

TEST(DrainPlan, brings_100_000_clients_back_evenly_and_none_before_the_downtime_is_over) {
  DrainPlan plan({.accept_rate = 5000}, kStart, 100'000);

  const auto returns = drain(plan);

  ASSERT_EQ(returns.size(), 100'000u);
  const Instant back = kStart + seconds{10} + seconds{5};
  EXPECT_EQ(plan.returns_begin(), back);
  EXPECT_EQ(plan.return_window(), seconds{20});
  EXPECT_GE(*std::min_element(returns.begin(), returns.end()), back);
  const auto counts = per_second(returns, back);
  ASSERT_EQ(counts.size(), 21u);  // 20 s, and up to a second for rounding up.
  for (std::size_t second = 1; second < 20; ++second) EXPECT_NEAR(counts[second], 5000, 100);
  EXPECT_LE(counts[0], 5000);
  EXPECT_LE(counts[20], 5000);
}

TEST(DrainPlan, is_even_within_the_seconds_too) {
  DrainPlan plan({.accept_rate = 5000}, kStart, 100'000);

  const auto returns = drain(plan);

  // Each tenth of a second but those of the first and the last, the ramps of rounding up.
  std::vector<int> tenths(210);
  for (const Instant when : returns) {
    ++tenths[static_cast<std::size_t>((when - plan.returns_begin()) / milliseconds{100})];
  }
  for (std::size_t tenth = 10; tenth < 200; ++tenth) EXPECT_NEAR(tenths[tenth], 500, 60) << tenth;
}

TEST(DrainPlan, closes_evenly_over_the_window) {
  DrainPlan plan({}, kStart, 100'000);

  EXPECT_EQ(plan.next_batch(kStart + seconds{5}).count, 50'001u);
  EXPECT_EQ(plan.next_batch(kStart + seconds{5}).count, 0u);
  EXPECT_FALSE(plan.is_done());
  EXPECT_EQ(plan.next_batch(kStart + seconds{10}).count, 49'999u);
  EXPECT_TRUE(plan.is_done());
  EXPECT_EQ(plan.deadline(), std::nullopt);
}

TEST(DrainPlan, closes_nobody_before_the_start) {
  DrainPlan plan({}, kStart, 100);

  EXPECT_EQ(plan.next_batch(kStart - nanoseconds{1}), (DrainPlan::Batch{0, 0}));
  EXPECT_EQ(plan.deadline(), kStart);
}

TEST(DrainPlan, wakes_at_most_every_10_ms) {
  DrainPlan plan({}, kStart, 100'000);

  int wakes = 0;
  for (Instant last = kStart - milliseconds{10}; plan.deadline(); ++wakes) {
    ASSERT_GE(*plan.deadline() - last, milliseconds{10});
    last = *plan.deadline();
    ASSERT_GT(plan.next_batch(last).count, 0u);
  }
  EXPECT_LE(wakes, 1001);
}

TEST(DrainPlan, a_small_server_is_empty_soon) {
  DrainPlan plan({}, kStart, 3);

  EXPECT_EQ(plan.next_batch(kStart + milliseconds{30}).count, 3u);
  EXPECT_TRUE(plan.is_done());
}

TEST(DrainPlan, an_empty_server_is_done_at_once) {
  DrainPlan plan({}, kStart, 0);

  EXPECT_TRUE(plan.is_done());
  EXPECT_EQ(plan.deadline(), std::nullopt);
  EXPECT_EQ(plan.next_batch(kStart).count, 0u);
}

TEST(DrainPlan, closes_all_at_once_when_asked_to_and_still_spreads_the_returns) {
  DrainPlan plan({.close_window = seconds{0}, .accept_rate = 1000}, kStart, 30'000);

  const auto returns = drain(plan);

  const auto counts = per_second(returns, kStart + seconds{5});
  ASSERT_EQ(counts.size(), 31u);
  for (std::size_t second = 1; second < 30; ++second) EXPECT_NEAR(counts[second], 1000, 20);
}

TEST(DrainPlan, takes_the_given_return_window_for_the_computed_one) {
  DrainPlan plan({.return_window = minutes{2}}, kStart, 12'000);

  const auto returns = drain(plan);

  EXPECT_EQ(plan.return_window(), minutes{2});
  const auto counts = per_second(returns, plan.returns_begin());
  for (std::size_t second = 1; second < 119; ++second) EXPECT_NEAR(counts[second], 100, 15);
}

TEST(DrainPlan, late_closing_makes_the_returns_late_but_no_less_even) {
  DrainPlan plan({.close_window = seconds{0}, .accept_rate = 1000}, kStart, 30'000);

  const auto returns = drain(plan, minutes{1});

  const Instant back = kStart + minutes{1} + seconds{5};
  EXPECT_GE(*std::min_element(returns.begin(), returns.end()), back);
  const auto counts = per_second(returns, back);
  for (std::size_t second = 1; second < 30; ++second) EXPECT_NEAR(counts[second], 1000, 20);
}

TEST(DrainPlan, has_a_time_for_those_who_were_still_shaking_hands) {
  DrainPlan plan({}, kStart, 100);
  plan.next_batch(kStart + seconds{10});

  const Instant now = kStart + seconds{10};
  for (std::uint32_t index = 100; index < 200; ++index) {
    EXPECT_EQ(plan.close_at(index), kStart + seconds{1});
    EXPECT_GE(now + plan.retry_after(index, now), now + seconds{5});
  }
}

RC_GTEST_PROP(DrainPlanProperty, keeps_its_promises_whatever_the_options, ()) {
  DrainOptions options;
  options.close_window = nanoseconds{*rc::gen::inRange<std::int64_t>(0, 20'000'000'000)};
  options.close_rate_min = *rc::gen::inRange<std::uint32_t>(1, 1000);
  options.downtime = nanoseconds{*rc::gen::inRange<std::int64_t>(0, 60'000'000'000)};
  options.accept_rate = *rc::gen::inRange<std::uint32_t>(1, 10'000);
  const auto connections = *rc::gen::inRange<std::uint32_t>(0, 3000);
  RC_PRE(validate(options) == nullptr);
  DrainPlan plan(options, kStart, connections);

  std::uint32_t expected_first = 0;
  Instant last_close = kStart;
  while (const auto deadline = plan.deadline()) {
    const auto [first, count] = plan.next_batch(*deadline);
    RC_ASSERT(count > 0u);
    RC_ASSERT(first == expected_first);
    expected_first = first + count;
    last_close = *deadline;
    for (std::uint32_t i = first; i < first + count; ++i) {
      const Instant returns = *deadline + plan.retry_after(i, *deadline);
      RC_ASSERT(returns >= plan.returns_begin());
      RC_ASSERT(returns >= plan.return_at(i));
      RC_ASSERT(returns < plan.return_at(i) + seconds{1});
      RC_ASSERT(plan.return_at(i) < plan.returns_begin() + plan.return_window());
    }
  }

  RC_ASSERT(expected_first == connections);
  RC_ASSERT(last_close <= kStart + options.close_window);
  RC_ASSERT(plan.returns_begin() >= last_close + options.downtime);
}

TEST(DrainPlan, bears_the_greatest_numbers) {
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();
  DrainPlan plan({.close_window = std::chrono::hours{24}, .close_rate_min = 1, .accept_rate = 1},
                 kStart, kMost);

  EXPECT_EQ(plan.close_at(kMost), kStart + std::chrono::hours{24});
  EXPECT_LE(plan.close_at(kMost - 1), kStart + std::chrono::hours{24});
  EXPECT_GE(plan.close_at(kMost - 1), kStart + std::chrono::hours{24} - milliseconds{20});
  EXPECT_EQ(plan.return_window(), std::chrono::hours{24});
  EXPECT_LT(plan.return_at(kMost - 1), plan.returns_begin() + plan.return_window());
}

TEST(DrainPlan, names_the_option_that_is_out_of_range) {
  EXPECT_EQ(validate(DrainOptions{}), nullptr);
  EXPECT_STREQ(validate({.close_window = seconds{-1}}), "close_window is not within 0 to 1 day");
  EXPECT_STREQ(validate({.close_rate_min = 0}), "close_rate_min is 0");
  EXPECT_STREQ(validate({.downtime = std::chrono::hours{25}}), "downtime is not within 0 to 1 day");
  EXPECT_STREQ(validate({.accept_rate = 0}), "accept_rate is 0");
  EXPECT_STREQ(validate({.return_window = seconds{-1}}), "return_window is not within 0 to 1 day");
}

}  // namespace
}  // namespace heartwire::core
