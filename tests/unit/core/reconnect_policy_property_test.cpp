// Properties of ReconnectPolicy over random outcomes, lives and options.

#include "heartwire/core/reconnect_policy.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <vector>

namespace heartwire::core {
namespace {

using base::Duration;
using base::Instant;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// One attempt: how long it stayed open (nothing: it never opened), and how it ended.
struct Life {
  std::optional<Duration> open_for;
  Outcome outcome;
};

Life arbitrary_life() {
  Life life;
  if (*rc::gen::arbitrary<bool>()) life.open_for = milliseconds{*rc::gen::inRange(0, 10'000)};
  life.outcome.cause = static_cast<Cause>(*rc::gen::inRange(0, static_cast<int>(Cause::user)));
  life.outcome.code = *rc::gen::element<std::uint16_t>(0, 401, 404, 503, 1000, 1008, 1012, 1013);
  if (*rc::gen::inRange(0, 4) == 0) {
    life.outcome.retry_after = seconds{*rc::gen::inRange(-10, 10'000)};
  }
  return life;
}

ReconnectOptions arbitrary_options() {
  ReconnectOptions options;
  if (*rc::gen::arbitrary<bool>()) options.attempts_max = *rc::gen::inRange(0U, 10U);
  if (*rc::gen::arbitrary<bool>()) options.elapsed_max = seconds{*rc::gen::inRange(0, 600)};
  options.stable_after = seconds{*rc::gen::inRange(0, 8)};
  options.classifier.refusals_max = *rc::gen::inRange<std::uint8_t>(0, 4);
  options.backoff.jitter =
      *rc::gen::element(Jitter::none, Jitter::full, Jitter::equal, Jitter::decorrelated);
  return options;
}

RC_GTEST_PROP(ReconnectPolicyProperty, no_limit_is_ever_exceeded_and_no_loop_is_hot, ()) {
  const ReconnectOptions options = arbitrary_options();
  base::Rng rng(*rc::gen::arbitrary<std::uint64_t>());
  ReconnectPolicy policy(options);
  Instant now{};
  Instant series_began = now;
  std::uint32_t retries = 0;
  policy.begin(now);

  const int lives = *rc::gen::inRange(1, 60);
  for (int index = 0; index < lives; ++index) {
    const Life life = arbitrary_life();
    if (life.open_for) {
      policy.on_open(now);
      now += *life.open_for;
      if (*life.open_for >= options.stable_after) {
        series_began = now;
        retries = 0;
      }
    }
    const Decision decision = policy.decide(now, life.outcome, rng);
    RC_ASSERT(policy.lost_at() == series_began);
    if (!decision.retry) {
      RC_ASSERT(policy.attempts() == retries);
      if (decision.stop_reason == StopReason::attempts) RC_ASSERT(retries == options.attempts_max);
      RC_ASSERT(decision.stop_reason != StopReason::user);
      break;
    }

    ++retries;
    RC_ASSERT(decision.attempt == retries);
    RC_ASSERT(policy.attempts() == retries);
    RC_ASSERT((!options.attempts_max || retries <= *options.attempts_max));
    RC_ASSERT(decision.delay >= options.backoff.delay_min / 2);
    if (life.outcome.retry_after) {
      RC_ASSERT(decision.delay >= std::min(*life.outcome.retry_after, options.retry_after_max));
    }
    now += decision.delay;
    RC_ASSERT((!options.elapsed_max || now - series_began <= *options.elapsed_max));
  }
}

RC_GTEST_PROP(ReconnectPolicyProperty, what_the_user_closed_is_never_retried, ()) {
  ReconnectOptions options = arbitrary_options();
  options.enabled = *rc::gen::arbitrary<bool>();
  base::Rng rng(1);
  ReconnectPolicy policy(options);
  Instant now{};
  const int lives = *rc::gen::inRange(0, 10);
  for (int index = 0; index < lives; ++index) {
    now += seconds{1};
    policy.decide(now, arbitrary_life().outcome, rng);
  }
  if (*rc::gen::arbitrary<bool>()) policy.on_open(now);
  Outcome by_user = arbitrary_life().outcome;
  by_user.cause = Cause::user;

  const Decision decision = policy.decide(now + seconds{9}, by_user, rng, Verdict::retry);

  RC_ASSERT(!decision.retry);
  RC_ASSERT(decision.stop_reason == StopReason::user);
}

}  // namespace
}  // namespace heartwire::core
