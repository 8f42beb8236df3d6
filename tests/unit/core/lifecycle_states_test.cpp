// Every event in every state. A table tells for each event what the machine asks, how it stands
// afterwards, and behind the arrow where it is an hour later; what changes nothing comes last.

#include "heartwire/core/lifecycle.hpp"
#include "tests/support/lifecycle_world.hpp"
#include "tests/support/options_text.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace heartwire::core {
namespace {

using support::LifecycleWorld;
namespace event = lifecycle_event;

/// Every event, those of a transport in the current generation.
std::vector<std::pair<std::string, LifecycleEvent>> all_events(std::uint32_t generation) {
  return {{"start", event::Start{}},
          {"reconnect", event::Reconnect{}},
          {"close", event::Close{1000, {}}},
          {"suspend", event::Suspend{}},
          {"resume", event::Resume{}},
          {"check_now", event::CheckNow{}},
          {"wanted", event::Wanted{true}},
          {"not_wanted", event::Wanted{false}},
          {"opened", event::Opened{generation}},
          {"ended", event::Ended{generation, {Cause::lost}}},
          {"peer_closing", event::PeerClosing{generation, {Cause::closed, 1000}}},
          {"received", event::Received{generation}},
          {"sent", event::Sent{generation}},
          {"probe_sent", event::ProbeSent{generation, 1}},
          {"answered", event::Answered{generation, 1}},
          {"tick", event::Tick{}}};
}

/// A life that `script` has led so far, and what an event does to it.
struct Effect {
  std::string text;  ///< Empty: nothing.
  std::string end;
};

Effect effect_of(const LifecycleEvent& what, const std::string& options,
                 const std::string& script) {
  LifecycleWorld world(support::parse_options(options));
  world.play(script);
  world.heard();
  const std::string before = world.standing();

  world.say(what);

  Effect effect;
  for (const std::string& line : world.heard())
    effect.text += "  " + line.substr(line.find(' ') + 1) + "\n";
  if (!effect.text.empty() || world.standing() != before)
    effect.text += "  = " + world.standing() + "\n";
  world.play("run 1h");
  effect.end = name(world.machine().state());
  for (const std::string& complaint : world.complaints()) effect.text += "BROKEN " + complaint;
  return effect;
}

void append(std::string& names, const std::string& one) {
  const std::size_t line_begin = names.rfind('\n') + 1;
  names += (names.size() - line_begin > 70 ? "\n  " : " ") + one;
}

std::string table(const std::string& options, const std::string& script) {
  std::string text = "\n";
  std::map<std::string, std::string> without_effect;  // By where they end.
  LifecycleWorld world(support::parse_options(options));
  world.play(script);
  for (const auto& [event_name, what] : all_events(world.machine().generation())) {
    const Effect effect = effect_of(what, options, script);
    if (effect.text.empty())
      append(without_effect[effect.end], event_name);
    else
      text += event_name + " -> " + effect.end + "\n" + effect.text;
  }
  for (const auto& [end, names] : without_effect)
    text += "nothing at once -> " + end + "\n " + names + "\n";
  return text;
}

constexpr const char* kPlain = "spread=off jitter=none delay_min=2s";

TEST(LifecycleStates, idle) {
  EXPECT_EQ(table(kPlain, ""), R"(
start -> open
  dial generation=1 attempt=0 url=0
  = connecting, deadline 45.000
reconnect -> open
  dial generation=1 attempt=0 url=0
  = connecting, deadline 45.000
close -> closed
  = closed, no deadline
nothing at once -> idle
  suspend resume check_now wanted not_wanted opened ended peer_closing received
  sent probe_sent answered tick
)");
}

TEST(LifecycleStates, connecting) {
  EXPECT_EQ(table(kPlain, "start"), R"(
reconnect -> open
  abort_dial generation=1
  dial generation=2 attempt=0 url=0
  = connecting, deadline 45.000
close -> closed
  abort_dial generation=1
  notify_end attempt by=us verdict=stop
  = closed, no deadline
suspend -> suspended
  abort_dial generation=1
  = suspended, no deadline
opened -> open
  send_greeting
  notify_open first attempts=0 outage=0ms
  = open, deadline 25.000
ended -> open
  notify_end attempt by=nobody verdict=retry retry_in=2000ms
  notify_retry attempt=1 delay=2000ms
  = waiting, deadline 2.000
nothing at once -> open
  start resume check_now wanted not_wanted peer_closing received sent probe_sent
  answered tick
)");
}

TEST(LifecycleStates, open) {
  EXPECT_EQ(table(kPlain, "start\n run 1s"), R"(
reconnect -> open
  send_close
  write close=1000
  = closing, deadline 6.000
close -> closed
  send_close
  write close=1000
  = closing, deadline 6.000
check_now -> open
  send_probe sequence=1
  = open, deadline 2.500
ended -> open
  notify_end connection by=nobody verdict=retry retry_in=2000ms
  notify_retry attempt=1 delay=2000ms
  = waiting, deadline 3.000
peer_closing -> open
  = closing, deadline 2.000
nothing at once -> open
  start suspend resume wanted not_wanted opened received sent probe_sent
  answered tick
)");
}

TEST(LifecycleStates, closing_by_us) {
  EXPECT_EQ(table(kPlain, "start\n run 1s\n close 1001"), R"(
ended -> closed
  notify_end connection by=us verdict=stop
  = closed, no deadline
peer_closing -> closed
  = closing, deadline 2.000
nothing at once -> closed
  close suspend resume check_now wanted not_wanted opened received sent probe_sent
  answered tick
nothing at once -> open
  start reconnect
)");
}

TEST(LifecycleStates, closing_by_the_peer) {
  EXPECT_EQ(table(kPlain, "start\n run 1s\n peer closes 1000"), R"(
ended -> open
  notify_end connection clean by=peer verdict=retry retry_in=2000ms
  notify_retry attempt=1 delay=2000ms
  = waiting, deadline 3.000
nothing at once -> closed
  close
nothing at once -> open
  start reconnect resume check_now wanted not_wanted opened peer_closing
  received sent probe_sent answered tick
nothing at once -> suspended
  suspend
)");
}

TEST(LifecycleStates, closing_to_reconnect) {
  EXPECT_EQ(table(kPlain, "start\n run 1s\n reconnect"), R"(
ended -> open
  notify_end connection by=us verdict=retry retry_in=0ms
  dial generation=2 attempt=0 url=0
  = connecting, deadline 46.000
peer_closing -> open
  = closing, deadline 2.000
nothing at once -> closed
  close
nothing at once -> open
  start reconnect resume check_now wanted not_wanted opened received sent
  probe_sent answered tick
nothing at once -> suspended
  suspend
)");
}

TEST(LifecycleStates, closed) {
  EXPECT_EQ(table(kPlain, "start\n run 1s\n close 1000\n run 1s"), R"(
start -> open
  dial generation=2 attempt=0 url=0
  = connecting, deadline 47.000
reconnect -> open
  dial generation=2 attempt=0 url=0
  = connecting, deadline 47.000
nothing at once -> closed
  close suspend resume check_now wanted not_wanted opened ended peer_closing
  received sent probe_sent answered tick
)");
}

TEST(LifecycleStates, waiting_for_the_delay) {
  EXPECT_EQ(table(kPlain, "start\n run 1s\n peer drops\n run 1s"), R"(
reconnect -> open
  dial generation=2 attempt=0 url=0
  = connecting, deadline 47.000
close -> closed
  notify_end attempt by=us verdict=stop
  = closed, no deadline
suspend -> suspended
  = suspended, no deadline
nothing at once -> open
  start resume check_now wanted not_wanted opened ended peer_closing received
  sent probe_sent answered tick
)");
}

TEST(LifecycleStates, waiting_for_the_condition) {
  EXPECT_EQ(table("condition=on", "condition later\n start\n run 1s"), R"(
close -> closed
  notify_end attempt by=us verdict=stop
  = closed, no deadline
suspend -> suspended
  = suspended, no deadline
wanted -> open
  dial generation=1 attempt=0 url=0
  = connecting, deadline 46.000
not_wanted -> waiting
  = suspended, deadline 2.000
nothing at once -> waiting
  start reconnect resume check_now opened ended peer_closing received sent
  probe_sent answered tick
)");
}

TEST(LifecycleStates, suspended_by_the_user) {
  EXPECT_EQ(table(kPlain, "start\n run 1s\n peer drops\n suspend"), R"(
reconnect -> open
  dial generation=2 attempt=0 url=0
  = connecting, deadline 46.000
close -> closed
  notify_end attempt by=us verdict=stop
  = closed, no deadline
resume -> open
  dial generation=2 attempt=1 url=0
  = connecting, deadline 46.000
nothing at once -> suspended
  start suspend check_now wanted not_wanted opened ended peer_closing received
  sent probe_sent answered tick
)");
}

TEST(LifecycleStates, suspended_by_the_condition) {
  EXPECT_EQ(table("condition=on", "condition no\n start\n run 500ms"), R"(
reconnect -> suspended
  ask_wanted
  = suspended, deadline 1.500
close -> closed
  notify_end attempt by=us verdict=stop
  = closed, no deadline
suspend -> suspended
  = suspended, no deadline
resume -> suspended
  ask_wanted
  = suspended, deadline 1.500
nothing at once -> suspended
  start check_now wanted not_wanted opened ended peer_closing received sent
  probe_sent answered tick
)");
}

TEST(LifecycleStates, failed) {
  EXPECT_EQ(table("attempts_max=0", "peer refuses\n start\n run 1s"), R"(
start -> failed
  dial generation=2 attempt=0 url=0
  = connecting, deadline 46.000
reconnect -> failed
  dial generation=2 attempt=0 url=0
  = connecting, deadline 46.000
close -> closed
  = closed, no deadline
nothing at once -> failed
  suspend resume check_now wanted not_wanted opened ended peer_closing received
  sent probe_sent answered tick
)");
}

}  // namespace
}  // namespace heartwire::core
