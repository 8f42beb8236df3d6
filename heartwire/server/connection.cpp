#include "heartwire/server/connection.hpp"

#include "heartwire/net/server_connection.hpp"
#include "heartwire/ws/message_writer.hpp"
#include "heartwire/ws/utf8.hpp"

namespace heartwire::server {

using base::Failure;
using core::SendError;
using net::ServerConnection;

Encoded::Encoded(core::MessageView message) {
  if (message.type == core::MessageType::text && !ws::is_utf8(message.payload)) return;
  frame_ = std::make_shared<const base::Bytes>(
      ws::encode_message(message.type, base::as_bytes(message.payload)));
}

Encoded::Encoded(std::string_view text)
    : Encoded(core::MessageView{core::MessageType::text, text}) {}

std::uint64_t Connection::id() const noexcept {
  return connection_ ? connection_->id() : 0;
}

base::Result<base::Unit, SendError> Connection::send(core::MessageView message) {
  if (!connection_) return Failure{SendError::closed};
  return ServerConnection::send(connection_, message);
}

base::Result<base::Unit, SendError> Connection::send(std::string_view text) {
  return send(core::MessageView{core::MessageType::text, text});
}

base::Result<base::Unit, SendError> Connection::send(const Encoded& message) {
  if (!connection_) return Failure{SendError::closed};
  if (!message.frame_) return Failure{SendError::invalid_text};
  return ServerConnection::send(connection_, message.frame_);
}

bool Connection::close(std::uint16_t code, std::string_view reason) {
  return connection_ && ServerConnection::close(connection_, code, reason);
}

void Connection::check_now() {
  if (connection_) ServerConnection::check_now(connection_);
}

bool Connection::is_open() const noexcept {
  return connection_ && connection_->is_open();
}

std::string Connection::remote_address() const {
  return connection_ ? to_string(connection_->peer()) : std::string{};
}

std::string Connection::identity() const {
  return connection_ ? connection_->identity() : std::string{};
}

bool Connection::is_compressed() const noexcept {
  return connection_ && connection_->is_compressed();
}

std::size_t Connection::unsent_bytes() const noexcept {
  return connection_ ? connection_->unsent_bytes() : 0;
}

}  // namespace heartwire::server
