// A client's life as a script of wishes, faults and times, not of bytes: each octet picks a step.
// No invariant of tests/support/lifecycle_invariants.hpp may break; what stale transports report
// changes nothing; and once all is well again, the client is where the user wants it. A life that
// fails is printed as a script that a scenario file accepts.

#include "fuzz/input.hpp"
#include "tests/support/lifecycle_world.hpp"
#include "tests/support/options_text.hpp"
#include "tests/support/step.hpp"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace heartwire::fuzz {
namespace {

using support::LifecycleWorld;
using support::Script;
using support::Step;

constexpr const char* kOptions[] = {
    "interval=25s",
    "condition=on",
    "attempts_max=2 delay_min=100ms",
    "urls=2 jitter=full first_again_after=30s",
    "stable_after=0s jitter=none",
    "elapsed_max=20s condition=on",
    "sending=periodic evidence=round_trip interval=5s",
    "sending=watchdog condition=on close_timeout=1s",
    "reply=fixed interval=10s timeout=4s",
    "sending=periodic evidence=one_way interval=5s",
    "retry=off outbox_bytes_max=500",
    "when_not_open=refuse attempts_max=1 condition=on",
    "interval=5s timeout=2s spread=off interval_max=40s",
};

/// What an octet picks. Past the end of the list it is a time, and the next two say how long.
constexpr const char* kSteps =
    "start\n reconnect\n close 1000\n close 3001\n suspend\n resume\n check_now\n"
    "send 10\n send 100 ttl=2s\n send 400\n send 2000\n send 1 ttl=0s\n"
    "busy 1s\n busy 7s\n busy 0s\n"
    "condition yes\n condition no\n condition later\n"
    "peer accepts\n peer closes_at_once 1011\n peer refuses\n peer ignores\n"
    "peer status 503 retry_after=7s\n peer status 401\n peer refuses at=1\n peer accepts at=0\n"
    "peer answers\n peer silent\n peer says\n peer drops\n"
    "peer closes 1000\n peer closes 1012\n peer closes 1013 retry_after=30s\n peer closes 1008\n"
    "link flows\n link stuck\n bulk 300000 rate=20000\n bulk 100000\n"
    "late opened\n late ended\n late closing\n late received\n late answered\n late probe_sent\n"
    "run 5ms\n run 20ms\n run 1s\n run 6s\n run 26s\n run 2m\n stall 1s\n stall 50s\n";

constexpr std::size_t kStepsMax = 100;

const Script& menu() {
  static const Script steps = support::parse_script(kSteps);
  return steps;
}

Step take_step(Input& input) {
  const std::size_t choice = input.octet();
  if (choice < menu().size()) return menu()[choice];
  return {choice % 8 == 0 ? support::Verb::stall : support::Verb::run, input.number()};
}

struct Life {
  const char* options = "";
  std::uint64_t seed = 0;
  Script script{};
};

[[noreturn]] void fail(const Life& life, const std::string& complaint) {
  std::fprintf(stderr, "%s\n\noptions %s\n%s(seed %llu)\n", complaint.c_str(), life.options,
               support::to_text(life.script).c_str(), static_cast<unsigned long long>(life.seed));
  HW_CHECK(false);
}

/// Lives it, then asks whether all that is said and owed at the end holds.
std::vector<std::string> live(const Life& life, const Script& script) {
  LifecycleWorld world(support::parse_options(life.options), life.seed);
  world.play(script).play("run 2m");
  auto heard = world.heard();
  heard.push_back(world.standing());
  world.settle();
  if (!world.complaints().empty()) fail(life, world.complaints().front());
  const core::State state = world.machine().state();
  const bool is_at_rest = state == core::State::open || state == core::State::failed;
  if (world.is_wanted() && !is_at_rest)
    fail(life, std::string("wanted, all is well, and it is ") + core::name(state));
  if (!world.is_wanted() && state == core::State::open) fail(life, "not wanted, and it is open");
  return heard;
}

void run(Input input) {
  Life life{.options = input.one_of(kOptions), .seed = input.octet()};
  while (!input.is_empty() && life.script.size() < kStepsMax)
    life.script.push_back(take_step(input));

  const auto heard = live(life, life.script);

  // Where nothing has a deadline, a message that outlives its time is told at the next event,
  // whichever that is.
  const auto outlives = [](const Step& step) {
    return step.verb == support::Verb::send && step.extra;
  };
  if (std::any_of(life.script.begin(), life.script.end(), outlives)) return;
  Script without = life.script;
  std::erase_if(without, [](const Step& step) { return support::is_late_report(step.verb); });
  if (without.size() == life.script.size()) return;
  if (live(life, without) != heard) fail(life, "a stale report changed something");
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
