#pragma once
// One accepted connection on a server, from the end of its opening handshake (server_handshake.hpp)
// to its end: frames, heartbeat in its own dialect, closing. Bytes in, bytes and events out.
//
// Small by design: kServerEndpointBytesMax, and no buffer while idle. What is being read, written
// and scratched lives in the thread's Workspace; a partial message is the one thing it allocates.
//
// Not here: who may enter, limits across connections, drain (core/), sockets (net/).

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/instant.hpp"
#include "heartwire/core/closing.hpp"
#include "heartwire/core/dialect_set.hpp"
#include "heartwire/core/heartbeat.hpp"
#include "heartwire/core/lifecycle.hpp"
#include "heartwire/core/outbox.hpp"
#include "heartwire/core/outcome.hpp"
#include "heartwire/endpoint/compression.hpp"
#include "heartwire/endpoint/receiver.hpp"
#include "heartwire/endpoint/workspace.hpp"
#include "heartwire/endpoint/write_ledger.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

namespace heartwire::endpoint {

/// Shared by all connections of a server.
struct ServerEndpointOptions {
  core::HeartbeatOptions heartbeat{};
  core::ClosingOptions closing{};
  /// What the server answers, each connection in its own.
  core::DialectSet dialects{};
  ws::ReaderLimits limits{};
  /// Whether and how to compress; what each client agrees to is its own. Default: not at all.
  std::optional<ws::DeflateOptions> deflate{};
  /// Bytes that may wait for a slow peer, at most 2 GiB. Default 1 MiB. A send beyond is refused,
  /// or ends the connection, as the server's face is configured. Beside it, answers to a peer that
  /// asks faster than it reads may wait (Receiver::kAnswerBytesMax).
  std::size_t send_buffer_bytes_max = std::size_t{1} << 20;
};

namespace server_event {
/// Bytes came; borrowed, and unmasked in place, until poll() has returned nothing. Empty where the
/// driver does not read yet knows that bytes have come: a sign of life.
struct Received {
  base::MutableByteView bytes{};
};
/// Bytes left for the kernel. `was_blocked`: some of them had been refused before, for want of room
/// (core::heartbeat_event::Sent says what that proves).
struct Written {
  std::size_t count = 0;
  bool was_blocked = false;
};
/// Probe now with a short deadline.
struct CheckNow {};
/// End the connection in good order, or, with a code that may not be sent, do nothing.
struct Close {
  std::uint16_t code = 1000;
  std::string_view reason{};
};
/// The transport ended.
struct Ended {
  core::Outcome outcome{};
};
/// Time has passed. `unacknowledged`: bytes written that the peer's system has not acknowledged, if
/// the driver can tell.
struct Tick {
  std::optional<std::uint64_t> unacknowledged{};
};
}  // namespace server_event

using ServerEvent =
    std::variant<server_event::Received, server_event::Written, server_event::CheckNow,
                 server_event::Close, server_event::Ended, server_event::Tick>;

namespace server_action {
/// Hand this message to the application. Valid until the next poll(); what the application sends or
/// wishes meanwhile leaves it alone.
struct Deliver {
  core::MessageView message{};
};
struct NotifySuspect {
  base::Duration silence{};
};
struct NotifyCleared {
  base::Duration silence{};
};
struct NotifyHeartbeat {
  base::Duration round_trip{};
};
/// Said once, last. Write what the workspace holds if the kernel takes it, end the transport, tell
/// the application.
struct End {
  core::Outcome outcome{};
  core::EndedBy by = core::EndedBy::nobody;
  bool is_clean = false;
};
}  // namespace server_action

using ServerAction =
    std::variant<server_action::Deliver, server_action::NotifySuspect, server_action::NotifyCleared,
                 server_action::NotifyHeartbeat, server_action::End>;

class ServerEndpoint {
 public:
  /// The connection is open from `now` on. `options` is borrowed and must outlive this object.
  /// `dialect` is what the subprotocol or the path implied, or core::DialectSet::kUndecided.
  /// `agreed`: that messages may be compressed.
  ServerEndpoint(const ServerEndpointOptions& options, base::Instant now, std::uint64_t seed,
                 std::uint8_t dialect, const std::optional<ws::DeflateParams>& agreed = {});

