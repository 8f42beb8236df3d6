#include "heartwire/sim/drain_checkers.hpp"

#include <algorithm>
#include <string>

namespace heartwire::sim {

using base::Duration;
using core::Cause;
using Wish = record::Wished::Kind;

void DrainsKindly::see(const Record& record) {
  if (record.client == kNobody) return;
  checked::Farewells& one = state(record);
  if (as<record::Booted>(record)) {
    one = {.flows_end = one.flows_end, .own_flows_begin = one.flows_end};
  } else if (const auto* opened = as<record::ServerOpened>(record)) {
    one.flows_end = std::max(one.flows_end, opened->flow + 1);
  } else if (const auto* away = as<record::ServerSentAway>(record)) {
    send_away(record, *away);
  } else if (const auto* gone = as<record::ServerGone>(record)) {
    cut(record, gone->flow);
  } else if (const auto* over = as<record::ServerEnded>(record)) {
    if (!over->is_clean) cut(record, over->flow);
  } else if (const auto* ended = as<record::Ended>(record)) {
    end(record, *ended);
  } else if (const auto* wished = as<record::Wished>(record)) {
    if (wished->kind == Wish::check_now) return;
    one.told.clear();  // From here on the user decides.
    one.earliest.reset();
  } else if (as<record::Dialled>(record)) {
    if (one.earliest && record.local < *one.earliest)
      complain(record, "an attempt before the time that the server told");
    one.earliest.reset();
  }
}

void DrainsKindly::send_away(const Record& record, const record::ServerSentAway& away) {
  checked::Farewells& one = state(record);
  if (away.flow >= one.own_flows_begin)
    one.told[away.generation] = {.flow = away.flow, .at = record.at, .after = away.after};
  for (const Fault& fault : scenario().faults) {
    const bool is_in_force = fault.kind == FaultKind::server_drain && fault.target == away.server &&
                             fault.begins <= record.at && record.at <= fault.begins + fault.lasts;
    if (!is_in_force) continue;
    // The first of several is the one that counts.
    if (record.at + away.after < fault.begins + fault.lasts)
      complain(record, "told to return while the server is still away");
    return;
  }
}

void DrainsKindly::cut(const Record& record, std::uint32_t flow) {
  for (auto& [generation, farewell] : state(record).told)
    if (farewell.flow == flow) farewell.is_cut = true;
}

void DrainsKindly::end(const Record& record, const record::Ended& ended) {
  checked::Farewells& one = state(record);
  const auto found = one.told.find(ended.generation);
  if (found == one.told.end()) return;
  const checked::Farewell farewell = found->second;
  one.told.erase(found);
  const core::LifecycleOptions& life = client(record).endpoint.lifecycle;
  // A server that closes answers no probe, and beats no more: its word may be under way behind a
  // transfer while a client that goes by either loses patience.
  const bool is_patient = life.heartbeat.evidence == core::Evidence::any_traffic &&
                          life.heartbeat.sending != core::Sending::watchdog;
  // What had been silent before may be declared dead while the word is still under way.
  const LinkOptions& link = client(record).link;
  const bool has_arrived = record.at - farewell.at > link.latency + link.jitter;
  if (ended.cause == Cause::heartbeat && !ended.is_tainted && is_patient && has_arrived)
    complain(record, "a death, though the server said that it goes");
  if (ended.cause == Cause::lost && !ended.is_tainted && !farewell.is_cut)
    complain(record, "a loss, though the server said that it goes");
  if (ended.cause != Cause::closed || ended.code != core::kCloseServiceRestart) return;
  if (ended.retry_after != farewell.after)
    return complain(record, "the client did not understand when to return");
  const Duration after = std::min(farewell.after, life.reconnect.retry_after_max);
  one.earliest = record.local + after;
  const Duration latest =
      std::max(after + Duration{static_cast<Duration::rep>(static_cast<double>(after.count()) *
                                                           life.reconnect.retry_after_spread)},
               life.reconnect.backoff.delay_max);
  if (ended.will_retry && ended.delay > latest)
    complain(record, "the client returns later than it was told");
}

}  // namespace heartwire::sim
