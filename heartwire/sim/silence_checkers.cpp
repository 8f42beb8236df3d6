#include "heartwire/sim/silence_checkers.hpp"

#include <algorithm>
#include <string>

namespace heartwire::sim {

using base::Duration;
using base::Instant;
using core::State;
using namespace std::chrono_literals;

namespace {

/// Below this a single answer may take longer than a verdict, where only answers count.
constexpr std::uint64_t kSlowBytesASecond = 1'000'000;
constexpr std::size_t kSmallWindow = 65'536;

/// What full buffers of the slowest link take to drain, and more.
constexpr Duration kDrainMax = 30s;

/// Part of a transfer has arrived.
bool has_drained(std::size_t before, std::size_t now) {
  return now < before && before >= core::kTransferBytesMin;
}

/// From when silence counts: acknowledgements put a verdict off, but only so far, since what is
/// sent without end may be acknowledged without end.
Instant excused(Instant life_at, Instant acknowledged_at) {
  return std::max(life_at, std::min(acknowledged_at, life_at + kDrainMax));
}

std::string seconds_text(Duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) +
         " ms";
}

}  // namespace

// Clients.

void SilenceIsDeath::see(const Record& record) {
  if (record.client == kNobody) return;
  checked::Listening& one = state(record);
  const auto live = [&] { one.life_at = record.local; };
  if (as<record::Booted>(record)) {
    one = {};
  } else if (as<record::Opened>(record)) {
    one.is_open = true;
    live();
  } else if (as<record::Read>(record) || as<record::Away>(record)) {
    live();
  } else if (const auto* wrote = as<record::Wrote>(record)) {
    if (wrote->was_blocked) live();
  } else if (const auto* turned = as<record::Turned>(record)) {
    follow(record, *turned);
  } else if (as<record::Pulse>(record) && one.is_open) {
    const auto bound = silence_bound(client(record).endpoint.lifecycle.heartbeat);
    if (!bound) return;
    const Duration silence = record.local - excused(one.life_at, one.acknowledged_at);
    if (silence > *bound + 4 * client(record).timer_slack + 250ms)
      complain(record, "still open after " + seconds_text(silence) + " of silence");
  }
}

void SilenceIsDeath::follow(const Record& record, const record::Turned& turned) {
  checked::Listening& one = state(record);
  one.is_open = one.is_open && turned.state == State::open;
  if (has_drained(one.unacknowledged, turned.unacknowledged)) one.acknowledged_at = record.local;
  one.unacknowledged = turned.unacknowledged;
}

// Servers.

void SilentClientsAreReaped::see(const Record& record) {
  if (const auto* opened = as<record::ServerOpened>(record)) {
    open_[opened->flow].life_at = record.at;
  } else if (const auto* read = as<record::ServerRead>(record)) {
    if (const auto found = open_.find(read->flow); found != open_.end())
      found->second.life_at = record.at;
  } else if (const auto* wrote = as<record::ServerWrote>(record)) {
    const auto found = open_.find(wrote->flow);
    if (found != open_.end() && wrote->was_blocked) found->second.life_at = record.at;
  } else if (const auto* turned = as<record::ServerTurned>(record)) {
    const auto found = open_.find(turned->flow);
    if (found == open_.end()) return;
    if (!turned->is_open) {
      open_.erase(found);
      return;
    }
    Connection& one = found->second;
    if (has_drained(one.unacknowledged, turned->unacknowledged)) one.acknowledged_at = record.at;
    one.unacknowledged = turned->unacknowledged;
  } else if (const auto* ended = as<record::ServerEnded>(record)) {
    open_.erase(ended->flow);
  } else if (const auto* gone = as<record::ServerGone>(record)) {
    open_.erase(gone->flow);
  } else if (as<record::FaultBegan>(record) || as<record::FaultEnded>(record) ||
             as<record::ServerAway>(record)) {
    // Whoever is away, or does not read, hears nothing; later ones are looked at again.
    for (auto& [flow, one] : open_) one.life_at = record.at;
  } else if (as<record::Pulse>(record)) {
    judge(record);
  }
}

void SilentClientsAreReaped::judge(const Record& record) {
  Duration bound{};
  for (const ServerSetup& server : scenario().servers)
    bound = std::max(bound, silence_bound(server.endpoint.heartbeat).value_or(24h));
  for (const auto& [flow, one] : open_) {
    const Duration silence = record.at - excused(one.life_at, one.acknowledged_at);
    if (silence <= bound + bound / 500 + 500ms) continue;
    // A fault that keeps it from reading may be in force; then only its end starts the clock.
    bool is_excused = false;
    for (const Fault& fault : scenario().faults)
      is_excused |= place(fault.kind) == FaultPlace::server && fault.begins <= record.at &&
                    fault.begins + fault.lasts >= one.life_at;
    if (!is_excused)
      complain(record, "flow " + std::to_string(flow) + " is still open after " +
                           seconds_text(silence) + " of silence");
  }
}

// Either.

