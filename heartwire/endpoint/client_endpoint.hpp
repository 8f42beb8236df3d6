#pragma once
// A client across all its transports, speaking RFC 6455: joins core::Lifecycle to bytes. Bytes in,
// bytes and events out.
//
// For each transport it does the opening handshake, reads frames, answers pings, writes probes
// ahead of what waits, and hands queued messages to the wire only as fast as it drains, in
// fragments, so that a heartbeat never waits behind a bulk transfer of ours.
//
// Not here: names, sockets, TLS, timers (net/).

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/instant.hpp"
#include "heartwire/core/lifecycle.hpp"
#include "heartwire/endpoint/accepted_note.hpp"
#include "heartwire/endpoint/client_handshake.hpp"
#include "heartwire/endpoint/compression.hpp"
#include "heartwire/endpoint/message_pump.hpp"
#include "heartwire/endpoint/receiver.hpp"
#include "heartwire/endpoint/workspace.hpp"
#include "heartwire/endpoint/write_ledger.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace heartwire::endpoint {

struct ClientEndpointOptions {
  core::LifecycleOptions lifecycle{};
  ws::ReaderLimits limits{};
  PumpOptions pump{};
  /// Whether and how to compress where a server agrees; the driver offers it in its handshakes.
  /// Default: not at all.
  std::optional<ws::DeflateOptions> deflate{};
};

namespace client_event {
/// The transport is up; `handshake` says what to ask for.
struct Connected {
  std::uint32_t generation = 0;
  ClientHandshake handshake;
};
/// The attempt failed, or the transport ended.
struct Ended {
  std::uint32_t generation = 0;
  core::Outcome outcome{};
};
/// Bytes came; borrowed, and changed in place, until poll() has returned nothing. Empty where the
/// driver does not read yet knows that bytes have come: a sign of life.
struct Received {
  std::uint32_t generation = 0;
  base::MutableByteView bytes{};
};
/// Bytes left for the kernel. `was_blocked`: some of them had been refused before, for want of room
/// (core::heartbeat_event::Sent says what that proves).
struct Written {
  std::uint32_t generation = 0;
  std::size_t count = 0;
  bool was_blocked = false;
};
/// The answer to AskGreeting. Text must be UTF-8; the face looks.
struct Greeting {
  std::uint32_t generation = 0;
  std::vector<core::Message> messages{};
};
/// Time has passed. `unacknowledged`: bytes written that the peer's system has not acknowledged, if
/// the driver can tell.
struct Tick {
  std::optional<std::uint64_t> unacknowledged{};
};
}  // namespace client_event

using ClientEvent = std::variant<
    core::lifecycle_event::Start, core::lifecycle_event::Reconnect, core::lifecycle_event::Close,
    core::lifecycle_event::Suspend, core::lifecycle_event::Resume, core::lifecycle_event::CheckNow,
    core::lifecycle_event::Wanted, client_event::Connected, client_event::Ended,
    client_event::Received, client_event::Written, client_event::Greeting, client_event::Tick>;

namespace client_action {
/// Answer with Greeting (empty for none); nothing else leaves before.
struct AskGreeting {
  std::uint32_t generation = 0;
};
/// Hand this message to the application. Valid until the next handle() or poll(); send() and the
/// queries leave it alone.
struct Deliver {
  core::MessageView message{};
};
/// After a send that met a full outbox: half of it is free, and room for what was refused.
struct NotifyWritable {};
}  // namespace client_action

/// What core::Lifecycle asks of the driver, less what this class does itself, plus the above. On
/// DropTransport the workspace may still hold a last word (a Close that names a fault): write it if
/// nothing waits before it and the kernel takes it.
using ClientAction =
    std::variant<core::lifecycle_action::AskWanted, core::lifecycle_action::Dial,
                 core::lifecycle_action::AbortDial, core::lifecycle_action::DropTransport,
                 core::lifecycle_action::NotifyOpen, core::lifecycle_action::NotifyEnd,
                 core::lifecycle_action::NotifyRetry, core::lifecycle_action::NotifyGaveUp,
                 core::lifecycle_action::NotifySuspect, core::lifecycle_action::NotifyCleared,
                 core::lifecycle_action::NotifyHeartbeat, core::lifecycle_action::NotifyExpired,
                 client_action::AskGreeting, client_action::Deliver, client_action::NotifyWritable>;

