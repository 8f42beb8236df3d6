#include "heartwire/sim/scenario_shapes.hpp"

#include <algorithm>

namespace heartwire::sim {

using base::Duration;
using base::Instant;
using base::Rng;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

namespace {

constexpr Instant kBegin = base::instant(1s);

std::uint32_t draw_client(Rng& rng, const Scenario& scenario) {
  return static_cast<std::uint32_t>(rng.below(scenario.clients.size()));
}

Instant draw_time(Rng& rng, const Scenario& scenario) {
  return kBegin + rng.between(0s, scenario.calm_at - kBegin);
}

void add(Scenario& scenario, Fault fault) {
  fault.lasts = std::min(fault.lasts, scenario.calm_at - fault.begins);
  scenario.faults.push_back(fault);
}

/// Servers that go and come back in good order.
void draw_drains(Rng& rng, Scenario& scenario) {
  const std::uint64_t count = 1 + rng.below(3);
  for (std::uint64_t i = 0; i < count; ++i)
    add(scenario,
        {FaultKind::server_drain, static_cast<std::uint32_t>(rng.below(scenario.servers.size())),
         draw_time(rng, scenario), rng.between(1s, 10s), rng.below(5'000)});
}

/// A host that asks often over a long way, and whose clock leaps again and again: a leap just after
/// a probe left makes the machine late while an answer is due. Between two leaps an answer comes,
/// for one that is late time after time is forgiven only twice.
void draw_leaps(Rng& rng, Scenario& scenario) {
  const std::uint32_t client = draw_client(rng, scenario);
  ClientSetup& setup = scenario.clients[client];
  setup.link.latency = rng.between(100ms, 140ms);
  setup.link.jitter = 0ms;
  setup.link.bytes_per_second = 0;
  core::HeartbeatOptions& beat = setup.endpoint.lifecycle.heartbeat;
  if (beat.sending != core::Sending::watchdog && beat.evidence != core::Evidence::one_way)
    beat.interval = 1s;
  for (Instant at = kBegin; at < scenario.calm_at; at += rng.between(5s, 7s))
    add(scenario, {FaultKind::clock_jump, client, at, 0s, 30'000});
}

/// A proxy that takes all and passes nothing on, either way, while the client sends without end:
/// its kernel learns that all arrives.
void draw_endless_transfer(Rng& rng, Scenario& scenario) {
  // A server that judges nobody would never know.
  if (silence_bound(scenario.servers[0].endpoint.heartbeat) > 1h) return;
  const std::uint32_t client = draw_client(rng, scenario);
  const Instant begins = draw_time(rng, scenario);
  add(scenario, {FaultKind::swallow_up, client, begins, 90s, 0});
  add(scenario, {FaultKind::swallow_down, client, begins, 90s, 0});
  auto number = static_cast<std::uint32_t>(scenario.deeds.size());
  const Duration pause = rng.between(100ms, 1'500ms);
  for (Instant at = begins; at < std::min(begins + 60s, scenario.calm_at); at += pause)
    scenario.deeds.push_back({Deed::Kind::send, at, client, ++number, 1'000, {}});
}

}  // namespace

void draw_shapes(Rng& rng, Scenario& scenario) {
  if (scenario.calm_at <= kBegin) return;
  if (rng.below(4) == 0) draw_drains(rng, scenario);
  if (rng.below(16) == 0) draw_leaps(rng, scenario);
  if (rng.below(16) == 0) draw_endless_transfer(rng, scenario);
  std::stable_sort(
      scenario.faults.begin(), scenario.faults.end(),
      [](const Fault& left, const Fault& right) { return left.begins < right.begins; });
  std::stable_sort(scenario.deeds.begin(), scenario.deeds.end(),
                   [](const Deed& left, const Deed& right) { return left.at < right.at; });
}

}  // namespace heartwire::sim
