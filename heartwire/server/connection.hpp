#pragma once
// What a program holds of one connection of a server.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/core/message.hpp"
#include "heartwire/core/outbox.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace heartwire::net {
class ServerConnection;
}

namespace heartwire::server {

/// A message encoded once for any number of connections. A light value; any thread.
class Encoded {
 public:
  explicit Encoded(core::MessageView message);
  explicit Encoded(std::string_view text);

 private:
  friend class Connection;
  std::shared_ptr<const base::Bytes> frame_;  ///< Null: text that is not UTF-8.
};

/// Names one connection for as long as the program likes: a light value that may be copied, kept
/// and used from any thread, also after the connection has ended (everything is refused then).
/// Memory of an ended connection is freed with the last copy.
class Connection {
 public:
  /// No connection: id 0, never open.
  Connection() = default;

  /// Unique within a server, never reused. 0: none.
  std::uint64_t id() const noexcept;

  /// Sends, in order with every other send of the same thread. On the connection's own thread the
  /// result is final. From others the message is copied and on its way: it is lost only with the
  /// connection, and should heartbeats have taken its room meanwhile, that ends with 1013. Refused,
  /// changing nothing: closed; outbox_full beyond Options::send_buffer_bytes_max; invalid_text.
  base::Result<base::Unit, core::SendError> send(core::MessageView message);
  base::Result<base::Unit, core::SendError> send(std::string_view text);
  base::Result<base::Unit, core::SendError> send(const Encoded& message);

  /// Ends the connection in good order, after what was sent before; on_close tells when it has
  /// ended. The reason is cut to 123 bytes. False, and nothing happens, for a code that may not be
  /// sent, and once the end has begun.
  bool close(std::uint16_t code = 1000, std::string_view reason = {});

  /// Probes at once with a short deadline.
  void check_now();

  /// True until the connection has begun to end.
  bool is_open() const noexcept;
  /// `192.0.2.1:51234`, `[2001:db8::1]:51234`.
  std::string remote_address() const;
  /// Who the peer is, as Admit::identity said; empty if it said nothing. Good after the end, too.
  std::string identity() const;
  /// Whether permessage-deflate was agreed on.
  bool is_compressed() const noexcept;
  /// Bytes that wait for the peer here; the kernel holds more.
  std::size_t unsent_bytes() const noexcept;

  bool operator==(const Connection&) const = default;

  explicit Connection(std::shared_ptr<net::ServerConnection> connection) noexcept
      : connection_(std::move(connection)) {}

 private:
  std::shared_ptr<net::ServerConnection> connection_;  // Shared with the loop that serves it.
};

}  // namespace heartwire::server
