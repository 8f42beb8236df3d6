#include "heartwire/endpoint/client_endpoint.hpp"

#include "heartwire/ws/close_code.hpp"
#include "heartwire/ws/utf8.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace heartwire::endpoint {

namespace action = client_action;
namespace life = core::lifecycle_action;
namespace tell = core::lifecycle_event;

ClientEndpoint::ClientEndpoint(const ClientEndpointOptions& options, std::uint64_t seed)
    : options_(&options),
      lifecycle_(options.lifecycle, seed),
      receiver_(base::Role::client),
      pump_(options.pump) {}

void ClientEndpoint::handle(base::Instant now, const ClientEvent& event, Workspace& workspace) {
  std::visit([&](const auto& one) { on(now, one, workspace); }, event);
}

template <typename Wish>
void ClientEndpoint::on(base::Instant now, const Wish& wish, Workspace&) {
  lifecycle_.handle(now, wish);
}

void ClientEndpoint::on(base::Instant now, const tell::Close& event, Workspace&) {
  if (ws::is_valid_on_wire(event.code)) lifecycle_.handle(now, event);
}

void ClientEndpoint::on(base::Instant, const client_event::Connected& event, Workspace& workspace) {
  if (!is_current(event.generation) || lifecycle_.state() != core::State::connecting) return;
  forget_transport(workspace);
  handshake_ = std::make_unique<ClientHandshake>(event.handshake);
  const std::string& head = handshake_->request_head();
  workspace.output.insert(workspace.output.end(), head.begin(), head.end());
  ledger_.on_queued(head.size());
}

void ClientEndpoint::on(base::Instant now, const client_event::Ended& event, Workspace& workspace) {
  if (!is_current(event.generation)) return;
  forget_transport(workspace);
  lifecycle_.handle(now, tell::Ended{event.generation, event.outcome});
}

void ClientEndpoint::on(base::Instant now, const client_event::Received& event,
                        Workspace& workspace) {
  if (!is_current(event.generation)) return;
  workspace.input = event.bytes;
  was_drained_ = pump_.is_drained(lifecycle_.outbox());
  lifecycle_.handle(now, tell::Received{event.generation});
}

void ClientEndpoint::on(base::Instant now, const client_event::Written& event, Workspace&) {
  if (!is_current(event.generation) || (!has_connection() && !handshake_)) return;
  const bool has_probe_left = ledger_.on_written(event.count);
  pump_.on_written(event.count, lifecycle_.outbox());
  lifecycle_.handle(now, tell::Sent{event.generation, event.was_blocked});
  if (has_probe_left && probe_sequence_) {
    const std::uint32_t sequence = *std::exchange(probe_sequence_, std::nullopt);
    lifecycle_.handle(now, tell::ProbeSent{event.generation, sequence});
  }
}

void ClientEndpoint::on(base::Instant, const client_event::Greeting& event, Workspace&) {
  if (is_current(event.generation) && is_up_) pump_.greet(event.messages);
}

void ClientEndpoint::on(base::Instant now, const client_event::Tick& event, Workspace&) {
  lifecycle_.handle(now, tell::Tick{ledger_.backlog(event.unacknowledged)});
}

std::optional<ClientAction> ClientEndpoint::poll(base::Instant now, Workspace& workspace) {
  if (fault_ && fault_->is_offered) return fail(now, std::move(fault_->outcome), workspace);
  for (;;) {
    Route told;
    if (const auto next = lifecycle_.poll()) {
      told = route(now, *next, workspace);
    } else if (handshake_ && !workspace.input.empty()) {
      told = read_handshake(now, workspace);
    } else if (is_up_ && !fault_) {
      // Answers leave in the order of what they answer.
      write_waiting(now, workspace);
      const auto incoming = receiver_.next(sink(workspace), answer_bound(), options_->limits);
      if (!incoming) break;
      told = take(now, *incoming, workspace);
    } else {
      break;
    }
    if (told) return told;
  }
  workspace.input = {};
  write_waiting(now, workspace);
  if (fault_) fault_->is_offered = true;
  if (take_writable()) return action::NotifyWritable{};
  return std::nullopt;
}

