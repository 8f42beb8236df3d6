#include "heartwire/core/reconnect_policy.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <set>
#include <sstream>
#include <string>

namespace heartwire::core {
namespace {

using base::Duration;
using base::Instant;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Outcome kLost{Cause::lost, 0, {}, {}, {}};
const Outcome kRefused{Cause::refused, 0, {}, {}, {}};
const Outcome kUser{Cause::user, 1000, {}, {}, {}};

Outcome closed(std::uint16_t code) {
  return {Cause::closed, code, {}, {}, {}};
}
Outcome status(std::uint16_t code, std::optional<Duration> retry_after = std::nullopt) {
  return {Cause::http_status, code, retry_after, {}, {}};
}

/// Every 5 s, as one writes it by hand.
ReconnectOptions constant() {
  ReconnectOptions options;
  options.backoff = BackoffOptions::constant(seconds{5});
  return options;
}

/// The suite (named as the class it tests): a policy under a clock that moves on by each delay.
class ReconnectPolicy : public testing::Test {
 protected:
  ReconnectOptions options = constant();
  Instant now = base::instant(seconds{1000});
  base::Rng rng{1};

  core::ReconnectPolicy started() {
    core::ReconnectPolicy policy(options);
    policy.begin(now);
    return policy;
  }

  /// The attempt under way ends so; on a retry its delay passes.
  Decision ends(core::ReconnectPolicy& policy, const Outcome& outcome,
                std::optional<Verdict> override_verdict = std::nullopt) {
    const Decision decision = policy.decide(now, outcome, rng, override_verdict);
    if (decision.retry) now += decision.delay;
    return decision;
  }

