#include "heartwire/core/admission.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <queue>
#include <string>
#include <vector>

namespace heartwire::core {
namespace {

using base::Duration;
using base::instant;
using base::Instant;
using base::Rng;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr Instant kStart = instant(seconds{1000});

AddressKey address(std::uint64_t number) {
  return {number, AddressKey::Family::ipv4};
}

TEST(Admission, by_default_admits_100_000_from_one_address_at_once) {
  Admission admission({});
  Rng rng(1);

  for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(admission.decide(kStart, address(1), rng));
  EXPECT_FALSE(admission.decide(kStart, address(1), rng));
  EXPECT_EQ(admission.addresses(), 0u);
}

TEST(Admission, refuses_beyond_connections_max_until_one_closes) {
  Admission admission({.connections_max = 2});
  Rng rng(1);
  ASSERT_TRUE(admission.decide(kStart, address(1), rng));
  ASSERT_TRUE(admission.decide(kStart, address(2), rng));

  const auto refused = admission.decide(kStart, address(3), rng);
  admission.on_closed(address(1));
  const auto admitted = admission.decide(kStart, address(3), rng);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, RefusalReason::server_full);
  EXPECT_EQ(refused.error().http_status, 503);
  EXPECT_TRUE(admitted);
  EXPECT_EQ(admission.connections(), 2u);
}

TEST(Admission, tells_those_who_find_it_full_times_all_over_the_window) {
  Admission admission({.connections_max = 1});
  Rng rng(1);
  ASSERT_TRUE(admission.decide(kStart, address(1), rng));

  std::map<seconds, int> waits;
  for (int i = 0; i < 10'000; ++i) {
    ++waits[admission.decide(kStart, address(1), rng).error().retry_after];
  }

  EXPECT_GE(waits.begin()->first, seconds{10});
  EXPECT_EQ(waits.rbegin()->first, seconds{60});
  EXPECT_GE(waits.size(), 50u);
}

TEST(Admission, refuses_an_address_that_has_its_share_and_no_other) {
  Admission admission({.connections_per_address_max = 2});
  Rng rng(1);
  ASSERT_TRUE(admission.decide(kStart, address(1), rng));
  ASSERT_TRUE(admission.decide(kStart, address(1), rng));

  const auto refused = admission.decide(kStart, address(1), rng);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, RefusalReason::address_full);
  EXPECT_EQ(refused.error().http_status, 429);
  EXPECT_GE(refused.error().retry_after, seconds{10});
  EXPECT_TRUE(admission.decide(kStart, address(2), rng));
  admission.on_closed(address(1));
  EXPECT_TRUE(admission.decide(kStart, address(1), rng));
}

TEST(Admission, refuses_those_who_come_too_fast_and_tells_each_its_place) {
  Admission admission({.accept_rate = {2, 3}});
  Rng rng(1);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(admission.decide(kStart, address(1), rng));

  std::vector<Refusal> refused;
  for (int i = 0; i < 8; ++i) {
    refused.push_back(admission.decide(kStart, address(1), rng).error());
  }

  for (int i = 0; i < 8; ++i) {
    // ceil(k / rate), and up to a tenth more.
    const auto place = std::chrono::ceil<seconds>(std::chrono::milliseconds{(i + 1) * 500});
    const Refusal& refusal = refused[static_cast<std::size_t>(i)];
    EXPECT_EQ(refusal.reason, RefusalReason::accept_rate);
    EXPECT_EQ(refusal.http_status, 503);
    EXPECT_GE(refusal.retry_after, place);
    EXPECT_LE(refusal.retry_after, place + seconds{1});
  }
}

TEST(Admission, who_is_not_told_takes_no_place_in_the_queue) {
  Admission admission({.accept_rate = {1, 1}});
  Rng rng(1);
  ASSERT_TRUE(admission.decide(kStart, address(1), rng));

  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(admission.admit(kStart, address(1)), RefusalReason::accept_rate);

  EXPECT_LE(admission.refuse(kStart, RefusalReason::accept_rate, rng).retry_after, seconds{2});
}

TEST(Admission, refusals_cost_no_token_of_the_rate) {
  Admission admission({.connections_max = 1, .accept_rate = {1, 1}});
  Rng rng(1);
  ASSERT_TRUE(admission.decide(kStart, address(1), rng));
  const Instant later = kStart + seconds{1};
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(admission.decide(later, address(1), rng).error().reason, RefusalReason::server_full);
  }

  admission.on_closed(address(1));

  EXPECT_TRUE(admission.decide(later, address(1), rng));
}

TEST(Admission, forgets_the_queue_once_its_time_has_passed) {
  Admission admission({.accept_rate = {10, 10}});
  Rng rng(1);
  for (int i = 0; i < 110; ++i) (void)admission.decide(kStart, address(1), rng);
  const Instant later = kStart + seconds{20};
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(admission.decide(later, address(1), rng));

  const auto refused = admission.decide(later, address(1), rng);

  EXPECT_EQ(refused.error().retry_after, seconds{1});
}

