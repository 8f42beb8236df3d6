#include "heartwire/endpoint/receiver.hpp"

#include "heartwire/ws/close_code.hpp"
#include "heartwire/ws/error.hpp"
#include "heartwire/ws/retry_after.hpp"

#include <string>
#include <utility>
#include <variant>

namespace heartwire::endpoint {

core::Outcome close_outcome(const Incoming& close) {
  core::Outcome outcome;
  outcome.cause = core::Cause::closed;
  outcome.code = close.code.value_or(ws::number(ws::CloseCode::no_status));
  outcome.retry_after = ws::close_retry_after(close.text);
  outcome.text = "the peer closed with " + std::to_string(outcome.code) + " (" +
                 std::string{ws::close_code_name(outcome.code)} + ")";
  outcome.peer_text = close.text;
  return outcome;
}

core::Outcome fault_outcome(const Incoming& fault) {
  core::Outcome outcome;
  outcome.cause = core::Cause::protocol_error;
  outcome.code = fault.code.value_or(ws::number(ws::CloseCode::protocol_error));
  outcome.text = "the peer broke the protocol: " + std::string{fault.text};
  return outcome;
}

namespace {

Incoming fault_of(ws::ProtocolError error) {
  return {.kind = Incoming::Kind::fault,
          .code = ws::number(ws::close_code_for(error)),
          .text = ws::describe(error)};
}

}  // namespace

std::optional<Incoming> Receiver::next(FrameSink sink, std::size_t unwritten_max,
                                       const ws::ReaderLimits& limits) {
  if (sink.compression != nullptr) sink.workspace.inflated.clear();
  if (reader_.is_holding_ping() && sink.ledger.unwritten() < unwritten_max)
    sink.append(ws::Opcode::pong, true, reader_.take_held_ping());
  for (;;) {
    const ws::ReadStep step = reader_.next(sink.workspace.input, limits);
    if (std::holds_alternative<ws::NeedMore>(step)) return std::nullopt;
    if (const auto* message = std::get_if<ws::Message>(&step))
      return take_message(*message, sink, limits);
    if (sink.compression != nullptr) sink.compression->on_heartbeat();
    if (const auto* pong = std::get_if<ws::Pong>(&step))
      return Incoming{.kind = Incoming::Kind::pong, .sequence = pong_sequence(pong->payload)};
    if (const auto* close = std::get_if<ws::CloseFrame>(&step))
      return Incoming{.kind = Incoming::Kind::close, .code = close->code, .text = close->reason};
    if (const auto* error = std::get_if<ws::ProtocolError>(&step)) return fault_of(*error);
    const base::ByteView ping = std::get<ws::Ping>(step).payload;
    if (sink.ledger.unwritten() < unwritten_max)
      sink.append(ws::Opcode::pong, true, ping);
    else
      reader_.hold_ping(ping);
  }
}

Incoming Receiver::take_message(const ws::Message& message, FrameSink& sink,
                                const ws::ReaderLimits& limits) {
  if (message.rsv == 0) return {.message = {message.type, base::as_text(message.payload)}};
  const auto inflated =
      sink.compression->inflate(message, limits.message_bytes_max, sink.workspace);
  if (!inflated) return fault_of(inflated.error());
  return {.message = {message.type, base::as_text(*inflated)}};
}

}  // namespace heartwire::endpoint
