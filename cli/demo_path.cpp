// The demo's steps about the path: it opens, is watched, freezes, thaws.

#include "cli/demo_steps.hpp"
#include "cli/text.hpp"

#include <algorithm>
#include <string>

namespace heartwire::cli {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;
using Set = DemoSettings;

constexpr std::size_t kQueued = 5;
constexpr auto kBound = Set::kInterval + Set::kTimeout;

DemoResult result(std::string expected, std::string measured, bool is_ok) {
  return {{}, std::move(expected), std::move(measured), is_ok};
}

DemoResult failed(std::string expected, std::string what) {
  return result(std::move(expected), std::move(what), false);
}

std::string bound_text() {
  return "within " + describe(kBound) + " (" + describe(Set::kInterval) + " + " +
         describe(Set::kTimeout) + ')';
}

/// Whether each connection that the proxy saw after the last loss began when its retry was due.
bool are_on_time(DemoStage& stage, const DemoFacts& facts) {
  auto due = std::upper_bound(facts.retries.begin(), facts.retries.end(), facts.closed_at);
  for (const net::FaultConnection& connection : stage.proxy().stats().connections) {
    const steady_clock::time_point began{connection.accepted_at.time_since_epoch()};
    if (began < facts.closed_at) continue;
    if (due == facts.retries.end() || began < *due - 1ms || began > *due + Set::kSlack)
      return false;
    ++due;
  }
  return true;
}

/// The verdict on a path that was frozen at `frozen_at`.
DemoResult verdict(DemoStage& stage, const DemoFacts& before, steady_clock::time_point frozen_at) {
  const DemoFacts after = stage.facts();
  if (after.closes == before.closes) return failed(bound_text(), "not noticed");
  const nanoseconds took = after.closed_at - frozen_at;
  const bool is_heartbeat = after.last_close.cause == core::Cause::heartbeat;
  std::string measured = "dead after " + describe(took);
  if (!is_heartbeat) measured += ", but by " + std::string{core::name(after.last_close.cause)};
  return result(
      bound_text(), measured,
      is_heartbeat && took <= kBound + Set::kSlack && after.suspicions > before.suspicions);
}

}  // namespace

DemoResult demo_opens(DemoStage& stage) {
  const std::string expected = "within 1 s";
  const auto start = steady_clock::now();
  stage.start_server();
  stage.start_proxy();
  stage.start_client();
  const bool is_reached =
      stage.wait([](const DemoFacts& facts) { return !facts.received.empty(); }, 1s + Set::kSlack);
  const DemoFacts facts = stage.facts();
  if (!is_reached) return failed(expected, "not within " + describe(1s + Set::kSlack));
  return result(expected, "after " + describe(facts.opened_at - start),
                facts.opens == 1 && facts.received.front() == "subscribe");
}

DemoResult demo_beats(DemoStage& stage) {
  constexpr std::size_t kBeats = 3;
  const std::string expected = std::to_string(kBeats) + " answers";
  const bool is_reached =
      stage.wait([](const DemoFacts& facts) { return facts.round_trips.size() >= kBeats; },
                 kBeats * Set::kInterval + 2 * Set::kSlack);
  const DemoFacts facts = stage.facts();
  if (!is_reached || facts.closes > 0)
    return failed(expected, count_of(facts.round_trips.size(), "answer"));
  const auto [least, most] =
      std::minmax_element(facts.round_trips.begin(), facts.round_trips.end());
  return result(expected,
                std::to_string(facts.round_trips.size()) + " in " + describe(*least) + " to " +
                    describe(*most),
                true);
}

DemoResult demo_notices_freeze(DemoStage& stage) {
  const DemoFacts before = stage.facts();
  const auto frozen_at = steady_clock::now();
  stage.proxy().freeze();
  stage.timeline().say(Actor::proxy,
                       "FROZEN: nothing passes, yet both sides stay connected and see no error");
  stage.timeline().say(Actor::proxy,
                       "the verdict is due within interval + timeout, " + describe(kBound));
  stage.wait([&](const DemoFacts& facts) { return facts.closes > before.closes; },
             kBound + 4 * Set::kSlack);
  return verdict(stage, before, frozen_at);
}

