#include "tests/unit/endpoint/client_rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace heartwire::endpoint::test {

namespace event = client_event;
namespace life = core::lifecycle_action;
using base::Role;

ClientEndpointOptions plain_client() {
  ClientEndpointOptions options;
  options.lifecycle.heartbeat.interval = std::chrono::minutes{1};
  options.lifecycle.reconnect.backoff = core::BackoffOptions::constant(std::chrono::seconds{1});
  return options;
}

ClientRig::ClientRig(ClientEndpointOptions wanted)
    : options(std::move(wanted)), machine(options, 11) {
  EXPECT_EQ(core::validate(options.lifecycle), nullptr);
}

ClientRig& ClientRig::open() {
  return dial().connect().receive(to_bytes(accepting_head()));
}

ClientRig& ClientRig::dial() {
  return handle(core::lifecycle_event::Start{});
}

ClientRig& ClientRig::connect(std::vector<std::string> subprotocols) {
  const auto url = ws::parse_url("ws://example.com/chat");
  ws::HandshakeRequestOptions wanted;
  wanted.subprotocols = std::move(subprotocols);
  wanted.deflate = options.deflate;
  auto handshake = ClientHandshake::make(*url, std::move(wanted), {});
  return handle(event::Connected{generation(), std::move(handshake).value()});
}

ClientRig& ClientRig::handle(const ClientEvent& what) {
  machine.handle(now, what, workspace_);
  drive();
  return *this;
}

ClientRig& ClientRig::receive(base::Bytes bytes) {
  return handle(event::Received{transport_, bytes});
}

ClientRig& ClientRig::receive(const std::vector<Frame>& frames) {
  return receive(encode(Role::server, frames));
}

ClientRig& ClientRig::lose(core::Cause cause) {
  core::Outcome outcome;
  outcome.cause = cause;
  kept_.clear();
  return handle(event::Ended{transport_, outcome});
}

ClientRig& ClientRig::pass(base::Duration time) {
  const base::Instant end = now + time;
  while (const auto due = machine.deadline()) {
    if (*due > end) break;
    now = std::max(now, *due);
    handle(event::Tick{});
  }
  now = end;
  return *this;
}

base::Result<core::MessageId, core::SendError> ClientRig::send(const Frame& message,
                                                               core::SendOptions how) {
  const auto type =
      message.opcode == ws::Opcode::text ? base::MessageType::text : base::MessageType::binary;
  auto sent = machine.send(now, {type, message.payload}, std::move(how));
  drive();
  return sent;
}

ClientRig& ClientRig::set_room(std::size_t bytes) {
  room_ = bytes;
  drive();
  return *this;
}

std::vector<Frame> ClientRig::frames() {
  read_wire();
  return std::exchange(frames_, {});
}

void ClientRig::read_wire() {
  constexpr std::string_view kRequest = "GET ";
  const std::string_view text = base::as_text(wire_);
  if (text.starts_with(kRequest.substr(0, text.size()))) {
    const std::size_t end = text.find("\r\n\r\n");
    if (end == text.npos) return;
    wire_.erase(wire_.begin(), wire_.begin() + static_cast<std::ptrdiff_t>(end + 4));
  }
  for (Frame& frame : take_frames(Role::client, wire_)) frames_.push_back(std::move(frame));
}

void ClientRig::drive() {
  do {
    while (const auto action = machine.poll(now, workspace_)) perform(*action);
  } while (flush());
}

void ClientRig::perform(const ClientAction& next) {
  if (const auto* deliver = std::get_if<client_action::Deliver>(&next)) {
    delivered.push_back({deliver->message.type, std::string{deliver->message.payload}});
    if (on_message) on_message(*this, delivered.back());
    return;
  }
  told.push_back(next);
  if (const auto* dial = std::get_if<life::Dial>(&next)) {
    transport_ = dial->generation;
    kept_.clear();
    read_wire();
    wire_.clear();
  } else if (std::holds_alternative<life::DropTransport>(next)) {
    if (kept_.empty()) wire_ = joined({wire_, workspace_.output});
    workspace_.output.clear();
    kept_.clear();
  } else if (const auto* ask = std::get_if<client_action::AskGreeting>(&next)) {
    if (greeting) machine.handle(now, event::Greeting{ask->generation, *greeting}, workspace_);
  } else if (std::holds_alternative<client_action::NotifyWritable>(next) && on_writable) {
    on_writable(*this);
  }
}

bool ClientRig::flush() {
  const bool was_blocked = !kept_.empty();
  kept_.insert(kept_.end(), workspace_.output.begin(), workspace_.output.end());
  workspace_.output.clear();
  const std::size_t count = std::min(room_, kept_.size());
  if (count == 0) return false;
  room_ -= count;
  const auto end = kept_.begin() + static_cast<std::ptrdiff_t>(count);
  wire_.insert(wire_.end(), kept_.begin(), end);
  kept_.erase(kept_.begin(), end);
  machine.handle(now, event::Written{transport_, count, was_blocked}, workspace_);
  return true;
}

}  // namespace heartwire::endpoint::test
