#include "heartwire/sim/scenario.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/sim/fault_plan.hpp"
#include "heartwire/sim/scenario_dialects.hpp"
#include "heartwire/sim/scenario_shapes.hpp"

#include <algorithm>
#include <array>

namespace heartwire::sim {

using base::Duration;
using base::Rng;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kQuick = 1'000'000;  ///< Bytes a second.

/// Seeds a second generator: what it draws leaves the rest of a seed's world as it was.
constexpr std::uint64_t kMore = 0x3c6ef372fe94f82bULL;

bool chance(Rng& rng, std::uint64_t one_in) {
  return rng.below(one_in) == 0;
}

/// Whole milliseconds, as the heartbeat keeps them.
Duration draw_ms(Rng& rng, Duration low, Duration high) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(rng.between(low, high));
}

ClockOptions draw_clock(Rng& rng) {
  ClockOptions clock;
  clock.epoch = rng.between(1s, 24h * 400);
  if (chance(rng, 2)) clock.drift_ppm = static_cast<std::int32_t>(rng.below(401)) - 200;
  clock.counts_sleep = chance(rng, 2);
  return clock;
}

LinkOptions draw_link(Rng& rng) {
  LinkOptions link;
  link.latency = rng.between(100us, 80ms);
  if (chance(rng, 2)) link.jitter = rng.between(0ms, 60ms);
  if (chance(rng, 2)) link.spread = Spread::long_tail;
  constexpr std::array<std::uint64_t, 4> kRates{0, 8'000, 64'000, 1'000'000};
  link.bytes_per_second = kRates[rng.below(kRates.size())];
  constexpr std::array<std::size_t, 3> kBuffers{4'096, 16'384, 65'536};
  link.send_buffer_bytes = kBuffers[rng.below(kBuffers.size())];
  link.receive_buffer_bytes = kBuffers[rng.below(kBuffers.size())];
  return link;
}

core::HeartbeatOptions draw_heartbeat(Rng& rng) {
  core::HeartbeatOptions beat;
  beat.interval = draw_ms(rng, 1s, 20s);
  beat.timeout = draw_ms(rng, 2s, 10s);
  if (chance(rng, 4)) beat.reply = core::Reply::fixed;
  if (chance(rng, 4)) beat.evidence = core::Evidence::round_trip;
  if (chance(rng, 4)) beat.sending = core::Sending::periodic;
  if (chance(rng, 8)) beat.misses_max = 2;
  if (chance(rng, 4)) beat.first_probe_spread = false;
  return beat;
}

core::ReconnectOptions draw_reconnect(Rng& rng) {
  core::ReconnectOptions reconnect;
  reconnect.backoff.delay_min = draw_ms(rng, 100ms, 2s);
  reconnect.backoff.delay_max = draw_ms(rng, 2s, 20s);
  reconnect.backoff.jitter = static_cast<core::Jitter>(rng.below(4));
  if (chance(rng, 4)) reconnect.attempts_max = static_cast<std::uint32_t>(1 + rng.below(6));
  if (chance(rng, 8)) reconnect.elapsed_max = rng.between(10s, 90s);
  if (chance(rng, 4)) reconnect.stable_after = rng.between(0s, 10s);
  reconnect.overload_delay_max = 30s;
  return reconnect;
}

/// Where no answers come only silence judges: the peer must then beat often enough.
void draw_watchdog(Rng& rng, core::HeartbeatOptions& client, core::HeartbeatOptions& server) {
  client.sending = core::Sending::watchdog;
  client.evidence = core::Evidence::any_traffic;
  server.sending = core::Sending::periodic;
  server.interval = std::min(server.interval, client.interval / 2);
  if (server.interval < 1s) server.interval = client.interval = 1s;
  if (chance(rng, 2)) client.silence_max = 2 * (client.interval + client.timeout);
}

void draw_dialect(Rng& rng, Scenario& scenario) {
  if (!chance(rng, 3)) return;
  const core::DialectPtr dialect = core::dialect::text("ping", "pong");
  for (ClientSetup& client : scenario.clients) client.endpoint.lifecycle.dialect = dialect;
  for (ServerSetup& server : scenario.servers)
    server.endpoint.dialects = core::DialectSet::make({dialect}).value();
}

void draw_hosts(Rng& rng, const ScenarioLimits& limits, Scenario& scenario) {
  scenario.servers.resize(1 + rng.below(limits.servers_max));
  scenario.clients.resize(1 + rng.below(limits.clients_max));
  const core::HeartbeatOptions server_beat = draw_heartbeat(rng);
  for (ServerSetup& server : scenario.servers) {
    server.endpoint.heartbeat = server_beat;
    server.endpoint.heartbeat.misses_max = 1;
    server.clock = draw_clock(rng);
    server.timer_slack = rng.between(0ms, 5ms);
  }
  for (ClientSetup& client : scenario.clients) {
    core::LifecycleOptions& life = client.endpoint.lifecycle;
    life.heartbeat = draw_heartbeat(rng);
    life.reconnect = draw_reconnect(rng);
    life.urls.url_count = static_cast<std::uint32_t>(scenario.servers.size());
    life.has_condition = chance(rng, 6);
    life.attempt_timeout = chance(rng, 6) ? draw_ms(rng, 2s, 12s) : Duration{30s};
    if (chance(rng, 6)) life.outbox.when_not_open = core::WhenNotOpen::refuse;
    constexpr std::array<std::size_t, 3> kOutboxes{2'000, 40'000, 400'000};
    life.outbox.outbox_bytes_max = kOutboxes[rng.below(kOutboxes.size())];
    client.endpoint.pump.fragment_bytes = chance(rng, 3) ? 1'000 : 65'536;
    client.endpoint.pump.ahead_bytes_max = chance(rng, 3) ? 2'000 : 65'536;
    client.link = draw_link(rng);
    client.clock = draw_clock(rng);
    client.timer_slack = rng.between(0ms, 5ms);
  }
  if (chance(rng, 8) && scenario.clients.size() == 1)
    for (ServerSetup& server : scenario.servers)
      draw_watchdog(rng, scenario.clients[0].endpoint.lifecycle.heartbeat,
                    server.endpoint.heartbeat);
  draw_dialect(rng, scenario);
}

/// Where answers alone count they wait behind transfers, so a link must be quick for such modes.
void quicken_links(Scenario& scenario) {
  const core::Evidence of_servers = scenario.servers[0].endpoint.heartbeat.evidence;
  for (ClientSetup& client : scenario.clients) {
    const bool only_answers =
        of_servers == core::Evidence::round_trip ||
        client.endpoint.lifecycle.heartbeat.evidence == core::Evidence::round_trip;
    if (only_answers && client.link.bytes_per_second != 0)
      client.link.bytes_per_second = std::max<std::uint64_t>(client.link.bytes_per_second, kQuick);
  }
}

Deed draw_deed(Rng& rng, std::uint32_t clients) {
  using Kind = Deed::Kind;
  constexpr std::array kOften{Kind::send, Kind::send, Kind::send, Kind::server_send};
  constexpr std::array kSeldom{Kind::start,  Kind::reconnect, Kind::close, Kind::suspend,
                               Kind::resume, Kind::check_now, Kind::start, Kind::server_close};
  Deed deed;
  deed.client = static_cast<std::uint32_t>(rng.below(clients));
  deed.kind = chance(rng, 4) ? kSeldom[rng.below(kSeldom.size())] : kOften[rng.below(4)];
  if (chance(rng, 60)) deed.kind = Kind::stop;
  const bool is_send = deed.kind == Kind::send || deed.kind == Kind::server_send;
  constexpr std::array<std::uint32_t, 5> kSizes{16, 100, 1'000, 9'000, 90'000};
  if (is_send) deed.amount = kSizes[rng.below(rng.below(kSizes.size()) + 1)];
  if (deed.kind == Kind::send && chance(rng, 6)) deed.time_to_live = rng.between(10ms, 20s);
  constexpr std::array<std::uint32_t, 4> kCodes{1000, 1001, 1011, 1012};
  if (deed.kind == Kind::close) deed.amount = chance(rng, 2) ? 1000 : 4321;
  if (deed.kind == Kind::server_close) deed.amount = kCodes[rng.below(kCodes.size())];
  return deed;
}

/// Deeds come alone, or many at once as a burst does.
void draw_deeds(Rng& rng, const ScenarioLimits& limits, Duration until, Scenario& scenario) {
  const auto clients = static_cast<std::uint32_t>(scenario.clients.size());
  for (std::uint32_t client = 0; client < clients; ++client)
    scenario.deeds.push_back({.at = base::instant(rng.between(0ms, 500ms)), .client = client});
  const std::uint64_t count = rng.below(limits.deeds_max + 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    Deed deed = draw_deed(rng, clients);
    deed.at = base::instant(rng.between(10ms, until));
    const std::uint64_t repeats =
        deed.kind == Deed::Kind::send && chance(rng, 4) ? 1 + rng.below(20) : 1;
    for (std::uint64_t repeat = 0; repeat < repeats; ++repeat) scenario.deeds.push_back(deed);
  }
  std::stable_sort(scenario.deeds.begin(), scenario.deeds.end(),
                   [](const Deed& left, const Deed& right) { return left.at < right.at; });
  std::uint32_t number = 0;
  for (Deed& deed : scenario.deeds) deed.number = ++number;
}

/// What a peer may demand of a client here, spread included.
Duration demand_max(const core::ReconnectOptions& reconnect) {
  constexpr Duration kRetryAfterMax = 20s;  // Admission's queue of a few clients, and drains.
  return std::max(
      {kRetryAfterMax * 3 / 2, reconnect.restart_delay_max, reconnect.overload_delay_max});
}

}  // namespace

Scenario make_scenario(std::uint64_t seed, const ScenarioLimits& limits) {
  Rng rng(seed);
  Scenario scenario;
  scenario.seed = seed;
  draw_hosts(rng, limits, scenario);
  const Duration chaos = rng.between(10s, limits.chaos_max);
  draw_deeds(rng, limits, chaos, scenario);
  FaultPlanOptions plan;
  plan.clients = static_cast<std::uint32_t>(scenario.clients.size());
  plan.servers = static_cast<std::uint32_t>(scenario.servers.size());
  plan.faults_max = limits.faults_max;
  plan.until = chaos;
  scenario.faults = draw_faults(plan, draw_weights(rng), rng);
  scenario.calm_at = base::instant(chaos);
  Rng more(seed ^ kMore);
  draw_dialects(more, scenario);
  draw_compression(more, scenario);
  draw_shapes(more, scenario);
  quicken_links(scenario);
  scenario.recovery = recovery_bound(scenario);
  for (const ClientSetup& client : scenario.clients)
    HW_CHECK(core::validate(client.endpoint.lifecycle) == nullptr);
  for (const ServerSetup& server : scenario.servers)
    HW_CHECK(!core::validate(server.endpoint.heartbeat));
  return scenario;
}

std::optional<Duration> silence_bound(const core::HeartbeatOptions& options) noexcept {
  if (options.sending == core::Sending::off) return std::nullopt;
  const bool is_silence_judged =
      options.sending == core::Sending::watchdog || options.evidence == core::Evidence::one_way;
  if (is_silence_judged && options.silence_max) return *options.silence_max;
  const int misses = options.reply == core::Reply::fixed ? options.misses_max : 1;
  return options.interval + misses * options.timeout;
}

Duration recovery_bound(const Scenario& scenario) {
  Duration bound{};
  for (const ClientSetup& client : scenario.clients) {
    const core::LifecycleOptions& life = client.endpoint.lifecycle;
    const Duration silence = silence_bound(life.heartbeat).value_or(1min);
    const Duration attempt =
        std::min<Duration>(life.attempt_timeout, client.dial.resolve + client.dial.connect_timeout +
                                                     client.handshake_timeout);
    const Duration wait = std::max(life.reconnect.backoff.delay_max, demand_max(life.reconnect));
    // A transfer that a slow link still carries puts the verdict off once more.
    bound = std::max(bound, 2 * silence + life.closing.close_timeout + wait + attempt + wait +
                                life.wanted_interval);
  }
  return bound + 15s;
}

}  // namespace heartwire::sim