  /// The attempt under way opens and is lost after `life`.
  Decision lives(core::ReconnectPolicy& policy, Duration life, const Outcome& outcome = kLost) {
    policy.on_open(now);
    now += life;
    return ends(policy, outcome);
  }
};

TEST_F(ReconnectPolicy, after_a_loss_tries_five_times_and_gives_up) {
  options.attempts_max = 5;
  core::ReconnectPolicy policy = started();

  for (std::uint32_t attempt = 1; attempt <= 5; ++attempt) {
    const Decision decision = attempt == 1 ? lives(policy, seconds{60}) : ends(policy, kRefused);
    EXPECT_TRUE(decision.retry);
    EXPECT_EQ(decision.attempt, attempt);
    EXPECT_EQ(decision.delay, seconds{5});
    EXPECT_EQ(policy.attempts(), attempt);
  }
  const Decision last = ends(policy, kRefused);

  EXPECT_FALSE(last.retry);
  EXPECT_EQ(last.stop_reason, StopReason::attempts);
  EXPECT_EQ(last.attempt, 0U);
  EXPECT_EQ(policy.attempts(), 5U);
}

TEST_F(ReconnectPolicy, the_first_attempt_of_a_start_is_not_a_retry) {
  options.attempts_max = 2;
  core::ReconnectPolicy policy = started();
  EXPECT_EQ(policy.attempts(), 0U);

  EXPECT_EQ(ends(policy, kRefused).attempt, 1U);
  EXPECT_EQ(ends(policy, kRefused).attempt, 2U);
  EXPECT_EQ(ends(policy, kRefused).stop_reason, StopReason::attempts);
}

TEST_F(ReconnectPolicy, having_given_up_stays_so_until_begun_afresh) {
  options.attempts_max = 1;
  core::ReconnectPolicy policy = started();
  ends(policy, kRefused);
  ends(policy, kRefused);
  EXPECT_FALSE(ends(policy, kRefused).retry);

  policy.begin(now);

  EXPECT_EQ(policy.attempts(), 0U);
  EXPECT_EQ(ends(policy, kRefused).attempt, 1U);
}

TEST_F(ReconnectPolicy, an_open_that_does_not_last_changes_nothing) {
  options.attempts_max = 3;
  core::ReconnectPolicy policy = started();

  EXPECT_EQ(lives(policy, milliseconds{4999}).attempt, 1U);
  EXPECT_EQ(lives(policy, Duration::zero()).attempt, 2U);
  EXPECT_EQ(lives(policy, seconds{1}).attempt, 3U);
  EXPECT_EQ(lives(policy, seconds{1}).stop_reason, StopReason::attempts);
}

TEST_F(ReconnectPolicy, an_open_that_lasts_starts_the_count_and_the_backoff_afresh) {
  options.backoff = {seconds{1}, seconds{30}, 2.0, Jitter::none};
  core::ReconnectPolicy policy = started();
  EXPECT_EQ(ends(policy, kRefused).delay, seconds{1});
  EXPECT_EQ(ends(policy, kRefused).delay, seconds{2});
  EXPECT_EQ(ends(policy, kRefused).delay, seconds{4});

  const Decision decision = lives(policy, seconds{5});

  EXPECT_EQ(decision.attempt, 1U);
  EXPECT_EQ(decision.delay, seconds{1});
}

TEST_F(ReconnectPolicy, resets_on_open_when_asked_to) {
  options.attempts_max = 1;
  options.stable_after = Duration::zero();
  core::ReconnectPolicy policy = started();

  for (int flap = 0; flap < 10; ++flap) {
    EXPECT_EQ(lives(policy, Duration::zero()).attempt, 1U);
  }
}

TEST_F(ReconnectPolicy, a_server_that_accepts_and_drops_sees_only_the_backoffs_attempts) {
  options = ReconnectOptions{};
  options.backoff = {milliseconds{500}, seconds{30}, 2.0, Jitter::none};
  core::ReconnectPolicy policy = started();
  const Instant end = now + seconds{60};

  int connections = 0;
  for (; now < end; ++connections) lives(policy, milliseconds{1});

  // At 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s; the next would come at 61.5 s.
  EXPECT_EQ(connections, 7);
}

TEST_F(ReconnectPolicy, tells_of_the_outage_while_a_new_connection_is_open) {
  core::ReconnectPolicy policy(options);
  EXPECT_EQ(policy.lost_at(), std::nullopt);
  policy.begin(now);
  lives(policy, seconds{60});
  const Instant lost = now - seconds{5};
  ends(policy, kRefused);

  policy.on_open(now);

  EXPECT_EQ(policy.attempts(), 2U);
  EXPECT_EQ(policy.lost_at(), lost);
}

TEST_F(ReconnectPolicy, begins_no_attempt_after_the_elapsed_limit) {
  options.elapsed_max = seconds{12};
  core::ReconnectPolicy policy = started();

  EXPECT_TRUE(ends(policy, kRefused).retry);
  EXPECT_TRUE(ends(policy, kRefused).retry);
  const Decision decision = ends(policy, kRefused);

  EXPECT_FALSE(decision.retry);
  EXPECT_EQ(decision.stop_reason, StopReason::elapsed);
}

TEST_F(ReconnectPolicy, an_attempt_exactly_at_the_elapsed_limit_is_made) {
  options.elapsed_max = seconds{10};
  core::ReconnectPolicy policy = started();

  EXPECT_TRUE(ends(policy, kRefused).retry);
  EXPECT_TRUE(ends(policy, kRefused).retry);
  EXPECT_FALSE(ends(policy, kRefused).retry);
}

TEST_F(ReconnectPolicy, the_elapsed_time_counts_from_the_loss_of_a_stable_connection) {
  options.elapsed_max = seconds{7};
  core::ReconnectPolicy policy = started();

  EXPECT_TRUE(lives(policy, hours{1}).retry);
  EXPECT_EQ(lives(policy, seconds{1}).stop_reason, StopReason::elapsed);
}

TEST_F(ReconnectPolicy, a_demand_beyond_the_elapsed_limit_gives_up_at_once) {
  options.elapsed_max = seconds{60};
  core::ReconnectPolicy policy = started();

  EXPECT_EQ(ends(policy, status(503, seconds{120})).stop_reason, StopReason::elapsed);
}

TEST_F(ReconnectPolicy, disabled_never_retries) {
  options.enabled = false;
  core::ReconnectPolicy policy = started();
  EXPECT_EQ(ends(policy, kLost).stop_reason, StopReason::disabled);

  options.enabled = true;
  options.attempts_max = 0;
  core::ReconnectPolicy without_attempts = started();
  EXPECT_EQ(ends(without_attempts, kLost).stop_reason, StopReason::disabled);
}

TEST_F(ReconnectPolicy, what_the_user_closed_stays_closed_whatever_the_override) {
  core::ReconnectPolicy policy = started();

  for (const auto verdict : {Verdict::retry, Verdict::retry_after, Verdict::stop}) {
    const Decision decision = ends(policy, kUser, verdict);
    EXPECT_FALSE(decision.retry);
    EXPECT_EQ(decision.stop_reason, StopReason::user);
    EXPECT_EQ(decision.verdict, Verdict::stop);
  }
}

TEST_F(ReconnectPolicy, a_refusal_stops_after_the_tolerance) {
  core::ReconnectPolicy policy = started();

  const Decision first = ends(policy, status(403));
  EXPECT_TRUE(first.retry);
  EXPECT_EQ(first.verdict, Verdict::stop);
  EXPECT_TRUE(ends(policy, status(404)).retry);
  const Decision third = ends(policy, closed(1008));

  EXPECT_FALSE(third.retry);
  EXPECT_EQ(third.stop_reason, StopReason::refused);
  EXPECT_FALSE(ends(policy, status(403)).retry) << "it stays exhausted";
}

TEST_F(ReconnectPolicy, a_tolerance_of_zero_stops_at_the_first_refusal) {
  options.classifier.refusals_max = 0;
  core::ReconnectPolicy policy = started();

  EXPECT_EQ(ends(policy, status(401)).stop_reason, StopReason::refused);
}

TEST_F(ReconnectPolicy, only_consecutive_refusals_count) {
  core::ReconnectPolicy policy = started();

  for (int round = 0; round < 5; ++round) {
    EXPECT_TRUE(ends(policy, status(404)).retry);
    EXPECT_TRUE(ends(policy, status(404)).retry);
    EXPECT_TRUE(ends(policy, kRefused).retry);
  }
}

TEST_F(ReconnectPolicy, a_refusal_after_each_short_open_still_stops) {
  core::ReconnectPolicy policy = started();

  EXPECT_TRUE(lives(policy, seconds{1}, closed(3000)).retry);
  EXPECT_TRUE(lives(policy, seconds{1}, closed(3000)).retry);
  EXPECT_EQ(lives(policy, seconds{1}, closed(3000)).stop_reason, StopReason::refused);
}

TEST_F(ReconnectPolicy, a_stable_open_forgives_refusals) {
  core::ReconnectPolicy policy = started();

  for (int hour = 0; hour < 10; ++hour) {
    EXPECT_TRUE(lives(policy, hours{1}, closed(3000)).retry);
  }
}

TEST_F(ReconnectPolicy, the_users_stop_is_obeyed_at_once) {
  core::ReconnectPolicy policy = started();

  const Decision decision = ends(policy, kLost, Verdict::stop);

  EXPECT_FALSE(decision.retry);
  EXPECT_EQ(decision.stop_reason, StopReason::refused);
}

TEST_F(ReconnectPolicy, the_users_retry_overrides_a_refusal_and_ends_its_row) {
  core::ReconnectPolicy policy = started();

  for (int refusal = 0; refusal < 10; ++refusal) {
    EXPECT_TRUE(ends(policy, status(401), Verdict::retry).retry);
  }
}

TEST_F(ReconnectPolicy, the_users_demand_for_credentials_counts_against_the_tolerance) {
  core::ReconnectPolicy policy = started();

  EXPECT_TRUE(ends(policy, closed(4401), Verdict::new_credentials).retry);
  EXPECT_TRUE(ends(policy, closed(4401), Verdict::new_credentials).retry);
  EXPECT_FALSE(ends(policy, closed(4401), Verdict::new_credentials).retry);
}

TEST_F(ReconnectPolicy, a_401_with_retry_after_sees_the_tolerance_and_not_before_its_time) {
  options = ReconnectOptions{};
  core::ReconnectPolicy policy = started();

  for (int refusal = 0; refusal < 2; ++refusal) {
    const Decision decision = ends(policy, status(401, seconds{120}));
    EXPECT_TRUE(decision.retry);
    EXPECT_GE(decision.delay, seconds{120});
    EXPECT_LE(decision.delay, seconds{180});
  }
  EXPECT_FALSE(ends(policy, status(401, seconds{120})).retry);
}

/// The distinct first delays of a thousand clients after the same outcome.
class Spread {
 public:
  Spread(const ReconnectOptions& options, const Outcome& outcome) {
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
      base::Rng rng(seed);
      core::ReconnectPolicy policy(options);
      policy.begin(Instant{});
      delays_.insert(policy.decide(Instant{}, outcome, rng).delay);
    }
  }
  bool fills(Duration low, Duration high) const {
    const Duration margin = (high - low) / 20;
    return *delays_.begin() >= low && *delays_.begin() <= low + margin &&
           *delays_.rbegin() <= high && *delays_.rbegin() >= high - margin;
  }