AccusesNoOneFalsely::AccusesNoOneFalsely(const Scenario& scenario) : ClientChecker(scenario) {}

void AccusesNoOneFalsely::see(const Record& record) {
  follow_faults(record);
  if (record.client == kNobody) return;
  checked::Silence& one = state(record);
  if (as<record::Booted>(record) || as<record::Opened>(record) || as<record::Read>(record)) {
    one.life_at = record.at;
  } else if (as<record::Away>(record)) {
    one.away_at = record.at;
  } else if (const auto* ended = as<record::Ended>(record)) {
    judge_client(record, *ended);
  } else if (const auto* opened = as<record::ServerOpened>(record)) {
    life_at_[opened->flow] = record.at;
  } else if (const auto* read = as<record::ServerRead>(record)) {
    life_at_[read->flow] = record.at;
  } else if (const auto* server_ended = as<record::ServerEnded>(record)) {
    judge_server(record, *server_ended);
  }
}

void AccusesNoOneFalsely::follow_faults(const Record& record) {
  const auto* began = as<record::FaultBegan>(record);
  const auto* ended = as<record::FaultEnded>(record);
  if (as<record::Calm>(record)) {
    servers_troubled_at_ = record.at;
    for (auto& one : states()) one.away_at = record.at;
    server_faults_.clear();
    client_faults_.clear();
  }
  if (began == nullptr && ended == nullptr) return;
  const std::uint32_t index = began ? began->index : ended->index;
  const Fault& fault = scenario().faults[index];
  if (place(fault.kind) == FaultPlace::path) return;
  const bool is_server = place(fault.kind) == FaultPlace::server;
  auto& in_force = is_server ? server_faults_ : client_faults_;
  if (began) {
    in_force.push_back(index);
  } else {
    std::erase(in_force, index);
  }
  (is_server ? servers_troubled_at_ : states()[fault.target].away_at) = record.at;
  if (!began || fault.kind != FaultKind::clock_jump) return;
  states()[fault.target].leapt_at = record.at;
  states()[fault.target].leap = std::chrono::milliseconds{fault.amount};
}

/// Where answers alone count, they may wait behind a transfer that rate or window hold up.
bool AccusesNoOneFalsely::is_slow(const Record& record) const {
  const LinkOptions& link = client(record).link;
  if (link.bytes_per_second != 0 && link.bytes_per_second < kSlowBytesASecond) return true;
  if (std::min(link.send_buffer_bytes, link.receive_buffer_bytes) < kSmallWindow) return true;
  return std::any_of(scenario().faults.begin(), scenario().faults.end(), [&](const Fault& fault) {
    return fault.kind == FaultKind::throttle && fault.target == record.client;
  });
}

void AccusesNoOneFalsely::judge_client(const Record& record, const record::Ended& ended) {
  if (ended.cause != core::Cause::heartbeat || ended.is_tainted) return;
  const checked::Silence& one = state(record);
  const bool is_server_troubled = !server_faults_.empty() || servers_troubled_at_ >= one.life_at;
  const core::HeartbeatOptions& beat = client(record).endpoint.lifecycle.heartbeat;
  const bool only_answers = beat.evidence == core::Evidence::round_trip;
  // Who only watches, or is answered by nobody, cannot ask: after an absence it waits a little, and
  // then goes by the silence.
  const bool only_watches =
      beat.sending == core::Sending::watchdog || beat.evidence == core::Evidence::one_way;
  if (only_watches && one.away_at >= one.life_at) return;
  // Nobody can tell a leap within the wait from time that passed; on a network, answers pass too.
  if (one.leapt_at >= one.life_at && one.leap < beat.timeout) return;
  if (is_server_troubled || (only_answers && is_slow(record))) return;
  complain(record, "the client declared a sound server dead");
}

void AccusesNoOneFalsely::judge_server(const Record& record, const record::ServerEnded& ended) {
  const Instant life_at = life_at_[ended.flow];
  life_at_.erase(ended.flow);
  if (ended.cause != core::Cause::heartbeat || ended.is_tainted) return;
  const bool is_client_troubled =
      std::any_of(
          client_faults_.begin(), client_faults_.end(),
          [&](std::uint32_t index) { return scenario().faults[index].target == record.client; }) ||
      state(record).away_at >= life_at;
  // A server that does not read hears nothing; that one is not judged here.
  const auto deafens = [](FaultKind kind) {
    return kind == FaultKind::zero_window || kind == FaultKind::slow_reader;
  };
  const bool is_deaf =
      std::any_of(scenario().faults.begin(), scenario().faults.end(), [&](const Fault& fault) {
        return deafens(fault.kind) && fault.begins <= record.at &&
               fault.begins + fault.lasts >= life_at;
      });
  const bool only_answers =
      scenario().servers[0].endpoint.heartbeat.evidence == core::Evidence::round_trip;
  if (is_client_troubled || is_deaf || (only_answers && is_slow(record))) return;
  complain(record, "the server declared a sound client dead");
}

}  // namespace heartwire::sim
