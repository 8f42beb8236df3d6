// How a heartbeat's events and actions read in transcripts and failing tests.

#include "heartwire/core/heartbeat.hpp"

#include <ostream>

namespace heartwire::core {
namespace {

namespace action = heartbeat_action;

/// Whole milliseconds, so that transcripts are the same everywhere.
std::int64_t ms(base::Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

const char* name(DeathReason reason) {
  switch (reason) {
    case DeathReason::no_answer: return "no_answer";
    case DeathReason::silence: return "silence";
    case DeathReason::stuck: return "stuck";
  }
  return "?";
}

void print(std::ostream& out, const heartbeat_event::Opened&) {
  out << "opened";
}
void print(std::ostream& out, const heartbeat_event::Received&) {
  out << "received";
}
void print(std::ostream& out, const heartbeat_event::Sent& sent) {
  out << (sent.was_blocked ? "sent was_blocked" : "sent");
}
void print(std::ostream& out, const heartbeat_event::CheckNow&) {
  out << "check_now";
}

void print(std::ostream& out, const heartbeat_event::ProbeSent& sent) {
  out << "probe_sent sequence=" << sent.sequence;
}

void print(std::ostream& out, const heartbeat_event::Answered& answered) {
  out << "answered";
  if (answered.sequence) out << " sequence=" << *answered.sequence;
}

void print(std::ostream& out, const heartbeat_event::Retimed& retimed) {
  out << "retimed interval=" << ms(retimed.interval) << "ms timeout=" << ms(retimed.timeout)
      << "ms";
  if (retimed.silence_max) out << " silence_max=" << ms(*retimed.silence_max) << "ms";
}

void print(std::ostream& out, const heartbeat_event::Tick& tick) {
  out << "tick";
  if (tick.backlog) out << " backlog=" << *tick.backlog;
}

void print(std::ostream& out, const action::SendProbe& probe) {
  out << "send_probe sequence=" << probe.sequence;
}

void print(std::ostream& out, const action::Suspect& suspect) {
  out << "suspect silence=" << ms(suspect.silence) << "ms";
}

void print(std::ostream& out, const action::Cleared& cleared) {
  out << "cleared silence=" << ms(cleared.silence) << "ms";
}

void print(std::ostream& out, const action::RoundTripMeasured& measured) {
  out << "round_trip_measured " << ms(measured.round_trip) << "ms";
}

void print(std::ostream& out, const action::Dead& dead) {
  out << "dead " << name(dead.reason) << " silence=" << ms(dead.silence) << "ms";
}

}  // namespace

std::string describe(const action::Dead& dead) {
  const std::string silence = "; nothing came for " + std::to_string(ms(dead.silence)) + " ms";
  switch (dead.reason) {
    case DeathReason::no_answer: return "a heartbeat was not answered" + silence;
    case DeathReason::silence: return "the peer fell silent" + silence;
    case DeathReason::stuck: return "our own bytes did not leave" + silence;
  }
  return silence;
}

std::ostream& operator<<(std::ostream& out, const HeartbeatEvent& event) {
  std::visit([&](const auto& one) { print(out, one); }, event);
  return out;
}

std::ostream& operator<<(std::ostream& out, const HeartbeatAction& action) {
  std::visit([&](const auto& one) { print(out, one); }, action);
  return out;
}

}  // namespace heartwire::core