 private:
  std::set<Duration> delays_;
};

TEST_F(ReconnectPolicy, a_demanded_time_is_spread_at_random_on_top) {
  options = ReconnectOptions{};

  EXPECT_TRUE(Spread(options, status(503, seconds{120})).fills(seconds{120}, seconds{180}));
  options.retry_after_spread = 0;
  EXPECT_TRUE(Spread(options, status(503, seconds{120})).fills(seconds{120}, seconds{120}));
}

TEST_F(ReconnectPolicy, a_demanded_time_never_shortens_the_backoffs) {
  core::ReconnectPolicy policy = started();

  for (const Duration demand : {Duration{seconds{1}}, Duration::zero(), Duration::min()}) {
    EXPECT_EQ(ends(policy, status(503, demand)).delay, seconds{5});
  }
}

TEST_F(ReconnectPolicy, a_demanded_time_is_bounded) {
  options.retry_after_max = hours{1};

  EXPECT_TRUE(Spread(options, status(503, Duration::max())).fills(hours{1}, minutes{90}));
}

TEST_F(ReconnectPolicy, a_demand_is_honoured_whatever_the_users_verdict) {
  core::ReconnectPolicy policy = started();

  EXPECT_GE(ends(policy, status(503, seconds{120}), Verdict::retry).delay, seconds{120});
}

TEST_F(ReconnectPolicy, demands_are_ignored_when_asked_to) {
  options.retry_after_max = Duration::zero();
  core::ReconnectPolicy policy = started();

  EXPECT_EQ(ends(policy, status(503, seconds{120})).delay, seconds{5});
}

TEST_F(ReconnectPolicy, restart_and_overload_have_delays_of_their_own) {
  options = ReconnectOptions{};

  EXPECT_TRUE(Spread(options, closed(1012)).fills(seconds{5}, seconds{30}));
  EXPECT_TRUE(Spread(options, closed(1013)).fills(seconds{10}, seconds{60}));
}

TEST_F(ReconnectPolicy, only_the_peers_own_close_code_asks_for_a_restarts_delay) {
  options.restart_delay_min = options.restart_delay_max = seconds{30};
  core::ReconnectPolicy policy = started();

  EXPECT_EQ(ends(policy, {Cause::protocol_error, 1012, {}, {}, {}}).delay, seconds{5});
  EXPECT_EQ(ends(policy, status(1012)).delay, seconds{5});
}

TEST_F(ReconnectPolicy, an_announced_window_replaces_the_delay_of_a_restart) {
  Outcome drained = closed(1012);
  drained.retry_after = seconds{40};

  EXPECT_TRUE(Spread(options, drained).fills(seconds{40}, seconds{60}));
}

TEST_F(ReconnectPolicy, works_without_a_begin) {
  core::ReconnectPolicy policy(options);

  EXPECT_EQ(ends(policy, kLost).attempt, 1U);
  EXPECT_EQ(policy.lost_at(), base::instant(seconds{1000}));
}

TEST_F(ReconnectPolicy, decisions_are_printed_for_people) {
  std::ostringstream out;
  out << Decision{true, milliseconds{1500}, StopReason::disabled, Verdict::retry_after, 3} << "; "
      << Decision{false, {}, StopReason::elapsed, Verdict::retry, 0};

  EXPECT_EQ(out.str(), "retry 3 in 1500 ms (retry_after); stop: elapsed (retry)");
}

TEST_F(ReconnectPolicy, names_the_option_that_is_wrong) {
  const auto wrong = [](auto change) -> std::string {
    ReconnectOptions changed;
    change(changed);
    const char* message = validate(changed);
    return message == nullptr ? "" : std::string(message).substr(0, 12);
  };

  EXPECT_EQ(wrong([](auto&) {}), "");
  EXPECT_EQ(wrong([](auto& o) { o.backoff.factor = 0; }), "factor is le");
  EXPECT_EQ(wrong([](auto& o) { o.elapsed_max = seconds{-1}; }), "elapsed_max ");
  EXPECT_EQ(wrong([](auto& o) { o.stable_after = seconds{-1}; }), "stable_after");
  EXPECT_EQ(wrong([](auto& o) { o.restart_delay_min = seconds{31}; }), "restart_dela");
  EXPECT_EQ(wrong([](auto& o) { o.overload_delay_min = seconds{-1}; }), "overload_del");
  EXPECT_EQ(wrong([](auto& o) { o.retry_after_max = Duration::max(); }), "retry_after_");
  EXPECT_EQ(wrong([](auto& o) { o.retry_after_spread = std::nan(""); }), "retry_after_");
  EXPECT_EQ(wrong([](auto& o) { o.retry_after_spread = -0.1; }), "retry_after_");
}

}  // namespace
}  // namespace heartwire::core
