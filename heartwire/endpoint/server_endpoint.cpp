#include "heartwire/endpoint/server_endpoint.hpp"

#include "heartwire/ws/close_code.hpp"
#include "heartwire/ws/frame.hpp"
#include "heartwire/ws/utf8.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace heartwire::endpoint {

namespace action = server_action;
namespace beat = core::heartbeat_event;
using base::Role;

static_assert(sizeof(ServerEndpoint) <= kServerEndpointBytesMax);

namespace {

core::Outcome outcome_of(core::Cause cause, std::uint16_t code, std::string text) {
  core::Outcome outcome;
  outcome.cause = cause;
  outcome.code = code;
  outcome.text = std::move(text);
  return outcome;
}

}  // namespace

ServerEndpoint::ServerEndpoint(const ServerEndpointOptions& options, base::Instant now,
                               std::uint64_t seed, std::uint8_t dialect,
                               const std::optional<ws::DeflateParams>& agreed)
    : options_(&options),
      state_(std::in_place_type<core::Heartbeat>, options.heartbeat, seed),
      receiver_(Role::server, agreed.has_value()),
      compression_(agreed
                       ? std::make_unique<Compression>(
                             options.deflate.value_or(ws::DeflateOptions{}), *agreed, Role::server)
                       : nullptr),
      dialect_(dialect) {
  feed_heartbeat(now, beat::Opened{});
}

void ServerEndpoint::handle(base::Instant now, const ServerEvent& event, Workspace& workspace) {
  if (phase_ == Phase::ended) return;
  std::visit([&](const auto& one) { on(now, one, workspace); }, event);
}

void ServerEndpoint::on(base::Instant now, const server_event::Received& event,
                        Workspace& workspace) {
  workspace.input = event.bytes;
  feed_heartbeat(now, beat::Received{});
}

void ServerEndpoint::on(base::Instant now, const server_event::Written& event, Workspace&) {
  const bool has_probe_left = ledger_.on_written(event.count);
  feed_heartbeat(now, beat::Sent{event.was_blocked});
  if (has_probe_left) feed_heartbeat(now, beat::ProbeSent{probe_sequence_});
}

void ServerEndpoint::on(base::Instant now, const server_event::CheckNow&, Workspace&) {
  feed_heartbeat(now, beat::CheckNow{});
}

void ServerEndpoint::on(base::Instant now, const server_event::Close& event, Workspace& workspace) {
  if (phase_ != Phase::open || !ws::is_valid_on_wire(event.code)) return;
  begin_closing(Phase::closing, outcome_of(core::Cause::user, event.code, "closed by the server"),
                core::EndedBy::us)
      .closing.on_sent(now);
  sink(workspace).append_close(event.code, event.reason);
}

void ServerEndpoint::on(base::Instant, const server_event::Ended& event, Workspace&) {
  begin_closing(Phase::ending, event.outcome, core::EndedBy::nobody).closing.on_transport_ended();
}

void ServerEndpoint::on(base::Instant now, const server_event::Tick& event, Workspace&) {
  feed_heartbeat(now, beat::Tick{ledger_.backlog(event.unacknowledged)});
  if (phase_ == Phase::closing && std::get<Closure>(state_).closing.is_to_end(now))
    phase_ = Phase::ending;
}

std::optional<ServerAction> ServerEndpoint::poll(base::Instant now, Workspace& workspace) {
  for (;;) {
    if (phase_ == Phase::ended) return std::nullopt;
    if (phase_ == Phase::ending) return end(workspace);
    Told told;
    const auto beaten = phase_ == Phase::open ? std::get<core::Heartbeat>(state_).poll()
                                              : std::optional<core::HeartbeatAction>{};
    if (beaten) {
      told = route(now, *beaten, workspace);
    } else {
      const auto incoming = receiver_.next(sink(workspace), answer_bound(), options_->limits);
      if (!incoming) return std::nullopt;
      told = take(now, *incoming, workspace);
    }
    if (told) return told;
  }
}

std::optional<base::Instant> ServerEndpoint::deadline() const noexcept {
  switch (phase_) {
    case Phase::open: return std::get_if<core::Heartbeat>(&state_)->deadline();
    case Phase::closing: return std::get_if<Closure>(&state_)->closing.deadline();
    case Phase::ending:
    case Phase::ended: break;
  }
  return std::nullopt;
}

base::Result<base::Unit, core::SendError> ServerEndpoint::send(core::MessageView message,
                                                               Workspace& workspace) {
  if (phase_ != Phase::open) return base::Failure{core::SendError::closed};
  if (message.type == base::MessageType::text && !ws::is_utf8(message.payload))
    return base::Failure{core::SendError::invalid_text};
  if (!has_room(message.payload.size() + ws::kHeaderBytesMax))
    return base::Failure{core::SendError::outbox_full};
  sink(workspace).append_compressible(message);
  return base::Unit{};
}

base::Result<base::Unit, core::SendError> ServerEndpoint::send_encoded(
    base::ByteView frame) noexcept {
  if (phase_ != Phase::open) return base::Failure{core::SendError::closed};
  if (!has_room(frame.size())) return base::Failure{core::SendError::outbox_full};
  ledger_.on_queued(frame.size());
  return base::Unit{};
}

bool ServerEndpoint::is_awaiting_answer() const noexcept {
  return phase_ == Phase::open && std::get_if<core::Heartbeat>(&state_)->is_awaiting_answer();
}

core::RoundTrip ServerEndpoint::round_trip() const noexcept {
  if (const auto* heartbeat = std::get_if<core::Heartbeat>(&state_)) return heartbeat->round_trip();
  return {};
}

