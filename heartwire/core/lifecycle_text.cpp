// How the life of a connection reads in transcripts and failing tests: one line an action.

#include "heartwire/core/lifecycle.hpp"

#include <ostream>

namespace heartwire::core {
namespace {

namespace action = lifecycle_action;

/// Whole milliseconds, so that transcripts are the same everywhere.
std::int64_t ms(base::Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

void print(std::ostream& out, const action::AskWanted&) {
  out << "ask_wanted";
}

void print(std::ostream& out, const action::Dial& dial) {
  out << "dial generation=" << dial.generation << " attempt=" << dial.attempt
      << " url=" << dial.url_index;
}

void print(std::ostream& out, const action::AbortDial& abort) {
  out << "abort_dial generation=" << abort.generation;
}

void print(std::ostream& out, const action::DropTransport& drop) {
  out << "drop_transport generation=" << drop.generation;
}

void print(std::ostream& out, const action::SendGreeting&) {
  out << "send_greeting";
}

void print(std::ostream& out, const action::SendProbe& probe) {
  out << "send_probe sequence=" << probe.sequence;
}

void print(std::ostream& out, const action::SendClose&) {
  out << "send_close";
}

void print(std::ostream& out, const action::NotifyOpen& open) {
  out << "notify_open " << (open.is_first ? "first" : "again") << " attempts=" << open.attempts
      << " outage=" << ms(open.outage) << "ms";
}

void print(std::ostream& out, const action::NotifyEnd& end) {
  static constexpr const char* kBy[] = {"us", "peer", "nobody"};
  out << "notify_end " << (end.was_open ? "connection" : "attempt")
      << (end.is_clean ? " clean" : "") << " by=" << kBy[static_cast<int>(end.by)]
      << " verdict=" << name(end.verdict);
  if (end.will_retry) out << " retry_in=" << ms(end.delay) << "ms";
}

void print(std::ostream& out, const action::NotifyRetry& retry) {
  out << "notify_retry attempt=" << retry.attempt << " delay=" << ms(retry.delay) << "ms";
}

void print(std::ostream& out, const action::NotifyGaveUp& gave_up) {
  out << "notify_gave_up reason=" << name(gave_up.reason) << " attempts=" << gave_up.attempts;
}

void print(std::ostream& out, const action::NotifySuspect& suspect) {
  out << "notify_suspect silence=" << ms(suspect.silence) << "ms";
}

void print(std::ostream& out, const action::NotifyCleared& cleared) {
  out << "notify_cleared silence=" << ms(cleared.silence) << "ms";
}

void print(std::ostream& out, const action::NotifyHeartbeat& heartbeat) {
  out << "notify_heartbeat round_trip=" << ms(heartbeat.round_trip) << "ms";
}

void print(std::ostream& out, const action::NotifyExpired& expired) {
  out << "notify_expired id=" << expired.id;
}

}  // namespace

const char* name(State state) noexcept {
  switch (state) {
    case State::idle: return "idle";
    case State::connecting: return "connecting";
    case State::open: return "open";
    case State::closing: return "closing";
    case State::closed: return "closed";
    case State::waiting: return "waiting";
    case State::suspended: return "suspended";
    case State::failed: return "failed";
  }
  return "unknown";
}

std::ostream& operator<<(std::ostream& out, const LifecycleAction& action) {
  std::visit([&](const auto& one) { print(out, one); }, action);
  return out;
}

}  // namespace heartwire::core
