// The demo's steps about wishes: the server's, to be left for a while, and the user's, to be left
// in peace.

#include "cli/demo_steps.hpp"
#include "cli/text.hpp"

#include <array>
#include <cstdlib>
#include <string>

namespace heartwire::cli {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using Set = DemoSettings;

/// Longer than any delay of the backoff, so that an attempt would show.
constexpr auto kWatch = Set::kRetryMax + Set::kSlack;

DemoResult failed(std::string expected, std::string what) {
  return {{}, std::move(expected), std::move(what), false};
}

/// `retry-after=2` in a close reason, as a draining server writes it.
seconds announced(const std::string& reason) {
  constexpr std::string_view kKey = "retry-after=";
  if (!reason.starts_with(kKey)) return 0s;
  return seconds{std::atoi(reason.c_str() + kKey.size())};
}

/// Watches for a while, and says whether nobody came.
DemoResult stays_closed(DemoStage& stage, bool is_well_closed, std::string how) {
  const std::string expected = how + ", no attempt in " + describe(kWatch);
  const auto accepted = stage.proxy().accepted_count();
  stage.timeline().say(Actor::proxy, "watching whether anybody comes");
  const bool has_come = stage.proxy().wait_until(
      [&](const net::FaultStats& stats) { return stats.accepted > accepted; }, kWatch);
  const auto attempts = stage.proxy().accepted_count() - accepted;
  const bool is_closed = stage.client().state() == core::State::closed;
  return {{},
          expected,
          (is_well_closed ? how : "not " + how) + ", " +
              (has_come ? count_of(attempts, "attempt") : "no attempt"),
          is_well_closed && is_closed && !has_come};
}

}  // namespace

DemoResult demo_heeds_restart(DemoStage& stage) {
  DemoFacts before = stage.facts();
  stage.wait(
      [&](const DemoFacts& facts) { return facts.round_trips.size() > before.round_trips.size(); },
      Set::kInterval + Set::kSlack);
  before = stage.facts();
  const auto accepted = stage.proxy().accepted_count();
  stage.restart_server();
  stage.wait([&](const DemoFacts& facts) { return facts.opens > before.opens; }, 8s);
  const DemoFacts after = stage.facts();
  const seconds told = announced(after.last_close.reason);
  // Half as long again: the client's spread, so that not all come in the same second.
  const nanoseconds latest = nanoseconds{told} * 3 / 2;
  const std::string expected = "1 attempt, after " + describe(told) + " to " + describe(latest);
  if (after.opens == before.opens) return failed(expected, "did not come back");
  const nanoseconds away = after.opened_at - after.closed_at;
  const auto attempts = stage.proxy().accepted_count() - accepted;
  const bool is_told = after.last_close.code == 1012 && told > 0s;
  return {{},
          expected,
          count_of(attempts, "attempt") + ", after " + describe(away),
          is_told && away >= told && away <= latest + Set::kSlack && attempts == 1};
}

DemoResult demo_bears_rejection(DemoStage& stage) {
  constexpr auto kLasting = 4s;
  const std::size_t most = kLasting / Set::kRetryMin + 1;
  const DemoFacts before = stage.facts();
  const auto accepted = stage.proxy().accepted_count();
  stage.timeline().say(Actor::server, "now takes everybody in and sends them away at once, for " +
                                          describe(kLasting));
  stage.timeline().say(Actor::client,
                       "does not take an open for a success: the delay goes on "
                       "growing");
  stage.turn_away(true);
  stage.proxy().cut();
  // Nothing to wait for but the end of it: what matters is how much happens meanwhile.
  stage.wait([](const DemoFacts&) { return false; }, kLasting);
  const auto attempts = stage.proxy().accepted_count() - accepted;
  const bool has_opened = stage.facts().opens >= before.opens + 2;
  return {{},
          "at most " + std::to_string(most) + " attempts in " + describe(kLasting),
          count_of(attempts, "attempt") + (has_opened ? "" : ", none opened"),
          has_opened && attempts <= most};
}

DemoResult demo_closes_while_waiting(DemoStage& stage) {
  const DemoFacts before = stage.facts();
  const bool is_waiting = stage.wait(
      [&](const DemoFacts& facts) { return facts.retries.size() > before.retries.size(); },
      Set::kRetryMax + 2 * Set::kSlack);
  stage.timeline().say(Actor::user, "closes, while that attempt is pending");
  const bool was_pending = stage.client().state() == core::State::waiting;
  stage.client().close();
  const bool is_told = stage.wait(
      [](const DemoFacts& facts) { return facts.last_close.cause == core::Cause::user; }, 1s);
  stage.turn_away(false);
  return stays_closed(stage, is_waiting && was_pending && is_told, "closed");
}

DemoResult demo_closes_cleanly(DemoStage& stage) {
  const DemoFacts before = stage.facts();
  stage.timeline().say(Actor::user, "wants a connection again");
  stage.client().start();
  const bool is_open = stage.wait(
      [&](const DemoFacts& facts) { return facts.received.size() > before.received.size(); }, 2s);
  if (!is_open) return failed("open, then closed for good", "did not open");
  stage.timeline().say(Actor::user, "closes");
  stage.client().close();
  const bool is_told =
      stage.wait([&](const DemoFacts& facts) { return facts.closes > before.closes; }, 6s);
  const DemoFacts after = stage.facts();
  const bool is_clean = after.last_close.cause == core::Cause::user && after.last_close.is_clean;
  return stays_closed(stage, is_told && is_clean, "closed cleanly");
}

std::span<const DemoStep> demo_steps() {
  static constexpr std::array<DemoStep, 10> kSteps{{
      {"The client connects, and subscribes", "opens and subscribes", demo_opens},
      {"Heartbeats show that both sides live", "heartbeats are answered", demo_beats},
      {"The path freezes: no error, no end, only silence", "notices a frozen path",
       demo_notices_freeze},
      {"While it is frozen", "keeps trying, and queues", demo_keeps_trying},
      {"The path returns", "comes back, loses nothing", demo_comes_back},
      {"Frozen again, under a busy sender", "notices it while sending", demo_notices_while_busy},
      {"The server restarts, and says when to return", "heeds the server's time",
       demo_heeds_restart},
      {"A server that accepts and closes at once", "does not storm", demo_bears_rejection},
      {"The user closes while a retry is pending", "a close ends a retry",
       demo_closes_while_waiting},
      {"The user connects once more, and closes", "a close is final", demo_closes_cleanly},
  }};
  return kSteps;
}

}  // namespace heartwire::cli
