// The invariants of a client's life, one property each, over random wishes, faults and times. A
// failing life is shrunk and printed as a script that a scenario file would accept.

#include "heartwire/core/lifecycle.hpp"
#include "tests/support/lifecycle_world.hpp"
#include "tests/support/options_text.hpp"
#include "tests/support/step.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace heartwire::core {
namespace {

using support::LifecycleWorld;
using support::Script;
using support::Step;

struct Life {
  std::string options;
  std::uint64_t seed = 0;
  Script script;
};

void showValue(const Life& life, std::ostream& out) {
  out << "\noptions " << life.options << "\n" << support::to_text(life.script);
  out << "(seed " << life.seed << ")";
}

/// What can happen in every life; a property adds what it is about.
constexpr const char* kAlways =
    "start\n"
    "run 5ms\n run 20ms\n run 1s\n run 6s\n run 26s\n run 2m\n"
    "peer drops\n peer closes 1000\n peer answers\n peer accepts\n peer says\n";

constexpr const char* kWishes =
    "start\n reconnect\n close 1000\n suspend\n resume\n check_now\n"
    "condition later\n condition yes\n condition no\n";

constexpr const char* kReceptions =
    "peer accepts\n peer refuses\n peer ignores\n peer status 503 retry_after=7s\n"
    "peer status 401\n peer closes_at_once 1011\n peer closes 1012\n"
    "peer closes 1013 retry_after=30s\n";

constexpr const char* kTrouble =
    "peer silent\n link stuck\n link flows\n stall 1s\n stall 50s\n bulk 300000 rate=20000\n";

constexpr const char* kLateReports =
    "late opened\n late ended\n late closing\n late received\n late answered\n late probe_sent\n";

rc::Gen<Step> any_of(const std::string& lines) {
  const auto some_time = rc::gen::map(rc::gen::inRange<std::int64_t>(1, 60'000), [](auto ms) {
    return Step{support::Verb::run, ms};
  });
  return rc::gen::weightedOneOf<Step>(
      {{5, rc::gen::elementOf(support::parse_script(lines))}, {1, some_time}});
}

rc::Gen<Life> life(const std::vector<std::string>& options, const std::string& lines) {
  const auto script =
      rc::gen::map(rc::gen::container<Script>(any_of(kAlways + lines)), [](Script steps) {
        steps.insert(steps.begin(), Step{support::Verb::start});
        return steps;
      });
  return rc::gen::build<Life>(rc::gen::set(&Life::options, rc::gen::elementOf(options)),
                              rc::gen::set(&Life::seed, rc::gen::inRange<std::uint64_t>(0, 1000)),
                              rc::gen::set(&Life::script, script));
}

const std::vector<std::string>& common_options() {
  static const std::vector<std::string> all{"interval=25s",
                                            "condition=on",
                                            "attempts_max=2 delay_min=100ms",
                                            "urls=2 jitter=full",
                                            "stable_after=0s jitter=none",
                                            "elapsed_max=20s condition=on",
                                            "sending=periodic evidence=round_trip interval=5s",
                                            "sending=watchdog condition=on close_timeout=1s"};
  return all;
}

/// Lives `life` and fails if it broke this invariant.
void expect_kept(int invariant, const Life& life) {
  LifecycleWorld world(support::parse_options(life.options), life.seed);
  world.play(life.script);
  world.play("run 1m");
  for (const std::string& complaint : world.complaints()) {
    if (complaint.starts_with(std::to_string(invariant))) RC_FAIL(complaint);
  }
}

RC_GTEST_PROP(LifecycleProperty, i1_at_most_one_transport_or_attempt_exists, ()) {
  expect_kept(1, *life(common_options(), std::string(kWishes) + kReceptions + kLateReports));
}

RC_GTEST_PROP(LifecycleProperty, i2_after_close_nothing_connects_until_the_user_says_so, ()) {
  expect_kept(2, *life(common_options(), std::string(kWishes) + kReceptions + kTrouble +
                                             "close 1000\n condition later\n condition yes\n"));
}

RC_GTEST_PROP(LifecycleProperty, i3_what_a_stale_transport_reports_changes_nothing, ()) {
  const Life with_reports =
      *life(common_options(), std::string(kWishes) + kReceptions + kLateReports + kLateReports);
  Script without = with_reports.script;
  without.erase(std::remove_if(without.begin(), without.end(),
                               [](const Step& step) { return support::is_late_report(step.verb); }),
                without.end());
  const LifecycleOptions options = support::parse_options(with_reports.options);
  LifecycleWorld one(options, with_reports.seed);
  LifecycleWorld other(options, with_reports.seed);

  one.play(with_reports.script).play("run 2m");
  other.play(without).play("run 2m");

  RC_ASSERT(one.heard() == other.heard());
  RC_ASSERT(one.standing() == other.standing());
  RC_ASSERT(one.machine().last_outcome() == other.machine().last_outcome());
}

RC_GTEST_PROP(LifecycleProperty, i4_no_deadline_outlives_its_transport, ()) {
  expect_kept(4, *life(common_options(),
                       std::string(kWishes) + kReceptions + "send 100 ttl=3s\n peer silent\n"));
}

RC_GTEST_PROP(LifecycleProperty, i5_a_silent_peer_is_dead_by_interval_and_timeout, ()) {
  const std::vector<std::string> options{"interval=25s",
                                         "interval=5s timeout=2s spread=off",
                                         "sending=periodic interval=8s",
                                         "evidence=round_trip interval=6s",
                                         "reply=fixed interval=10s timeout=4s",
                                         "sending=watchdog interval=10s",
                                         "sending=periodic evidence=one_way interval=5s"};
  expect_kept(5, *life(options,
                       "peer silent\n peer silent\n busy 1s\n busy 0s\n busy 7s\n"
                       "check_now\n bulk 100000\n send 10\n"));
}

RC_GTEST_PROP(LifecycleProperty, i6_giving_up_is_said_once_and_reconnect_starts_afresh, ()) {
  const std::vector<std::string> options{"attempts_max=0", "attempts_max=1 stable_after=0s",
                                         "attempts_max=3 delay_min=10ms", "elapsed_max=3s",
                                         "retry=off"};
  expect_kept(6, *life(options, std::string(kWishes) + kReceptions + "peer refuses\n run 30s\n"));
}

RC_GTEST_PROP(LifecycleProperty, i7_a_closing_handshake_ends_by_its_own_deadline, ()) {
  expect_kept(7, *life(common_options(), std::string(kWishes) + kTrouble +
                                             "close 1000\n peer closes 1001\n send 100\n"));
}

RC_GTEST_PROP(LifecycleProperty, i8_no_message_is_lost_without_a_word, ()) {
  const std::vector<std::string> options{"interval=25s", "outbox_bytes_max=500",
                                         "when_not_open=refuse", "attempts_max=1 condition=on"};
  expect_kept(8, *life(options, std::string(kWishes) + kReceptions + kTrouble +
                                    "send 50\n send 100 ttl=2s\n send 10 ttl=30s\n send 50\n"
                                    "send 2000\n send 1 ttl=0s\n"));
}

RC_GTEST_PROP(LifecycleProperty, i9_attempts_keep_to_the_backoffs_schedule, ()) {
  expect_kept(9, *life(common_options(), std::string(kReceptions) + kReceptions + kTrouble +
                                             "suspend\n resume\n reconnect\n close 1000\n"
                                             "condition no\n condition yes\n run 3m\n"));
}

}  // namespace
}  // namespace heartwire::core
