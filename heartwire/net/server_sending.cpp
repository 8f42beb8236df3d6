// Sending on a ServerConnection, from its own thread and from others.

#include "heartwire/net/server_connection.hpp"
#include "heartwire/net/server_shard.hpp"
#include "heartwire/net/server_turn.hpp"
#include "heartwire/ws/close_code.hpp"
#include "heartwire/ws/frame.hpp"
#include "heartwire/ws/message_writer.hpp"
#include "heartwire/ws/utf8.hpp"

#include <array>
#include <string>
#include <utility>

namespace heartwire::net {

namespace event = endpoint::server_event;
using core::SendError;

namespace {

constexpr std::uint16_t kSlowPeerCode = ws::number(ws::CloseCode::try_again_later);
constexpr std::string_view kSlowPeerReason = "reading too slowly";

std::size_t frame_size(core::MessageView message) noexcept {
  ws::FrameHeader header;
  header.payload_length = message.payload.size();
  std::array<std::uint8_t, ws::kHeaderBytesMax> unused;
  return ws::encode_header(header, unused) + message.payload.size();
}

}  // namespace

// From any thread.

SendResult ServerConnection::send(const ServerConnectionPtr& self, core::MessageView message) {
  if (!self->is_open()) return base::Failure{SendError::closed};
  const bool is_here = self->shard_->is_current();
  if (!is_here && message.type == base::MessageType::text && !ws::is_utf8(message.payload))
    return base::Failure{SendError::invalid_text};
  const std::size_t bytes = frame_size(message);
  if (!self->reserve(bytes)) return refuse(self);
  if (is_here) return self->send_here(message, static_cast<std::uint32_t>(bytes));
  // Compressing is the loop's: its order is the order in which the peer inflates.
  if (self->is_compressed()) return post(self, message, static_cast<std::uint32_t>(bytes));
  return post(self, std::make_shared<const base::Bytes>(
                        ws::encode_message(message.type, base::as_bytes(message.payload))));
}

SendResult ServerConnection::send(const ServerConnectionPtr& self, const SharedFrame& frame) {
  if (!self->is_open()) return base::Failure{SendError::closed};
  if (!self->reserve(frame->size())) return refuse(self);
  return self->shard_->is_current() ? self->send_here(*frame) : post(self, frame);
}

bool ServerConnection::close(const ServerConnectionPtr& self, std::uint16_t code,
                             std::string_view reason, Grounds grounds) {
  if (!ws::is_valid_on_wire(code)) return false;
  if (!self->is_open_.exchange(false, std::memory_order_acq_rel)) return false;
  return self->shard_->post([self, code, reason = std::string{reason}, grounds] {
    self->close_here(self->shard_->now(), code, reason, grounds);
  });
}

void ServerConnection::check_now(const ServerConnectionPtr& self) {
  if (!self->is_open()) return;
  self->shard_->post([self] {
    if (self->stage_ == Stage::open) self->feed(self->shard_->now(), event::CheckNow{});
  });
}

SendResult ServerConnection::refuse(const ServerConnectionPtr& self) {
  if (self->options().is_slow_peer_closed)
    close(self, kSlowPeerCode, kSlowPeerReason, Grounds::slow_peer);
  return base::Failure{SendError::outbox_full};
}

/// Room is taken before a message is counted by the endpoint, so that what several threads send at
/// once stays within the bound together.
bool ServerConnection::reserve(std::size_t bytes) noexcept {
  const std::size_t limit = options().endpoint.send_buffer_bytes_max;
  std::uint32_t unsent = unsent_.load(std::memory_order_relaxed);
  do {
    if (bytes > limit || unsent > limit - bytes) return false;
  } while (!unsent_.compare_exchange_weak(unsent, unsent + static_cast<std::uint32_t>(bytes),
                                          std::memory_order_relaxed));
  return true;
}

SendResult ServerConnection::post(const ServerConnectionPtr& self, SharedFrame frame) {
  const auto bytes = static_cast<std::uint32_t>(frame->size());
  if (self->shard_->post([self, frame = std::move(frame)] { self->take_posted(*frame); }))
    return base::Unit{};
  self->unsent_.fetch_sub(bytes, std::memory_order_relaxed);
  return base::Failure{SendError::closed};
}

SendResult ServerConnection::post(const ServerConnectionPtr& self, core::MessageView message,
                                  std::uint32_t reserved) {
  const auto take = [self, type = message.type, payload = std::string{message.payload}, reserved] {
    self->take_posted({type, payload}, reserved);
  };
  if (self->shard_->post(take)) return base::Unit{};
  self->unsent_.fetch_sub(reserved, std::memory_order_relaxed);
  return base::Failure{SendError::closed};
}

// On the loop.

void ServerConnection::take_posted(core::MessageView message, std::uint32_t reserved) {
  if (stage_ != Stage::open) {
    unsent_.fetch_sub(reserved, std::memory_order_relaxed);
    return;
  }
  const SendResult sent = send_here(message, reserved);
  if (!sent && sent.error() == SendError::outbox_full)
    close_here(shard_->now(), kSlowPeerCode, kSlowPeerReason, Grounds::slow_peer);
}

void ServerConnection::take_posted(base::ByteView frame) {
  if (stage_ != Stage::open) {
    unsent_.fetch_sub(static_cast<std::uint32_t>(frame.size()), std::memory_order_relaxed);
    return;
  }
  const SendResult sent = send_here(frame);
  if (!sent && sent.error() == SendError::outbox_full)
    close_here(shard_->now(), kSlowPeerCode, kSlowPeerReason, Grounds::slow_peer);
}

SendResult ServerConnection::send_here(base::ByteView frame) {
  published_ += static_cast<std::uint32_t>(frame.size());  // It was reserved.
  const SendResult sent = endpoint().send_encoded(frame);
  if (ServerTurn* const turn = shard_->turn_of(*this); sent && turn != nullptr) {
    base::Bytes& output = turn->workspace().output;
    output.insert(output.end(), frame.begin(), frame.end());
  } else if (sent) {
    write_outside_turn(frame);  // Straight from the shared frame, unless something waits already.
  }
  publish_unsent();
  return sent;
}

SendResult ServerConnection::send_here(core::MessageView message, std::uint32_t reserved) {
  published_ += reserved;
  SendResult sent = base::Unit{};
  if (ServerTurn* const turn = shard_->turn_of(*this)) {
    sent = endpoint().send(message, turn->workspace());
  } else {
    WorkspaceLease workspace;
    sent = endpoint().send(message, *workspace);
    if (sent) write_outside_turn(workspace->output);
  }
  publish_unsent();
  return sent;
}

/// What leaves now makes the next probe due later; should it have carried a probe along, its reply
/// deadline may be the first of all, so the table hears of it.
void ServerConnection::write_outside_turn(base::ByteView bytes) {
  const bool was_blocked = !unwritten_.is_empty();
  const std::size_t count = write(bytes);
  if (count == 0) return;
  WorkspaceLease workspace;
  endpoint().handle(shard_->now(), event::Written{count, was_blocked}, *workspace);
  rearm();
}

void ServerConnection::publish_unsent() noexcept {
  const auto unwritten = static_cast<std::uint32_t>(endpoint().unwritten());
  if (unwritten == published_) return;
  // Modulo 2^32 this also subtracts.
  unsent_.fetch_add(unwritten - published_, std::memory_order_relaxed);
  published_ = unwritten;
}

}  // namespace heartwire::net