base::Result<core::MessageId, core::SendError> ClientEndpoint::send(base::Instant now,
                                                                    core::Message message,
                                                                    core::SendOptions options) {
  if (message.type == base::MessageType::text && !ws::is_utf8(message.payload))
    return base::Failure{core::SendError::invalid_text};
  const std::size_t bytes =
      message.payload.size() + options.key.size() + core::Outbox::kMessageOverhead;
  auto sent = lifecycle_.send(now, std::move(message), std::move(options));
  if (!sent && sent.error() == core::SendError::outbox_full) {
    // Only where all that was refused fits is it worth trying again; half, so that it is not one
    // message at a time.
    const std::size_t most = options_->lifecycle.outbox.outbox_bytes_max;
    writable_at_ = std::min(writable_at_.value_or(most / 2), most - bytes);
  }
  return sent;
}

Accepted ClientEndpoint::accepted() const {
  Accepted accepted = accepted_.unpack();
  if (compression_) accepted.deflate = compression_->agreed();
  return accepted;
}

bool ClientEndpoint::take_writable() noexcept {
  const core::State state = lifecycle_.state();
  const bool can_send =
      state != core::State::closing && state != core::State::closed && state != core::State::failed;
  if (!can_send || !writable_at_ || lifecycle_.outbox().bytes() > *writable_at_) return false;
  writable_at_.reset();
  return true;
}

ClientEndpoint::Route ClientEndpoint::route(base::Instant now, const core::LifecycleAction& next,
                                            Workspace& workspace) {
  if (const auto* probe = std::get_if<life::SendProbe>(&next)) {
    write_probe(now, probe->sequence, workspace);
    return std::nullopt;
  }
  if (std::holds_alternative<life::SendGreeting>(next)) {
    pump_.on_open();
    return action::AskGreeting{lifecycle_.generation()};
  }
  if (std::holds_alternative<life::SendClose>(next)) {
    is_close_due_ = true;
    return std::nullopt;
  }
  if (std::holds_alternative<life::DropTransport>(next) ||
      std::holds_alternative<life::AbortDial>(next))
    forget_transport(workspace);
  return std::visit(
      [](const auto& one) -> Route {
        if constexpr (std::is_constructible_v<ClientAction, decltype(one)>)
          return ClientAction{one};
        else
          return std::nullopt;
      },
      next);
}

ClientEndpoint::Route ClientEndpoint::read_handshake(base::Instant now, Workspace& workspace) {
  auto answer = handshake_->receive(workspace.input);
  if (!answer) return std::nullopt;
  if (!answer->is_ok()) return fail(now, answer->error(), workspace);
  handshake_.reset();
  accepted_ = AcceptedNote(answer->value());
  begin_frames(answer->value().deflate);
  lifecycle_.handle(now, tell::Opened{lifecycle_.generation()});
  return std::nullopt;
}

void ClientEndpoint::begin_frames(const std::optional<ws::DeflateParams>& agreed) {
  is_up_ = true;
  if (!agreed) return;
  receiver_ = Receiver(base::Role::client, true);
  compression_ = std::make_unique<Compression>(options_->deflate.value_or(ws::DeflateOptions{}),
                                               *agreed, base::Role::client);
}

ClientEndpoint::Route ClientEndpoint::take(base::Instant now, const Incoming& incoming,
                                           Workspace& workspace) {
  const std::uint32_t generation = lifecycle_.generation();
  switch (incoming.kind) {
    case Incoming::Kind::message: return take_message(now, incoming.message, workspace);
    case Incoming::Kind::pong:
      if (incoming.sequence) lifecycle_.handle(now, tell::Answered{generation, incoming.sequence});
      break;
    case Incoming::Kind::close:
      write_last_words(now, workspace);
      if (!is_close_sent_) sink(workspace).append_close(incoming.code, {});
      is_close_sent_ = true;
      lifecycle_.handle(now, tell::PeerClosing{generation, close_outcome(incoming)});
      break;
    case Incoming::Kind::fault:
      if (is_close_sent_) return fail(now, fault_outcome(incoming), workspace);
      write_last_words(now, workspace);
      if (!is_close_sent_) sink(workspace).append_close(incoming.code, incoming.text);
      is_close_sent_ = true;
      workspace.input = {};
      fault_ = std::make_unique<Fault>(Fault{fault_outcome(incoming), now});
      break;
  }
  return std::nullopt;
}

