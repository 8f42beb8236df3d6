#include "tests/unit/endpoint/server_rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace heartwire::endpoint::test {

namespace event = server_event;
using base::Role;

ServerEndpointOptions plain_server() {
  ServerEndpointOptions options;
  options.heartbeat.interval = std::chrono::minutes{1};
  return options;
}

core::DialectSet dialects(std::vector<core::DialectPtr> some) {
  return core::DialectSet::make(std::move(some)).value();
}

ServerRig::ServerRig(ServerEndpointOptions wanted, std::uint8_t dialect,
                     const std::optional<ws::DeflateParams>& agreed)
    : options(std::move(wanted)), machine(options, now, 12, dialect, agreed) {
  drive();
}

ServerRig& ServerRig::handle(const ServerEvent& what) {
  machine.handle(now, what, workspace_);
  drive();
  return *this;
}

ServerRig& ServerRig::receive(base::Bytes bytes) {
  return handle(event::Received{bytes});
}

ServerRig& ServerRig::receive(const std::vector<Frame>& frames) {
  return receive(encode(Role::client, frames));
}

ServerRig& ServerRig::lose() {
  core::Outcome outcome;
  outcome.cause = core::Cause::lost;
  return handle(event::Ended{outcome});
}

ServerRig& ServerRig::pass(base::Duration time) {
  const base::Instant end = now + time;
  while (const auto due = machine.deadline()) {
    if (*due > end) break;
    now = std::max(now, *due);
    handle(event::Tick{});
  }
  now = end;
  return *this;
}

base::Result<base::Unit, core::SendError> ServerRig::send(const Frame& message) {
  const auto type =
      message.opcode == ws::Opcode::text ? base::MessageType::text : base::MessageType::binary;
  auto sent = machine.send({type, message.payload}, workspace_);
  drive();
  return sent;
}

base::Result<base::Unit, core::SendError> ServerRig::send_encoded(const base::Bytes& frame) {
  auto sent = machine.send_encoded(frame);
  if (sent) workspace_.output.insert(workspace_.output.end(), frame.begin(), frame.end());
  drive();
  return sent;
}

ServerRig& ServerRig::close(std::uint16_t code, std::string_view reason) {
  return handle(event::Close{code, reason});
}

ServerRig& ServerRig::set_room(std::size_t bytes) {
  room_ = bytes;
  drive();
  return *this;
}

std::vector<Frame> ServerRig::frames() {
  return take_frames(Role::server, wire_);
}

std::optional<server_action::End> ServerRig::end() const {
  for (const ServerAction& one : told)
    if (const auto* end = std::get_if<server_action::End>(&one)) return *end;
  return std::nullopt;
}

void ServerRig::drive() {
  do {
    while (auto action = machine.poll(now, workspace_)) {
      if (const auto* deliver = std::get_if<server_action::Deliver>(&*action))
        delivered.push_back({deliver->message.type, std::string{deliver->message.payload}});
      else
        told.push_back(std::move(*action));
    }
  } while (flush());
}

bool ServerRig::flush() {
  const bool was_blocked = !kept_.empty();
  kept_.insert(kept_.end(), workspace_.output.begin(), workspace_.output.end());
  workspace_.output.clear();
  const std::size_t count = std::min(room_, kept_.size());
  if (count == 0) return false;
  room_ -= count;
  const auto end = kept_.begin() + static_cast<std::ptrdiff_t>(count);
  wire_.insert(wire_.end(), kept_.begin(), end);
  kept_.erase(kept_.begin(), end);
  machine.handle(now, event::Written{count, was_blocked}, workspace_);
  return true;
}

}  // namespace heartwire::endpoint::test