class ClientEndpoint {
 public:
  /// `options` is borrowed and must outlive this object; validate() its lifecycle first.
  ClientEndpoint(const ClientEndpointOptions& options, std::uint64_t seed);

  /// A Close with a code that may not be sent changes nothing.
  void handle(base::Instant now, const ClientEvent& event, Workspace& workspace);
  std::optional<ClientAction> poll(base::Instant now, Workspace& workspace);
  std::optional<base::Instant> deadline() const {
    return fault_ ? fault_->since : lifecycle_.deadline();
  }

  /// Queues a message; poll() afterwards lets it leave. See core::Lifecycle::send.
  base::Result<core::MessageId, core::SendError> send(base::Instant now, core::Message message,
                                                      core::SendOptions options);

  const core::Lifecycle& lifecycle() const noexcept { return lifecycle_; }
  core::Outbox& outbox() noexcept { return lifecycle_.outbox(); }
  bool is_awaiting_answer() const noexcept { return lifecycle_.is_awaiting_answer(); }
  /// Of the open connection: what the upgrade agreed on.
  Accepted accepted() const;
  /// Null where compression was not agreed on.
  const Compression* compression() const noexcept { return compression_.get(); }

 private:
  using Route = std::optional<ClientAction>;

  void on(base::Instant now, const client_event::Connected& event, Workspace& workspace);
  void on(base::Instant now, const client_event::Ended& event, Workspace& workspace);
  void on(base::Instant now, const client_event::Received& event, Workspace& workspace);
  void on(base::Instant now, const client_event::Written& event, Workspace& workspace);
  void on(base::Instant now, const client_event::Greeting& event, Workspace& workspace);
  void on(base::Instant now, const client_event::Tick& event, Workspace& workspace);
  void on(base::Instant now, const core::lifecycle_event::Close& event, Workspace& workspace);
  template <typename Wish>
  void on(base::Instant now, const Wish& wish, Workspace& workspace);

  Route route(base::Instant now, const core::LifecycleAction& action, Workspace& workspace);
  Route read_handshake(base::Instant now, Workspace& workspace);
  Route take(base::Instant now, const Incoming& incoming, Workspace& workspace);
  Route take_message(base::Instant now, core::MessageView message, Workspace& workspace);
  /// What was sent in answer to what came before the peer's Close, or its fault, leaves first.
  void write_last_words(base::Instant now, Workspace& workspace);
  /// The transport is to be dropped for `outcome`, which the peer caused.
  Route fail(base::Instant now, core::Outcome outcome, Workspace& workspace);
  void write_probe(base::Instant now, std::uint32_t sequence, Workspace& workspace);
  void write_waiting(base::Instant now, Workspace& workspace);
  /// What may wait to be written when an answer is owed; 0: none may be sent.
  std::size_t answer_bound() const noexcept;
  bool take_writable() noexcept;
  void begin_frames(const std::optional<ws::DeflateParams>& agreed);
  void forget_transport(Workspace& workspace);
  bool is_current(std::uint32_t generation) const noexcept;
  bool has_connection() const noexcept;
  FrameSink sink(Workspace& workspace) noexcept {
    return {base::Role::client, ledger_, workspace, compression_.get()};
  }

  /// A fault of the peer, until the driver had its chance to write our last words: only what it
  /// reports as written is not sent again on the next connection.
  struct Fault {
    core::Outcome outcome;
    base::Instant since{};
    bool is_offered = false;  ///< poll() has come to its end since.
  };

  const ClientEndpointOptions* options_;
  core::Lifecycle lifecycle_;
  std::unique_ptr<ClientHandshake> handshake_;  ///< While the opening handshake is under way.
  Receiver receiver_;
  std::unique_ptr<Compression> compression_;  ///< Null where it was not agreed on.
  WriteLedger ledger_;
  MessagePump pump_;
  AcceptedNote accepted_;
  std::unique_ptr<Fault> fault_;
  bool was_drained_ = false;    ///< Nothing waited to be sent when the bytes being read came.
  bool is_up_ = false;          ///< The opening handshake is done and the transport is there.
  bool is_close_due_ = false;   ///< Our Close follows what waits.
  bool is_close_sent_ = false;  ///< Nothing may follow it.
  /// A send met a full outbox; the user waits until no more than this is in it.
  std::optional<std::size_t> writable_at_;
  std::optional<std::uint32_t> probe_sequence_;  ///< Queued and not yet left.
};

}  // namespace heartwire::endpoint