ClientEndpoint::Route ClientEndpoint::take_message(base::Instant now, core::MessageView message,
                                                   Workspace& workspace) {
  const core::Reading reading =
      lifecycle_.receive(now, lifecycle_.generation(), message, workspace.text);
  const bool is_heartbeat =
      reading.meaning != core::Meaning::application && reading.meaning != core::Meaning::notice;
  if (compression_ && is_heartbeat) compression_->on_heartbeat();
  switch (reading.meaning) {
    case core::Meaning::application:
    case core::Meaning::notice:
      // What still comes after our close() is not the application's any more.
      if (lifecycle_.state() != core::State::open) break;
      return action::Deliver{message};
    case core::Meaning::probe:
      if (!workspace.text.empty() && ledger_.unwritten() < answer_bound())
        pump_.send_urgent({reading.reply_type, workspace.text}, false, sink(workspace));
      break;
    case core::Meaning::answer:
    case core::Meaning::beat: break;
  }
  return std::nullopt;
}

void ClientEndpoint::write_last_words(base::Instant now, Workspace& workspace) {
  // What waited already would go to a peer that need not read it: it is for the next connection.
  if (!has_connection() || is_close_sent_ || !was_drained_) return;
  pump_.drain(now, lifecycle_.outbox(), sink(workspace));
  write_waiting(now, workspace);
}

ClientEndpoint::Route ClientEndpoint::fail(base::Instant now, core::Outcome outcome,
                                           Workspace& workspace) {
  const std::uint32_t generation = lifecycle_.generation();
  forget_transport(workspace);
  lifecycle_.handle(now, tell::Ended{generation, outcome});
  return life::DropTransport{generation};
}

void ClientEndpoint::write_probe(base::Instant now, std::uint32_t sequence, Workspace& workspace) {
  probe_sequence_ = sequence;
  if (compression_) compression_->on_heartbeat();
  switch (lifecycle_.write_probe(sequence, workspace.text)) {
    case core::ProbeForm::none:
      // For the heartbeat it has left, so that it waits for an answer all the same: with
      // Evidence::any_traffic that makes a watchdog of a role whose dialect sends nothing.
      probe_sequence_.reset();
      lifecycle_.handle(now, tell::ProbeSent{lifecycle_.generation(), sequence});
      break;
    case core::ProbeForm::protocol_ping:
      sink(workspace).append_ping(sequence);
      ledger_.mark_probe();
      break;
    case core::ProbeForm::text:
      pump_.send_urgent({base::MessageType::text, workspace.text}, true, sink(workspace));
      break;
    case core::ProbeForm::binary:
      pump_.send_urgent({base::MessageType::binary, workspace.text}, true, sink(workspace));
      break;
  }
}

void ClientEndpoint::write_waiting(base::Instant now, Workspace& workspace) {
  if (!has_connection() || is_close_sent_) return;
  pump_.fill(now, lifecycle_.outbox(), sink(workspace));
  if (is_close_due_ && pump_.is_drained(lifecycle_.outbox())) {
    sink(workspace).append_close(lifecycle_.close_code(), lifecycle_.close_reason());
    is_close_sent_ = true;
  }
}

std::size_t ClientEndpoint::answer_bound() const noexcept {
  if (is_close_sent_) return 0;
  return pump_.unwritten_max(options_->lifecycle.outbox.outbox_bytes_max) +
         Receiver::kAnswerBytesMax;
}

void ClientEndpoint::forget_transport(Workspace& workspace) {
  workspace.input = {};
  handshake_.reset();
  receiver_ = Receiver(base::Role::client);
  compression_.reset();
  ledger_ = {};
  pump_.on_lost();
  accepted_ = {};
  fault_.reset();
  was_drained_ = is_up_ = is_close_due_ = is_close_sent_ = false;
  probe_sequence_.reset();
}

bool ClientEndpoint::has_connection() const noexcept {
  const core::State state = lifecycle_.state();
  return is_up_ && (state == core::State::open || state == core::State::closing);
}

bool ClientEndpoint::is_current(std::uint32_t generation) const noexcept {
  return generation == lifecycle_.generation();
}

}  // namespace heartwire::endpoint
