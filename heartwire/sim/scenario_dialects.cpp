#include "heartwire/sim/scenario_dialects.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace heartwire::sim {

using base::Duration;
using base::Rng;
using base::Role;
using core::DialectPtr;
using core::HeartbeatOptions;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

namespace {

namespace dialect = core::dialect;

HeartbeatOptions& beat_of(ClientSetup& client) {
  return client.endpoint.lifecycle.heartbeat;
}

std::string ms_text(Duration time) {
  return std::to_string(std::chrono::duration_cast<milliseconds>(time).count());
}

/// Both ends speak `own` and `theirs`, in the modes that the protocol asks for.
void speak(Scenario& scenario, const DialectPtr& own, const DialectPtr& theirs) {
  const auto adapt = [](HeartbeatOptions& beat, const core::Dialect& dialect, Role role) {
    beat.sending = core::Sending::on_silence;
    beat.evidence = core::Evidence::any_traffic;
    beat.silence_max.reset();
    dialect.adapt(role, beat);
  };
  for (ClientSetup& client : scenario.clients) {
    client.endpoint.lifecycle.dialect = own;
    adapt(beat_of(client), *own, Role::client);
  }
  for (ServerSetup& server : scenario.servers) {
    server.endpoint.dialects = core::DialectSet::make({theirs}).value();
    adapt(server.endpoint.heartbeat, *theirs, Role::server);
  }
}

/// Several on each server, which learns from a client's first heartbeat which one it speaks.
void draw_mixture(Rng& rng, Scenario& scenario) {
  const std::vector<DialectPtr> known{
      dialect::text("ping", "pong"), dialect::json({}), dialect::phoenix(),
      dialect::json({.field = "op", .probe_value = "1", .answer_value = "11"})};
  for (ServerSetup& server : scenario.servers)
    server.endpoint.dialects = core::DialectSet::make(known).value();
  for (ClientSetup& client : scenario.clients) {
    const std::uint64_t choice = rng.below(known.size() + 1);
    client.endpoint.lifecycle.dialect =
        choice < known.size() ? known[choice] : dialect::graphql_transport_ws();
  }
}

/// The server beats, and announces its rhythm; what clients would go by without it is longer.
void draw_engine_io(Rng&, Scenario& scenario) {
  speak(scenario, dialect::engine_io(), dialect::engine_io());
  for (ServerSetup& server : scenario.servers) {
    const HeartbeatOptions& beat = server.endpoint.heartbeat;
    server.welcome = {core::MessageType::text, R"(0{"sid":"a","upgrades":[],"pingInterval":)" +
                                                   ms_text(beat.interval) + R"(,"pingTimeout":)" +
                                                   ms_text(beat.timeout) + '}'};
    for (ClientSetup& client : scenario.clients) {
      beat_of(client).interval = 2 * beat.interval;
      beat_of(client).timeout = 2 * beat.timeout;
      client.agreed_silence = beat.interval + beat.timeout;
    }
  }
}

/// The server beats, and nobody answers. So it cannot know of a client whose words a proxy swallows
/// and to whom its own still come: nothing is promised of such a path.
void draw_sockjs(Rng&, Scenario& scenario) {
  speak(scenario, dialect::sockjs(), dialect::sockjs());
  std::erase_if(scenario.faults,
                [](const Fault& fault) { return fault.kind == FaultKind::swallow_up; });
  for (ServerSetup& server : scenario.servers)
    for (ClientSetup& client : scenario.clients)
      beat_of(client).interval =
          std::max(beat_of(client).interval, server.endpoint.heartbeat.interval);
}

/// Each direction beats at the longer of what one side can and the other wants.
void draw_stomp(Rng& rng, Scenario& scenario) {
  const auto draw = [&rng] { return milliseconds{2'000 + 100 * rng.below(60)}; };
  const dialect::StompOptions client{.send = draw(), .receive = draw()};
  const dialect::StompOptions server{.send = draw(), .receive = draw()};
  const auto text = [](const std::string& command, const dialect::StompOptions& options) {
    return core::Message{core::MessageType::text, command +
                                                      "\nheart-beat:" + ms_text(options.send) +
                                                      ',' + ms_text(options.receive) + "\n\n"};
  };
  const Duration up = std::max(client.send, server.receive);
  const Duration down = std::max(server.send, client.receive);
  speak(scenario, dialect::stomp(client), dialect::stomp(server));
  for (ClientSetup& setup : scenario.clients) {
    setup.greeting = text("CONNECT", client);
    setup.agreed_silence = 2 * down;
    beat_of(setup).interval = beat_of(setup).timeout = std::max(up, down);
  }
  for (ServerSetup& setup : scenario.servers) {
    setup.welcome = text("CONNECTED", server);
    setup.agreed_silence = 2 * up;
    setup.endpoint.heartbeat.interval = setup.endpoint.heartbeat.timeout = std::max(up, down);
  }
}

/// Clients ask, and the server watches for one and a half of what they announce.
void draw_mqtt(Rng& rng, Scenario& scenario) {
  speak(scenario, dialect::mqtt(), dialect::mqtt());
  const auto keep_alive = static_cast<std::uint8_t>(2 + rng.below(9));
  for (ClientSetup& client : scenario.clients) {
    beat_of(client).interval = std::chrono::seconds{keep_alive} - 500ms;
    const std::array<char, 14> connect{
        0x10, 12, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, static_cast<char>(keep_alive), 0, 0};
    client.greeting = {core::MessageType::binary, std::string(connect.begin(), connect.end())};
  }
  for (ServerSetup& server : scenario.servers) {
    server.endpoint.heartbeat.interval = std::chrono::seconds{2 * keep_alive};
    server.agreed_silence = std::chrono::seconds{keep_alive} * 3 / 2;
  }
}

/// Pings of which no answer is expected: each end goes by the other's silence.
void draw_one_way(Rng& rng, Scenario& scenario) {
  speak(scenario, dialect::protocol(), dialect::protocol());
  Duration interval = scenario.servers[0].endpoint.heartbeat.interval;
  for (const ClientSetup& client : scenario.clients)
    interval = std::min(interval, client.endpoint.lifecycle.heartbeat.interval);
  const bool has_bound = rng.below(2) == 0;
  const auto set = [&](HeartbeatOptions& beat) {
    beat.evidence = core::Evidence::one_way;
    beat.interval = interval;
    if (has_bound) beat.silence_max = 2 * interval + 2s;
  };
  for (ClientSetup& client : scenario.clients) set(beat_of(client));
  for (ServerSetup& server : scenario.servers) set(server.endpoint.heartbeat);
}

}  // namespace

void draw_dialects(Rng& rng, Scenario& scenario) {
  constexpr std::array kDraws{draw_mixture, draw_engine_io, draw_sockjs,
                              draw_stomp,   draw_mqtt,      draw_one_way};
  const std::uint64_t choice = rng.below(2 * kDraws.size());
  if (choice < kDraws.size()) kDraws[choice](rng, scenario);
}

void draw_compression(Rng& rng, Scenario& scenario) {
  if (rng.below(4) != 0) return;
  const auto draw = [&rng] {
    ws::DeflateOptions options;
    options.own_window_bits = static_cast<std::uint8_t>(9 + rng.below(7));
    options.peer_window_bits = static_cast<std::uint8_t>(9 + rng.below(7));
    options.own_context_takeover = rng.below(2) == 0;
    options.peer_context_takeover = rng.below(2) == 0;
    options.bytes_min = rng.below(2) == 0 ? 1 : 256;
    return options;
  };
  for (ServerSetup& server : scenario.servers) server.endpoint.deflate = draw();
  for (ClientSetup& client : scenario.clients)
    if (rng.below(4) != 0) client.endpoint.deflate = draw();
}

}  // namespace heartwire::sim
