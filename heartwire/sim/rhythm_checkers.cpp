#include "heartwire/sim/rhythm_checkers.hpp"

#include <string>

namespace heartwire::sim {

using base::Duration;
using namespace std::chrono_literals;

namespace {

std::string silence_text(Duration silence) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(silence).count()) +
         " ms of silence, in spite of what was agreed";
}

}  // namespace

void KeepsRhythm::see(const Record& record) {
  see_server(record);
  if (record.client != kNobody) see_client(record);
}

void KeepsRhythm::see_client(const Record& record) {
  checked::Rhythm& one = state(record);
  if (as<record::Booted>(record)) {
    one = {};
  } else if (as<record::Opened>(record)) {
    one = {.is_open = true, .life_at = record.local};
  } else if (as<record::Read>(record) || as<record::Away>(record)) {
    one.life_at = record.local;
  } else if (const auto* received = as<record::Received>(record)) {
    one.is_agreed |= received->number == 0;
  } else if (const auto* turned = as<record::Turned>(record)) {
    one.is_open &= turned->state == core::State::open;
  } else if (as<record::Pulse>(record) && one.is_open && one.is_agreed) {
    const ClientSetup& setup = client(record);
    const Duration silence = record.local - one.life_at;
    if (setup.agreed_silence && silence > *setup.agreed_silence + 4 * setup.timer_slack + 250ms)
      complain(record, "the client is open after " + silence_text(silence));
  }
}

void KeepsRhythm::see_server(const Record& record) {
  if (const auto* opened = as<record::ServerOpened>(record)) {
    connections_[opened->flow] = {.is_open = true, .life_at = record.at};
  } else if (const auto* read = as<record::ServerRead>(record)) {
    if (const auto found = connections_.find(read->flow); found != connections_.end())
      found->second.life_at = record.at;
  } else if (const auto* received = as<record::ServerReceived>(record)) {
    const auto found = connections_.find(received->flow);
    if (found != connections_.end()) found->second.is_agreed |= received->number == 0;
  } else if (const auto* turned = as<record::ServerTurned>(record)) {
    if (!turned->is_open) connections_.erase(turned->flow);
  } else if (const auto* ended = as<record::ServerEnded>(record)) {
    connections_.erase(ended->flow);
  } else if (const auto* gone = as<record::ServerGone>(record)) {
    connections_.erase(gone->flow);
  } else if (as<record::ServerAway>(record) || as<record::Calm>(record)) {
    for (auto& [flow, one] : connections_) one.life_at = record.at;
    if (as<record::Calm>(record)) server_faults_ = 0;
  } else if (const auto* began = as<record::FaultBegan>(record)) {
    if (place(scenario().faults[began->index].kind) == FaultPlace::server) ++server_faults_;
  } else if (const auto* over = as<record::FaultEnded>(record)) {
    if (place(scenario().faults[over->index].kind) != FaultPlace::server) return;
    // Whoever was away, or did not read, has heard nothing.
    if (server_faults_ > 0) --server_faults_;
    for (auto& [flow, one] : connections_) one.life_at = record.at;
  } else if (as<record::Pulse>(record) && server_faults_ == 0) {
    judge_servers(record);
  }
}

void KeepsRhythm::judge_servers(const Record& record) {
  const auto& agreed = scenario().servers[0].agreed_silence;
  if (!agreed) return;
  for (const auto& [flow, one] : connections_) {
    const Duration silence = record.at - one.life_at;
    if (one.is_agreed && silence > *agreed + *agreed / 500 + 500ms)
      complain(record, "flow " + std::to_string(flow) + " is open after " + silence_text(silence));
  }
}

}  // namespace heartwire::sim