  void handle(base::Instant now, const ServerEvent& event, Workspace& workspace);
  std::optional<ServerAction> poll(base::Instant now, Workspace& workspace);
  std::optional<base::Instant> deadline() const noexcept;

  /// Appends a message to the workspace's output. Refused, changing nothing: closed once closing
  /// has begun, outbox_full beyond send_buffer_bytes_max, invalid_text.
  base::Result<base::Unit, core::SendError> send(core::MessageView message, Workspace& workspace);
  /// The same for a frame that was encoded once for many (ws::encode_message): counts `frame` as
  /// given to the driver, which writes it. Such a frame goes uncompressed, as any message may.
  base::Result<base::Unit, core::SendError> send_encoded(base::ByteView frame) noexcept;

  bool is_awaiting_answer() const noexcept;
  bool is_open() const noexcept { return phase_ == Phase::open; }
  std::size_t unwritten() const noexcept { return ledger_.unwritten(); }
  /// Without samples once closing has begun.
  core::RoundTrip round_trip() const noexcept;
  std::uint8_t dialect() const noexcept { return dialect_; }
  /// Null where compression was not agreed on.
  const Compression* compression() const noexcept { return compression_.get(); }

 private:
  /// `ending`: End is to be said; `ended`: it was.
  enum class Phase : std::uint8_t { open, closing, ending, ended };

  /// What takes the heartbeat's place once the connection has begun to end.
  struct Closure {
    core::Closing closing;
    std::unique_ptr<core::Outcome> outcome;
    core::EndedBy by = core::EndedBy::nobody;
  };

  void on(base::Instant now, const server_event::Received& event, Workspace& workspace);
  void on(base::Instant now, const server_event::Written& event, Workspace& workspace);
  void on(base::Instant now, const server_event::CheckNow& event, Workspace& workspace);
  void on(base::Instant now, const server_event::Close& event, Workspace& workspace);
  void on(base::Instant now, const server_event::Ended& event, Workspace& workspace);
  void on(base::Instant now, const server_event::Tick& event, Workspace& workspace);

  using Told = std::optional<ServerAction>;
  Told route(base::Instant now, const core::HeartbeatAction& next, Workspace& workspace);
  Told take(base::Instant now, const Incoming& incoming, Workspace& workspace);
  Told take_message(base::Instant now, core::MessageView message, Workspace& workspace);
  void write_probe(base::Instant now, std::uint32_t sequence, Workspace& workspace);
  void feed_heartbeat(base::Instant now, const core::HeartbeatEvent& event) noexcept;
  std::size_t send_bound() const noexcept;
  bool has_room(std::size_t bytes) const noexcept;
  /// What may wait to be written when an answer is owed; 0: none may be sent.
  std::size_t answer_bound() const noexcept;
  /// The first reason to end is the one that is told.
  Closure& begin_closing(Phase phase, core::Outcome outcome, core::EndedBy by);
  ServerAction end(Workspace& workspace);
  FrameSink sink(Workspace& workspace) noexcept {
    return {base::Role::server, ledger_, workspace, compression_.get()};
  }

  const ServerEndpointOptions* options_;
  std::variant<core::Heartbeat, Closure> state_;  ///< A Heartbeat while open.
  Receiver receiver_;
  std::unique_ptr<Compression> compression_;  ///< Null where it was not agreed on.
  WriteLedger ledger_;
  std::uint16_t probe_sequence_ = 0;  ///< Of the probe that the ledger marks; its low bits.
  Phase phase_ = Phase::open;
  std::uint8_t dialect_;
};

inline constexpr std::size_t kServerEndpointBytesMax = 128;

}  // namespace heartwire::endpoint
