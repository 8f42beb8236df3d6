// What holds of a heartbeat in every history: random options, random traffic, random stalls.
// A failing history is shrunk and printed as a script, a line a step.

#include "heartwire/core/heartbeat.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <ostream>
#include <vector>

namespace heartwire::core {
namespace {

using base::Duration;
using base::Instant;
using std::chrono::milliseconds;

/// One thing that happens, `pause` after the one before.
struct Step {
  enum class Kind { received, answered, sent, check, tick, stall };
  Kind kind = Kind::received;
  milliseconds pause{};
};

std::ostream& operator<<(std::ostream& out, Step::Kind kind) {
  constexpr const char* kNames[] = {"received", "answered", "sent", "check", "tick", "stall"};
  return out << kNames[static_cast<std::size_t>(kind)];
}

void showValue(const Step& step, std::ostream& out) {
  out << "after " << step.pause.count() << " ms " << step.kind;
}

/// Everything that options can say, as numbers that shrink to the plain case.
struct Setup {
  HeartbeatOptions options;
  std::optional<std::uint64_t> backlog;
  std::uint64_t seed = 0;
};

void showValue(const Setup& setup, std::ostream& out) {
  const auto ms = [](Duration duration) {
    return std::chrono::duration_cast<milliseconds>(duration).count();
  };
  const HeartbeatOptions& options = setup.options;
  out << "sending=" << static_cast<int>(options.sending)
      << " evidence=" << static_cast<int>(options.evidence)
      << " reply=" << static_cast<int>(options.reply) << " interval=" << ms(options.interval)
      << " timeout=" << ms(options.timeout) << " reply_min=" << ms(options.reply_min)
      << " misses_max=" << static_cast<int>(options.misses_max)
      << " check_timeout=" << ms(options.check_timeout) << " spread=" << options.first_probe_spread
      << " seed=" << setup.seed << " backlog=";
  if (setup.backlog) out << *setup.backlog;
}

rc::Gen<Setup> any_setup(std::vector<Sending> sendings, std::vector<Evidence> evidences) {
  return rc::gen::exec([=] {
    Setup setup;
    HeartbeatOptions& options = setup.options;
    options.sending = *rc::gen::elementOf(sendings);
    options.evidence = *rc::gen::elementOf(evidences);
    if (options.sending == Sending::watchdog) options.evidence = Evidence::any_traffic;
    options.reply = *rc::gen::element(Reply::adaptive, Reply::fixed);
    options.interval = milliseconds{*rc::gen::inRange(10, 60'000)};
    options.timeout = milliseconds{*rc::gen::inRange(10, 30'000)};
    options.reply_min = milliseconds{*rc::gen::inRange(0, 3'000)};
    options.check_timeout = milliseconds{*rc::gen::inRange(10, 10'000)};
    options.misses_max = *rc::gen::inRange<std::uint8_t>(1, 4);
    options.first_probe_spread = *rc::gen::arbitrary<bool>();
    setup.seed = *rc::gen::arbitrary<std::uint64_t>();
    // A black hole, or a frozen peer whose kernel took everything, or a system that cannot tell.
    if (*rc::gen::arbitrary<bool>()) setup.backlog = *rc::gen::inRange<std::uint64_t>(0, 100'000);
    return setup;
  });
}

rc::Gen<Setup> setup_that_probes() {
  return any_setup({Sending::on_silence, Sending::periodic},
                   {Evidence::any_traffic, Evidence::round_trip});
}

rc::Gen<Setup> setup_of_any_mode() {
  return any_setup({Sending::on_silence, Sending::periodic, Sending::watchdog, Sending::off},
                   {Evidence::any_traffic, Evidence::round_trip, Evidence::one_way});
}

rc::Gen<std::vector<Step>> history(std::vector<Step::Kind> kinds) {
  return rc::gen::container<std::vector<Step>>(rc::gen::build<Step>(
      rc::gen::set(&Step::kind, rc::gen::elementOf(std::move(kinds))),
      rc::gen::set(&Step::pause, rc::gen::map(rc::gen::inRange(0, 20'000),
                                              [](int ms) { return milliseconds{ms}; }))));
}

/// A faultless driver: ticks at each deadline, writes leave at once. It also watches what no
/// history may show: see check().
class Driver {
 public:
  explicit Driver(const Setup& setup) : setup_(setup), heartbeat_(setup_.options, setup_.seed) {
    say(heartbeat_event::Opened{});
  }
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  void play(const Step& step) {
    using Kind = Step::Kind;
    if (step.kind == Kind::stall) {
      now_ += 10 * step.pause;
      return;
    }
    run_until(now_ + step.pause);
    switch (step.kind) {
      case Kind::received: say(heartbeat_event::Received{}); break;
      case Kind::answered: say(heartbeat_event::Answered{last_sequence_}); break;
      case Kind::sent: say(heartbeat_event::Sent{}); break;
      case Kind::check: say(heartbeat_event::CheckNow{}); break;
      case Kind::tick: say(heartbeat_event::Tick{setup_.backlog}); break;
      case Kind::stall: break;
    }
  }

  void play(const std::vector<Step>& steps) {
    for (const Step& step : steps) play(step);
  }

  void run_until(Instant end) {
    int ticks_at_once = 0;
    while (const auto due = heartbeat_.deadline()) {
      if (*due > end) break;
      ticks_at_once = *due > now_ ? 0 : ticks_at_once + 1;
      RC_ASSERT(ticks_at_once < 8);  // No hot loop: time moves on.
      now_ = std::max(now_, *due);
      say(heartbeat_event::Tick{setup_.backlog});
    }
    now_ = std::max(now_, end);
  }

  void say(const HeartbeatEvent& event) {
    if (std::holds_alternative<heartbeat_event::Opened>(event)) {
      is_dead = is_suspect_ = false;
      life_at = now_;
    } else if (is_sign_of_life(event) && !is_dead) {
      life_at = now_;
    }
    heartbeat_.handle(now_, event);
    while (const auto action = heartbeat_.poll()) check(*action);
    if (is_dead) RC_ASSERT(!heartbeat_.deadline());
  }

  Heartbeat& heartbeat() { return heartbeat_; }
  Instant now() const { return now_; }

  bool is_dead = false;
  int suspicions = 0;
  Instant life_at{};  ///< The last sign of life by the rules of the options.
  Instant dead_at{};

 private:
  bool is_sign_of_life(const HeartbeatEvent& event) const {
    if (std::holds_alternative<heartbeat_event::Answered>(event)) return true;
    return std::holds_alternative<heartbeat_event::Received>(event) &&
           setup_.options.evidence != Evidence::round_trip;
  }

  /// Death is the last word; suspicion and acquittal take turns; sequences count up by one.
  void check(const HeartbeatAction& action) {
    RC_ASSERT(!is_dead);
    if (const auto* probe = std::get_if<heartbeat_action::SendProbe>(&action)) {
      RC_ASSERT(probe->sequence == last_sequence_ + 1);
      last_sequence_ = probe->sequence;
      heartbeat_.handle(now_, heartbeat_event::ProbeSent{probe->sequence});
    } else if (std::holds_alternative<heartbeat_action::Suspect>(action)) {
      RC_ASSERT(!is_suspect_);
      is_suspect_ = true;
      ++suspicions;
    } else if (std::holds_alternative<heartbeat_action::Cleared>(action)) {
      RC_ASSERT(is_suspect_);
      is_suspect_ = false;
    } else if (std::holds_alternative<heartbeat_action::Dead>(action)) {
      is_dead = true;
      dead_at = now_;
    }
  }

  Setup setup_;
  Heartbeat heartbeat_;
  Instant now_ = base::instant(std::chrono::hours{5});
  bool is_suspect_ = false;
  std::uint32_t last_sequence_ = 0;
};

Duration bound(const HeartbeatOptions& options) {
  const int misses = options.reply == Reply::fixed ? options.misses_max : 1;
  return options.interval + misses * options.timeout;
}

RC_GTEST_PROP(HeartbeatProperty, a_silent_peer_is_dead_within_the_bound_however_busy_we_are, ()) {
  using Kind = Step::Kind;
  const Setup setup = *setup_that_probes();
  const auto before = *history({Kind::received, Kind::answered, Kind::sent, Kind::tick});
  const auto sends = *history({Kind::sent, Kind::tick});
  Driver driver(setup);

  driver.play(before);
  driver.play(sends);
  const auto gap = milliseconds{*rc::gen::inRange(1, 2'000)};
  while (!driver.is_dead) {
    RC_ASSERT(driver.now() <= driver.life_at + bound(setup.options));
    driver.run_until(driver.now() + gap);
    driver.say(heartbeat_event::Sent{});
  }

  RC_ASSERT(driver.dead_at <= driver.life_at + bound(setup.options));
}

RC_GTEST_PROP(HeartbeatProperty, a_silent_peer_is_dead_within_silence_max_where_silence_judges,
              ()) {
  using Kind = Step::Kind;
  const Setup setup =
      *rc::gen::oneOf(any_setup({Sending::watchdog}, {Evidence::any_traffic}),
                      any_setup({Sending::on_silence, Sending::periodic}, {Evidence::one_way}));
  const auto before = *history({Kind::received, Kind::sent, Kind::check, Kind::tick});
  Driver driver(setup);

  driver.play(before);
  driver.run_until(driver.now() + setup.options.interval + setup.options.timeout);

  RC_ASSERT(driver.is_dead);
  RC_ASSERT(driver.dead_at - driver.life_at == setup.options.interval + setup.options.timeout);
}

RC_GTEST_PROP(HeartbeatProperty, a_peer_that_answers_in_time_is_never_suspect, ()) {
  using Kind = Step::Kind;
  Setup setup = *setup_that_probes();
  setup.options.reply_min = std::max<Duration>(setup.options.reply_min, milliseconds{10});
  const auto traffic = *history({Kind::received, Kind::sent, Kind::tick});
  // Under a quarter of everything that could be a deadline, and under the interval, so that no
  // more than one probe is under way.
  const Duration quickest = std::min({setup.options.reply_min, setup.options.timeout,
                                      setup.options.check_timeout, setup.options.interval});
  const Duration round_trip = quickest / 4;
  Driver driver(setup);

  for (const Step& step : traffic) {
    const Instant end = driver.now() + step.pause;
    while (driver.now() < end) {
      const auto due = driver.heartbeat().deadline();
      driver.run_until(std::min(due.value_or(end), end));
      if (!driver.heartbeat().is_awaiting_answer()) continue;
      driver.run_until(driver.now() + round_trip);
      driver.play({Kind::answered, milliseconds{0}});
    }
    driver.play({step.kind, milliseconds{0}});
  }

  RC_ASSERT(driver.suspicions == 0);
  RC_ASSERT(!driver.is_dead);
}

RC_GTEST_PROP(HeartbeatProperty, a_late_tick_accuses_no_one, ()) {
  using Kind = Step::Kind;
  const Setup setup = *setup_of_any_mode();
  const auto steps =
      *history({Kind::received, Kind::answered, Kind::sent, Kind::check, Kind::tick, Kind::stall});
  Driver driver(setup);
  int late_in_a_row = 0;
  Instant life_before = driver.life_at;

  for (const Step& step : steps) {
    const Instant lateness =
        driver.now() - std::min<Duration>(setup.options.lateness_max, setup.options.timeout / 2);
    const auto due = driver.heartbeat().deadline();
    const bool is_late = due && *due < lateness;
    if (driver.life_at != life_before) late_in_a_row = 0;
    life_before = driver.life_at;
    late_in_a_row += is_late ? 1 : 0;
    if (is_late && late_in_a_row <= 2) {
      const int suspicions_before = driver.suspicions;
      driver.say(heartbeat_event::Tick{setup.backlog});
      RC_ASSERT(!driver.is_dead);
      RC_ASSERT(driver.suspicions == suspicions_before);
    }
    driver.play(step);
    if (driver.is_dead) break;
  }
}

RC_GTEST_PROP(HeartbeatProperty, a_transfer_that_still_drains_is_never_held_against_the_peer, ()) {
  const Setup setup = *setup_that_probes();
  HeartbeatOptions options = setup.options;
  // With more than one beat under way the driver may speak of either.
  options.interval = std::max(options.interval, options.timeout);
  const Duration step = options.timeout / 100;  // Much shorter than any stage.
  Heartbeat heartbeat(options, setup.seed);
  Instant now{};
  heartbeat.handle(now, heartbeat_event::Opened{});

  for (std::uint64_t backlog = 14'000; backlog > kTransferBytesMin; --backlog) {
    now += step;
    heartbeat.handle(now, heartbeat_event::Tick{backlog});
    while (const auto action = heartbeat.poll()) {
      RC_ASSERT(!std::holds_alternative<heartbeat_action::Suspect>(*action));
      RC_ASSERT(!std::holds_alternative<heartbeat_action::Dead>(*action));
      if (const auto* probe = std::get_if<heartbeat_action::SendProbe>(&*action))
        heartbeat.handle(now, heartbeat_event::ProbeSent{probe->sequence});
    }
  }
}

/// Any event at all, also those that no driver would say.
HeartbeatEvent arbitrary_event() {
  const auto sequence = *rc::gen::inRange<std::uint32_t>(0, 6);
  const auto some = [](int most) { return milliseconds{*rc::gen::inRange(-10, most)}; };
  switch (*rc::gen::inRange(0, 9)) {
    case 0: return heartbeat_event::Opened{};
    case 1: return heartbeat_event::Received{};
    case 2: return heartbeat_event::Sent{};
    case 3: return heartbeat_event::ProbeSent{sequence};
    case 4: return heartbeat_event::Answered{sequence};
    case 5: return heartbeat_event::Answered{};
    case 6: return heartbeat_event::CheckNow{};
    case 7: return heartbeat_event::Retimed{some(1'000), some(1'000), some(1'000)};
    default: return heartbeat_event::Tick{*rc::gen::inRange<std::uint64_t>(0, 100)};
  }
}

RC_GTEST_PROP(HeartbeatProperty, any_events_in_any_order_do_no_harm, ()) {
  const Setup setup = *setup_of_any_mode();
  Driver driver(setup);

  const int count = *rc::gen::inRange(0, 200);
  for (int i = 0; i < count; ++i) {
    driver.run_until(driver.now() + milliseconds{*rc::gen::inRange(0, 500)});
    driver.say(arbitrary_event());
  }
  driver.run_until(driver.now() + std::chrono::minutes{5});
}

RC_GTEST_PROP(HeartbeatProperty, whatever_happened_opening_starts_afresh, ()) {
  using Kind = Step::Kind;
  const Setup setup = *setup_of_any_mode();
  Driver driver(setup);

  driver.play(
      *history({Kind::received, Kind::answered, Kind::sent, Kind::check, Kind::tick, Kind::stall}));
  driver.say(heartbeat_event::Opened{});

  RC_ASSERT(!driver.heartbeat().is_suspect());
  RC_ASSERT(!driver.heartbeat().is_awaiting_answer());
  RC_ASSERT(!driver.heartbeat().round_trip().has_samples());
  RC_ASSERT(driver.heartbeat().deadline().has_value() == (setup.options.sending != Sending::off));
  if (driver.heartbeat().deadline())
    RC_ASSERT(*driver.heartbeat().deadline() >= driver.now() + milliseconds{5});
}

}  // namespace
}  // namespace heartwire::core
