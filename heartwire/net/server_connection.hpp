#pragma once
// One accepted connection of a server, from accept to the end of its socket: the handshakes, the
// endpoint, what waits to be written. It is also what a user's handle points to, so that both are
// one allocation; while it is idle it owns no buffer.
//
// Life: shaking_hands (TLS), reading_request, open, lingering, gone. After the last word, be it a
// Close or an HTTP refusal, it lingers: what waits is written, then FIN, then what the peer still
// sends is read and dropped until its FIN; closing at once would make the kernel answer unread
// bytes by RST, which can destroy the last word before the peer has read it.
//
// Back-pressure: a peer that does not read what it is sent is not read from either, once half of
// send_buffer_bytes_max waits for it.
//
// Threads: as marked. The rest belongs to the loop of its shard.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/instant.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/core/admission.hpp"
#include "heartwire/core/message.hpp"
#include "heartwire/core/outbox.hpp"
#include "heartwire/endpoint/server_endpoint.hpp"
#include "heartwire/endpoint/server_handshake.hpp"
#include "heartwire/net/address.hpp"
#include "heartwire/net/server_observer.hpp"
#include "heartwire/net/stream.hpp"
#include "heartwire/net/write_buffer.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace heartwire::net {

class ServerShard;
struct ServerShardOptions;

/// A frame encoded once for any number of connections (ws::encode_message).
using SharedFrame = std::shared_ptr<const base::Bytes>;
using SendResult = base::Result<base::Unit, core::SendError>;

class ServerConnection {
 public:
  /// Why we ended a connection, where the close code alone does not say.
  enum class Grounds : std::uint8_t { user, slow_peer, message_rate, drain };

  /// For the shard, which then calls begin().
  ServerConnection(std::shared_ptr<ServerShard> shard, std::uint32_t slot, std::uint64_t id,
                   Stream stream, const Address& peer) noexcept;
  ~ServerConnection();
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;

  // Any thread.

  /// On the loop's thread the result is final, and the bytes leave with those of the hook that runs
  /// for this connection, if one does, else at once. From other threads a message that was accepted
  /// reaches the loop; one that then finds no room, since heartbeats took it, ends the connection
  /// with 1013.
  static SendResult send(const ServerConnectionPtr& self, core::MessageView message);
  static SendResult send(const ServerConnectionPtr& self, const SharedFrame& frame);
  /// Ends it in good order, after what was sent before. False, and nothing happens, for a code that
  /// may not be sent, or when the end has begun.
  static bool close(const ServerConnectionPtr& self, std::uint16_t code, std::string_view reason,
                    Grounds grounds = Grounds::user);
  static void check_now(const ServerConnectionPtr& self);

  std::uint64_t id() const noexcept { return id_; }
  bool is_open() const noexcept { return is_open_.load(std::memory_order_acquire); }
  /// Bytes given by send() that have not left for the kernel, and heartbeats among them.
  std::size_t unsent_bytes() const noexcept { return unsent_.load(std::memory_order_relaxed); }
  const Address& peer() const noexcept { return peer_; }
  /// As the observer named it; settled once it is open.
  std::string identity() const;
  /// Settled once it is open.
  bool is_compressed() const noexcept { return is_compressed_.load(std::memory_order_relaxed); }

  // For the shard, on the loop's thread.

  /// Starts with the handshakes. `why_not`: read the request, then refuse it so.
  void begin(base::Instant now, const std::optional<core::Refusal>& why_not);
  /// A deadline in the shard's table has passed; it may have moved later meanwhile.
  void on_timer(base::Instant now);
  void close_here(base::Instant now, std::uint16_t code, std::string_view reason, Grounds grounds);
  /// Ends without a word to anybody, and leaves the shard to forget it.
  void drop() noexcept;
  bool has_begun_frames() const noexcept { return stage_ == Stage::open; }
  bool is_admitted() const noexcept { return is_admitted_; }

 private:
  enum class Stage : std::uint8_t { shaking_hands, reading_request, open, lingering, gone };

  struct Opening {
    endpoint::ServerHandshake handshake;
    std::optional<core::Refusal> refusal;
    base::Instant deadline;
  };
  struct Lingering {
    base::Instant deadline{};
    std::size_t discard_bytes_left = 0;
  };