std::size_t ServerEndpoint::send_bound() const noexcept {
  return std::min(options_->send_buffer_bytes_max, kUnwrittenBytesMax);
}

bool ServerEndpoint::has_room(std::size_t bytes) const noexcept {
  return bytes <= send_bound() && ledger_.unwritten() <= send_bound() - bytes;
}

std::size_t ServerEndpoint::answer_bound() const noexcept {
  return phase_ == Phase::open ? send_bound() + Receiver::kAnswerBytesMax : 0;
}

void ServerEndpoint::feed_heartbeat(base::Instant now, const core::HeartbeatEvent& event) noexcept {
  if (auto* heartbeat = std::get_if<core::Heartbeat>(&state_)) heartbeat->handle(now, event);
}

ServerEndpoint::Told ServerEndpoint::route(base::Instant now, const core::HeartbeatAction& next,
                                           Workspace& workspace) {
  namespace from = core::heartbeat_action;
  if (const auto* probe = std::get_if<from::SendProbe>(&next)) {
    write_probe(now, probe->sequence, workspace);
    return std::nullopt;
  }
  if (const auto* suspect = std::get_if<from::Suspect>(&next))
    return action::NotifySuspect{suspect->silence};
  if (const auto* cleared = std::get_if<from::Cleared>(&next))
    return action::NotifyCleared{cleared->silence};
  if (const auto* measured = std::get_if<from::RoundTripMeasured>(&next))
    return action::NotifyHeartbeat{measured->round_trip};
  const auto& dead = std::get<from::Dead>(next);
  begin_closing(Phase::ending, outcome_of(core::Cause::heartbeat, 0, core::describe(dead)),
                core::EndedBy::us);
  return std::nullopt;
}

void ServerEndpoint::write_probe(base::Instant now, std::uint32_t sequence, Workspace& workspace) {
  using core::ProbeForm;
  if (compression_) compression_->on_heartbeat();
  switch (options_->dialects.write_probe(Role::server, dialect_, sequence, workspace.text)) {
    case ProbeForm::none:
      // For the heartbeat it has left, so that it waits for an answer all the same: with
      // Evidence::any_traffic that makes a watchdog of a role whose dialect sends nothing.
      feed_heartbeat(now, beat::ProbeSent{sequence});
      return;
    case ProbeForm::protocol_ping: sink(workspace).append_ping(sequence); break;
    case ProbeForm::text:
      sink(workspace).append_message({base::MessageType::text, workspace.text});
      break;
    case ProbeForm::binary:
      sink(workspace).append_message({base::MessageType::binary, workspace.text});
      break;
  }
  probe_sequence_ = static_cast<std::uint16_t>(sequence);
  ledger_.mark_probe();
}

ServerEndpoint::Told ServerEndpoint::take(base::Instant now, const Incoming& incoming,
                                          Workspace& workspace) {
  switch (incoming.kind) {
    case Incoming::Kind::message: return take_message(now, incoming.message, workspace);
    case Incoming::Kind::pong:
      if (incoming.sequence) feed_heartbeat(now, beat::Answered{incoming.sequence});
      break;
    case Incoming::Kind::close: {
      const bool is_theirs = phase_ == Phase::open;
      // The server ends the transport first (RFC 6455 section 7.1.1), once the answer is written.
      auto& closing =
          begin_closing(Phase::ending, close_outcome(incoming), core::EndedBy::peer).closing;
      if (is_theirs) {
        sink(workspace).append_close(incoming.code, {});
        closing.on_sent(now);
      }
      closing.on_received(now);
      break;
    }
    case Incoming::Kind::fault:
      if (phase_ == Phase::open) sink(workspace).append_close(incoming.code, incoming.text);
      begin_closing(Phase::ending, fault_outcome(incoming), core::EndedBy::us);
      break;
  }
  return std::nullopt;
}

ServerEndpoint::Told ServerEndpoint::take_message(base::Instant now, core::MessageView message,
                                                  Workspace& workspace) {
  if (phase_ != Phase::open) return std::nullopt;
  const core::Reading reading =
      options_->dialects.read(Role::server, dialect_, message, workspace.text);
  if (reading.rhythm)
    feed_heartbeat(now, beat::Retimed{reading.rhythm->interval, reading.rhythm->timeout,
                                      reading.rhythm->silence_max});
  const bool is_heartbeat =
      reading.meaning != core::Meaning::application && reading.meaning != core::Meaning::notice;
  if (compression_ && is_heartbeat) compression_->on_heartbeat();
  switch (reading.meaning) {
    case core::Meaning::application:
    case core::Meaning::notice: return action::Deliver{message};
    case core::Meaning::probe:
      if (!workspace.text.empty() && ledger_.unwritten() < answer_bound())
        sink(workspace).append_message({reading.reply_type, workspace.text});
      break;
    case core::Meaning::answer: feed_heartbeat(now, beat::Answered{reading.sequence}); break;
    case core::Meaning::beat: break;
  }
  return std::nullopt;
}

ServerEndpoint::Closure& ServerEndpoint::begin_closing(Phase phase, core::Outcome outcome,
                                                       core::EndedBy by) {
  phase_ = phase;
  if (auto* begun = std::get_if<Closure>(&state_)) return *begun;
  return state_.emplace<Closure>(Closure{core::Closing(Role::server, options_->closing),
                                         std::make_unique<core::Outcome>(std::move(outcome)), by});
}

ServerAction ServerEndpoint::end(Workspace& workspace) {
  workspace.input = {};
  phase_ = Phase::ended;
  auto& closure = std::get<Closure>(state_);
  return action::End{std::move(*closure.outcome), closure.by, closure.closing.is_clean()};
}

}  // namespace heartwire::endpoint