TEST(Admission, a_flood_sends_nobody_away_for_longer_than_the_bound) {
  Admission admission({.accept_rate = {1, 1}, .queue_wait_max = minutes{1}});
  Rng rng(1);
  ASSERT_TRUE(admission.decide(kStart, address(1), rng));

  std::map<seconds, int> waits;
  for (int i = 0; i < 10'000; ++i) {
    ++waits[admission.decide(kStart, address(1), rng).error().retry_after];
  }
  const auto minute_later = kStart + minutes{1};
  const auto admitted = admission.decide(minute_later, address(1), rng);
  const auto refused = admission.decide(minute_later, address(1), rng);

  EXPECT_EQ(waits.rbegin()->first, minutes{1});
  // Beyond the bound they are spread over its upper half, not told all the same second.
  for (seconds wait{32}; wait < minutes{1}; ++wait) EXPECT_GT(waits[wait], 200) << wait.count();
  EXPECT_TRUE(admitted);
  EXPECT_LE(refused.error().retry_after, seconds{2});
}

/// A crowd that comes within a second, each returning when told and, as our client does, up to
/// `own_spread` of the wait later.
struct Crowd {
  int attempts = 0;
  int peak = 0;  ///< Most admitted within one second.
  Duration last{};
};

Crowd come_back(int clients, TokenRate rate, double own_spread) {
  Admission admission({.connections_max = 1'000'000, .accept_rate = rate});
  Rng rng(42);
  std::priority_queue<Instant, std::vector<Instant>, std::greater<>> coming;
  for (int i = 0; i < clients; ++i) {
    coming.push(kStart + Duration{seconds{1}} * i / clients);
  }
  Crowd crowd;
  std::map<std::int64_t, int> admitted;
  while (!coming.empty()) {
    const Instant now = coming.top();
    coming.pop();
    ++crowd.attempts;
    const auto decision = admission.decide(now, address(1), rng);
    if (decision) {
      crowd.peak = std::max(crowd.peak, ++admitted[(now - kStart) / seconds{1}]);
      crowd.last = now - kStart;
    } else {
      const Duration least = decision.error().retry_after;
      const auto share = static_cast<double>(least.count()) * own_spread;
      coming.push(now + rng.between(least, least + Duration{static_cast<std::int64_t>(share)}));
    }
  }
  return crowd;
}

TEST(Admission, a_crowd_of_100_000_enters_at_its_second_attempt_at_the_server_s_rate) {
  const Crowd crowd = come_back(100'000, {5000, 5000}, 0.5);

  EXPECT_LE(crowd.attempts, 200'000);
  EXPECT_LE(crowd.peak, 10'000);
  EXPECT_LE(crowd.last, seconds{33});  // 20 s at best, times 1.5 and 1.1 for both spreads.
}

TEST(Admission, a_crowd_that_returns_to_the_second_told_does_as_well) {
  const Crowd crowd = come_back(100'000, {5000, 5000}, 0.0);

  EXPECT_LE(crowd.attempts, 200'000);
  EXPECT_LE(crowd.last, seconds{23});
}

RC_GTEST_PROP(AdmissionProperty, counts_as_a_list_of_connections_does, ()) {
  AdmissionOptions options;
  options.connections_max = *rc::gen::inRange<std::size_t>(1, 12);
  options.connections_per_address_max = *rc::gen::inRange<std::size_t>(0, 5);
  Admission admission(options);
  Rng rng(1);
  std::vector<AddressKey> open;

  for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1000))) {
    if (step % 3 == 0 && !open.empty()) {
      const auto closing = open.begin() + step % static_cast<int>(open.size());
      admission.on_closed(*closing);
      open.erase(closing);
    } else {
      const AddressKey key = address(static_cast<std::uint64_t>(step % 4));
      const auto same = static_cast<std::size_t>(std::count(open.begin(), open.end(), key));
      const bool has_room =
          open.size() < options.connections_max &&
          (options.connections_per_address_max == 0 || same < options.connections_per_address_max);
      const auto decision = admission.decide(kStart, key, rng);
      RC_ASSERT(decision.is_ok() == has_room);
      if (has_room) open.push_back(key);
    }
    RC_ASSERT(admission.connections() == open.size());
    RC_ASSERT(admission.addresses() <= open.size());
  }
}

TEST(Admission, names_the_option_that_is_out_of_range) {
  EXPECT_EQ(validate(AdmissionOptions{}), nullptr);
  EXPECT_STREQ(validate({.connections_max = 0}), "connections_max is 0");
  EXPECT_STREQ(validate({.accept_rate = {100, 99}}),
               "accept_rate.burst is less than one second's worth");
  EXPECT_STREQ(validate({.queue_wait_max = seconds{0}}),
               "queue_wait_max is not within 1 s to 1 day");
  EXPECT_STREQ(validate({.full_wait_min = seconds{70}}), "full_wait_max is under full_wait_min");
}

TEST(AdmissionDeathTest, stops_on_the_close_of_what_was_never_admitted) {
  Admission admission({.connections_per_address_max = 1});
  Rng rng(1);
  EXPECT_DEATH(admission.on_closed(address(1)), "connections_ > 0");
  ASSERT_TRUE(admission.decide(kStart, address(1), rng));
  EXPECT_DEATH(admission.on_closed(address(2)), "by_address_");
}

}  // namespace
}  // namespace heartwire::core
