#pragma once
// The closing handshake, with a deadline of its own: a close on a dead link never hangs.
//
// Both roles: after both Close messages the transport is ended; the server ends it first, the
// client waits a little for that (RFC 6455 section 7.1.1), then ends it itself. There are two ways
// to end: orderly (is_to_end: write what is queued, then end) and by force (is_overdue: drop it).
//
// Invariants: from the first Close, sent or received, a deadline stands until the transport ended,
// and nothing moves it later. Repeated and crossed Close messages are harmless. An ended transport
// stays ended.
//
// Not here: the Close message itself and what may follow it on the wire (ws/).

#include "heartwire/base/instant.hpp"
#include "heartwire/base/role.hpp"

#include <cstdint>
#include <optional>

namespace heartwire::core {

using base::Role;

struct ClosingOptions {
  /// From the first Close message, ours or the peer's, to dropping the transport whatever the peer
  /// does. Kept in milliseconds, rounded up. Default 5 s, more than a round trip and its
  /// retransmissions take. From 1 ms to 1 h.
  base::Duration close_timeout = std::chrono::seconds{5};
  /// Client, after both Close messages: how long the server may take to end the transport, so that
  /// TIME_WAIT stays with it as RFC 6455 asks. Kept in milliseconds, rounded up. Default 1 s. From
  /// 0 to 1 min.
  base::Duration linger_timeout = std::chrono::seconds{1};
  bool operator==(const ClosingOptions&) const = default;
};

/// How far the handshake has come. `received` and `sent`: one Close only.
enum class ClosingPhase : std::uint8_t { open, sent, received, both, ended };

/// One connection's closing handshake. A movable value of 16 bytes: a server has very many.
class Closing {
 public:
  /// `options` is copied. Out of range it is a bug: validate() it where it enters.
  Closing(Role role, const ClosingOptions& options) noexcept;

  /// Our Close was queued for writing; nothing may follow it. Counted from the queue and not from
  /// the wire, so that a link which takes nothing in cannot hold us. Repeated calls change nothing.
  void on_sent(base::Instant now) noexcept;
  /// The peer's Close came. Answer it, unless we sent ours already (RFC 6455 section 5.5.1).
  /// Repeated calls change nothing.
  void on_received(base::Instant now) noexcept;
  /// The transport ended.
  void on_transport_ended() noexcept;

  /// True when the transport is to be ended: handshake complete (server), or a deadline passed. In
  /// the first case what is queued is written before; deadline() still stands meanwhile.
  bool is_to_end(base::Instant now) const noexcept;
  /// True when the deadline passed: drop the transport now, written or not.
  bool is_overdue(base::Instant now) const noexcept;
  /// Both Close messages were exchanged: a clean close (RFC 6455 section 7.1.4). Stays true.
  bool is_clean() const noexcept { return is_sent_ && is_received_; }
  ClosingPhase phase() const noexcept;
  /// When to ask is_overdue() again; nothing in open and ended.
  std::optional<base::Instant> deadline() const noexcept;

 private:
  void advance(base::Instant now) noexcept;

  base::Instant deadline_ = base::Instant::max();
  std::uint32_t close_timeout_ms_;
  std::uint16_t linger_timeout_ms_;
  bool is_server_ : 1;
  bool is_sent_ : 1;
  bool is_received_ : 1;
  bool is_ended_ : 1;
};

static_assert(sizeof(Closing) <= 16, "a server keeps one of these for each connection");

/// The first thing wrong with `options`, for people and naming the option, or null.
const char* validate(const ClosingOptions& options) noexcept;

}  // namespace heartwire::core
