#include "heartwire/sim/life_checkers.hpp"

#include <string>
#include <utility>

namespace heartwire::sim {

using base::Duration;
using base::Instant;
using core::State;
using namespace std::chrono_literals;
using Wish = record::Wished::Kind;

namespace {

/// What timers and the rounding to milliseconds may add to a deadline.
Duration slack(const ClientSetup& client) {
  return 4 * client.timer_slack + 250ms;
}

std::string generation_text(std::uint32_t generation) {
  return "generation " + std::to_string(generation);
}

/// Something that leads to a connection.
const char* progress(const Record& record) {
  if (as<record::Asked>(record)) return "a question";
  if (as<record::Dialled>(record)) return "an attempt";
  if (as<record::Retrying>(record)) return "a retry";
  if (as<record::Opened>(record)) return "an open connection";
  return nullptr;
}

}  // namespace

void OneTransport::see(const Record& record) {
  if (record.client == kNobody) return;
  checked::Transport& one = state(record);
  auto& generation = one.generation;
  const auto end = [&](std::uint32_t ended, const char* what) {
    if (generation != ended) complain(record, std::string{what} + " of what was not there");
    generation.reset();
  };
  if (as<record::Booted>(record)) {
    one = {};
  } else if (const auto* dialled = as<record::Dialled>(record)) {
    if (generation) complain(record, "dialled beside " + generation_text(*generation));
    if (dialled->generation <= one.newest) complain(record, "an old generation was used again");
    generation = one.newest = dialled->generation;
  } else if (const auto* connected = as<record::Connected>(record)) {
    if (generation != connected->generation) complain(record, "connected what was not dialled");
  } else if (const auto* opened = as<record::Opened>(record)) {
    if (generation != opened->generation) complain(record, "opened what was not dialled");
  } else if (const auto* aborted = as<record::Aborted>(record)) {
    end(aborted->generation, "the abortion");
  } else if (const auto* dropped = as<record::Dropped>(record)) {
    end(dropped->generation, "the end");
  } else if (const auto* lost = as<record::Lost>(record)) {
    end(lost->generation, "the loss");
  }
}

void CloseIsFinal::see(const Record& record) {
  if (record.client == kNobody) return;
  checked::Intent& one = state(record);
  if (as<record::Booted>(record)) {
    one = {};
  } else if (const auto* wished = as<record::Wished>(record)) {
    const Wish kind = wished->kind;
    if (kind == Wish::start || kind == Wish::reconnect) one.is_wanted = true;
    if (kind == Wish::close) one.is_wanted = false;
    if (kind == Wish::suspend) one.is_held = true;
    if (kind == Wish::resume || kind == Wish::reconnect) one.is_held = false;
    one.is_end_due |= kind == Wish::close || kind == Wish::reconnect;
  } else if (const auto* ended = as<record::Ended>(record)) {
    if (!one.is_wanted && ended->will_retry) complain(record, "a retry of what the user closed");
    if (ended->cause == core::Cause::user && !one.is_end_due)
      complain(record, "an end is laid to the user, who wished none");
  } else if (const auto* turned = as<record::Turned>(record)) {
    if (one.is_wanted && (turned->state == State::closed || turned->state == State::idle))
      complain(record, "closed, though the user wants it open");
  } else if (const char* what = progress(record)) {
    if (!one.is_wanted) complain(record, std::string{what} + " that the user does not want");
    if (one.is_held) complain(record, std::string{what} + " while the user holds attempts");
  }
  if (as<record::Dialled>(record)) one.is_end_due = false;
}

void StaleChangesNothing::see(const Record& record) {
  const auto* report = as<record::Misreported>(record);
  if (report && report->has_changed)
    complain(record, "\"" + std::string{report->what} + "\" of an old generation did");
}

void NoOrphanDeadline::see(const Record& record) {
  if (record.client == kNobody) return;
  checked::Deadlines& one = state(record);
  if (as<record::Booted>(record)) one = {};
  if (as<record::Asked>(record)) one.is_asked = true;
  if (as<record::Dialled>(record)) {
    one = {};
    one.dialled_at = record.local;
  }
  if (const auto* retrying = as<record::Retrying>(record)) {
    one.retry_at = record.local + retrying->delay;
    one.is_asked = false;
  }
  if (const auto* turned = as<record::Turned>(record)) check(record, *turned);
}

void NoOrphanDeadline::check(const Record& record, const record::Turned& turned) {
  checked::Deadlines& one = state(record);
  const core::LifecycleOptions& life = client(record).endpoint.lifecycle;
  const auto due_by = [&](Instant latest, const char* what) {
    if (!turned.deadline || *turned.deadline > latest)
      complain(record, std::string{what} + " without its deadline");
  };
  if (turned.state != State::closing) one.closing_since.reset();
  switch (turned.state) {
    case State::idle:
    case State::closed:
    case State::failed:
      if (turned.deadline)
        complain(record, std::string{"a deadline in "} + core::name(turned.state));
      break;
    case State::connecting: due_by(one.dialled_at + life.attempt_timeout, "connecting"); break;
    case State::open:
      if (life.heartbeat.sending != core::Sending::off && !turned.deadline)
        complain(record, "open without a heartbeat's deadline");
      break;
    case State::closing:
      if (!one.closing_since) one.closing_since = record.local;
      due_by(*one.closing_since + life.closing.close_timeout + 1ms, "closing");
      break;
    case State::waiting:
      if (one.retry_at && !one.is_asked) due_by(*one.retry_at, "waiting");
      break;
    case State::suspended:
      if (!life.has_condition && turned.deadline != turned.outbox_deadline)
        complain(record, "suspended with a deadline");
      break;
  }
}

void GivesUpOnce::see(const Record& record) {
  if (record.client == kNobody) return;
  checked::GivingUp& one = state(record);
  const auto attempts_max = client(record).endpoint.lifecycle.reconnect.attempts_max;
  if (as<record::Booted>(record)) {
    one = {};
  } else if (const auto* wished = as<record::Wished>(record)) {
    if (wished->kind == Wish::start || wished->kind == Wish::reconnect) {
      one.is_wanted = true;
      one.has_given_up = false;
    }
    if (wished->kind == Wish::reconnect || wished->kind == Wish::resume) one.is_held = false;
    if (wished->kind == Wish::suspend) one.is_held = true;
    if (wished->kind == Wish::close) one.is_wanted = one.has_given_up = false;
  } else if (const auto* ended = as<record::Ended>(record)) {
    one.must_give_up = one.is_wanted && !ended->will_retry && !one.is_held;
  } else if (as<record::GaveUp>(record)) {
    if (one.has_given_up) complain(record, "said twice");
    if (!one.is_wanted) complain(record, "gave up what the user closed");
    one.has_given_up = true;
    one.must_give_up = false;
  } else if (const auto* turned = as<record::Turned>(record)) {
    if (std::exchange(one.must_give_up, false))
      complain(record, "no retry is to come, and nobody was told");
    if (one.has_given_up != (turned->state == State::failed))
      complain(record, std::string{"gave up, or not, but is "} + core::name(turned->state));
  } else if (const char* what = progress(record); what && one.has_given_up) {
    complain(record, std::string{what} + " after giving up");
  }
  const auto* dialled = as<record::Dialled>(record);
  if (dialled && attempts_max && dialled->attempt > *attempts_max)
    complain(record, "attempt " + std::to_string(dialled->attempt) + " is one too many");
}

void ClosingEnds::see(const Record& record) {
  if (const auto* fault = as<record::FaultBegan>(record)) {
    // Whoever is away cannot end anything.
    if (place(scenario().faults[fault->index].kind) == FaultPlace::server) servers_.clear();
  }
  if (record.client == kNobody) return;
  auto& since = state(record).since;
  if (as<record::Booted>(record)) {
    since.reset();
  } else if (const auto* turned = as<record::Turned>(record)) {
    if (turned->state != State::closing) since.reset();
    if (turned->state == State::closing && !since) since = record.local;
  } else if (as<record::Pulse>(record)) {
    const Duration timeout = client(record).endpoint.lifecycle.closing.close_timeout;
    if (since && record.local - *since > timeout + slack(client(record)))
      complain(record, "the client still closes after close_timeout");
    for (const auto& [flow, begun] : servers_)
      if (record.at - begun > scenario().servers[0].endpoint.closing.close_timeout + 1s)
        complain(record, "the server still closes after close_timeout");
  } else if (const auto* closing = as<record::ServerClosing>(record)) {
    servers_.emplace(closing->flow, record.at);
  } else if (const auto* ended = as<record::ServerEnded>(record)) {
    servers_.erase(ended->flow);
  } else if (const auto* gone = as<record::ServerGone>(record)) {
    servers_.erase(gone->flow);
  }
}

void Recovers::see(const Record& record) {
  if (as<record::Recovered>(record)) return judge(record);
  if (record.client == kNobody) return;
  checked::Ending& one = state(record);
  if (as<record::Booted>(record)) {
    one.state = State::idle;
  } else if (as<record::Stopped>(record)) {
    one.is_stopped = true;
  } else if (const auto* wished = as<record::Wished>(record)) {
    if (wished->kind == Wish::start || wished->kind == Wish::reconnect) one.is_wanted = true;
    if (wished->kind == Wish::close) one.is_wanted = false;
  } else if (const auto* turned = as<record::Turned>(record)) {
    one.state = turned->state;
  } else if (const auto* ended = as<record::Ended>(record); ended && one.must_stay_open) {
    complain(record, "lost again, though nothing is wrong: " + std::string{name(ended->cause)});
  }
}

void Recovers::judge(const Record& record) {
  for (std::uint32_t client = 0; client < states().size(); ++client) {
    checked::Ending& one = states()[client];
    if (!one.is_wanted || one.is_stopped) continue;
    if (one.state == State::open) {
      one.must_stay_open = true;
    } else {
      complain(record, client, std::string{"still "} + core::name(one.state));
    }
  }
}

void StopIsSilent::see(const Record& record) {
  if (record.client == kNobody) return;
  bool& is_stopped = state(record).is_stopped;
  const std::size_t last = What{record::Away{}}.index();
  if (is_stopped && record.what.index() <= last) complain(record, "something came after it");
  if (as<record::Stopped>(record)) is_stopped = true;
}

}  // namespace heartwire::sim