  // server_opening.cpp
  void on_tls(std::optional<TlsFailure> failure);
  void read_request(base::Instant now, base::MutableByteView bytes);
  void judge(base::Instant now, const ws::UpgradeRequest& request,
             std::optional<core::Refusal> why_not, base::MutableByteView rest);
  void open(base::Instant now, const ws::UpgradeRequest& request,
            const ServerAcceptance& acceptance, base::MutableByteView rest);
  std::uint8_t dialect_of(const ws::UpgradeRequest& request,
                          const ServerAcceptance& acceptance) const;
  void refuse(base::Instant now, const ws::HttpRefusal& why_not);
  void time_out(base::Instant now);

  // server_connection.cpp
  void await_readable();
  void on_readable();
  bool read_once();
  void receive(base::Instant now, base::MutableByteView bytes);
  void discard(std::size_t count);
  void on_transport_end(const IoResult& result);
  void await_writable();
  void on_writable();
  bool flush(base::Instant now, endpoint::Workspace& workspace);
  std::size_t write(base::ByteView fresh);
  bool is_held_back() noexcept;
  void feed(base::Instant now, const endpoint::ServerEvent& what);
  void run(base::Instant now, endpoint::Workspace& workspace);
  void perform(base::Instant now, endpoint::ServerAction next, endpoint::Workspace& workspace);
  void deliver(base::Instant now, core::MessageView message, endpoint::Workspace& workspace);
  void tick(base::Instant now);
  bool may_judge() const noexcept;
  void end(base::Instant now, endpoint::server_action::End end, endpoint::Workspace& workspace);
  void linger(base::Instant now);
  void release(bool is_reset);
  void rearm();
  std::optional<base::Instant> deadline() const noexcept;

  // server_sending.cpp
  static SendResult refuse(const ServerConnectionPtr& self);
  static SendResult post(const ServerConnectionPtr& self, SharedFrame frame);
  static SendResult post(const ServerConnectionPtr& self, core::MessageView message,
                         std::uint32_t reserved);
  bool reserve(std::size_t bytes) noexcept;
  void take_posted(base::ByteView frame);
  void take_posted(core::MessageView message, std::uint32_t reserved);
  SendResult send_here(base::ByteView frame);
  SendResult send_here(core::MessageView message, std::uint32_t reserved);
  void write_outside_turn(base::ByteView bytes);
  void publish_unsent() noexcept;

  const ServerShardOptions& options() const noexcept;
  endpoint::ServerEndpoint& endpoint() noexcept;
  const endpoint::ServerEndpoint& endpoint() const noexcept;
  void report(std::string_view what) const;

  const std::shared_ptr<ServerShard> shard_;  // A handle may outlive the server.
  const std::uint64_t id_;
  Stream stream_;
  std::variant<std::unique_ptr<Opening>, endpoint::ServerEndpoint, Lingering> state_;
  WriteBuffer unwritten_;
  const Address peer_;
  const std::uint32_t slot_;

  std::atomic<std::uint32_t> unsent_{0};  ///< On its way from other threads, and published_.
  std::uint32_t published_ = 0;           ///< What unsent_ holds of the endpoint's unwritten().
  std::uint32_t http_bytes_ = 0;          ///< Ahead of the endpoint's in what is to be written.
  std::uint32_t unread_seen_ = 0;         ///< While held back: in the kernel at the last tick.
  std::atomic<bool> is_open_{false};
  std::atomic<bool> is_compressed_{false};
  Stage stage_ : 4 = Stage::shaking_hands;
  Grounds grounds_ : 4 = Grounds::user;
  bool is_admitted_ : 1 = true;
  bool has_bulk_ : 1 = false;  ///< The last read was full: read with the large buffer.
  bool is_held_back_ : 1 = false;
  bool is_awaiting_writable_ : 1 = false;
  bool has_identity_ : 1 = false;  ///< The shard knows it, until we go.
};

/// A server keeps one of these a connection, besides what Asio needs.
inline constexpr std::size_t kServerConnectionBytesMax = 232;
static_assert(sizeof(ServerConnection) <= kServerConnectionBytesMax);

}  // namespace heartwire::net