DemoResult demo_keeps_trying(DemoStage& stage) {
  const std::string expected = "2 on time, " + std::to_string(kQueued) + " queued, server reaps";
  const DemoFacts before = stage.facts();
  for (std::size_t i = 1; i <= kQueued; ++i)
    if (!stage.client().send("order " + std::to_string(i))) return failed(expected, "refused");
  const std::size_t queued = stage.client().queued_count();
  stage.timeline().say(Actor::user, "sends order 1 to " + std::to_string(kQueued) +
                                        " meanwhile: " + std::to_string(queued) + " are queued");
  const bool is_reached = stage.wait(
      [&](const DemoFacts& facts) {
        return facts.failed_attempts >= before.failed_attempts + 2 && facts.reaped > 0;
      },
      2 * (Set::kRetryMax + Set::kHandshakeTimeout) + kBound + 2 * Set::kSlack);
  const DemoFacts after = stage.facts();
  const std::size_t attempts = after.failed_attempts - before.failed_attempts;
  const bool is_punctual = are_on_time(stage, after);
  const std::string measured = std::to_string(attempts) + (is_punctual ? "" : " not") +
                               " on time, " + std::to_string(queued) + " queued, " +
                               (after.reaped > 0 ? "reaped" : "not reaped");
  return result(expected, measured, is_reached && is_punctual && queued == kQueued);
}

DemoResult demo_comes_back(DemoStage& stage) {
  const std::string expected = "subscribes, then all " + std::to_string(kQueued) + " in order";
  const DemoFacts before = stage.facts();
  const auto thawed_at = steady_clock::now();
  stage.timeline().say(Actor::proxy, "THAWED: the path is well again");
  stage.proxy().thaw();
  const bool is_reached = stage.wait(
      [&](const DemoFacts& facts) {
        return facts.received.size() >= before.received.size() + 1 + kQueued;
      },
      Set::kHandshakeTimeout + Set::kRetryMax + 2 * Set::kSlack);
  const DemoFacts after = stage.facts();
  const std::vector<std::string> received(
      after.received.begin() + static_cast<std::ptrdiff_t>(before.received.size()),
      after.received.end());
  std::vector<std::string> wanted{"subscribe"};
  for (std::size_t i = 1; i <= kQueued; ++i) wanted.push_back("order " + std::to_string(i));
  if (!is_reached) return failed(expected, count_of(received.size(), "message") + " arrived");
  const bool is_right = received == wanted;
  return result(expected,
                "back after " + describe(after.opened_at - thawed_at) + ", " +
                    std::to_string(received.size() - 1) + (is_right ? "" : " not") + " in order",
                is_right);
}

DemoResult demo_notices_while_busy(DemoStage& stage) {
  constexpr auto kPeriod = 100ms;
  const DemoFacts before = stage.facts();
  const auto frozen_at = steady_clock::now();
  stage.proxy().freeze();
  stage.timeline().say(Actor::proxy, "FROZEN again");
  stage.timeline().say(Actor::user, "goes on sending, every " + describe(kPeriod) +
                                        ": the kernel takes it all, and says nothing");
  std::size_t sent = 0;
  const auto is_noticed = [&](const DemoFacts& facts) { return facts.closes > before.closes; };
  while (!stage.wait(is_noticed, kPeriod) && steady_clock::now() < frozen_at + 2 * kBound)
    if (stage.client().send("tick " + std::to_string(sent + 1))) ++sent;
  DemoResult noticed = verdict(stage, before, frozen_at);
  noticed.measured += ", " + std::to_string(sent) + " sent";
  stage.proxy().thaw();
  stage.timeline().say(Actor::proxy, "THAWED");
  const bool is_back =
      stage.wait([&](const DemoFacts& facts) { return facts.opens > before.opens; },
                 Set::kHandshakeTimeout + Set::kRetryMax + 2 * Set::kSlack);
  if (!is_back) noticed.measured += ", but never came back";
  const std::vector<std::string> received = stage.facts().received;
  const auto arrived = std::count_if(received.begin(), received.end(), [](const std::string& text) {
    return text.starts_with("tick");
  });
  stage.timeline().say(Actor::user, "sent " + std::to_string(sent) + " into the frozen path, " +
                                        std::to_string(arrived) +
                                        " arrived: what has left is not sent again");
  noticed.is_ok = noticed.is_ok && is_back && sent > 0;
  return noticed;
}

}  // namespace heartwire::cli
