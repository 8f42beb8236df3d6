#pragma once
// The life of a client's connection, across all its transports: the parent of heartbeat, reconnect
// policy, closing and outbox. It only routes between them.
//
//   idle -> connecting -> open -> closing -> closed
//             ^             |
//             '-- waiting <-'          suspended: not wanted now; failed: gave up
//
// Invariants (the life of a connection):
//  - At most one transport, or one attempt, exists at a time; each has a generation, and what a
//    stale one reports changes nothing.
//  - A loss carries its cause. After the user's close nothing connects until the user says so.
//  - No deadline outlives its transport; idle, closed and failed have none.
//  - At most one question (AskWanted) is open at a time, across closes and suspensions, so no
//  answer
//    can be taken for another's.
//
// Not here: bytes and frames (endpoint/), sockets (net/). A browser drives this class directly.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/ring_buffer.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/core/closing.hpp"
#include "heartwire/core/dialect.hpp"
#include "heartwire/core/heartbeat.hpp"
#include "heartwire/core/interval_search.hpp"
#include "heartwire/core/outbox.hpp"
#include "heartwire/core/outcome.hpp"
#include "heartwire/core/reconnect_policy.hpp"
#include "heartwire/core/url_rotation.hpp"

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace heartwire::core {

struct LifecycleOptions {
  HeartbeatOptions heartbeat{};
  IntervalSearchOptions interval_search{};
  ReconnectOptions reconnect{};
  OutboxOptions outbox{};
  ClosingOptions closing{};
  UrlRotationOptions urls{};
  /// What a heartbeat is. Default: protocol ping and pong.
  DialectPtr dialect = dialect::protocol();
  /// From Dial to open, all stages together. Default 45 s.
  base::Duration attempt_timeout = std::chrono::seconds{45};
  /// Ask a condition (AskWanted) before each attempt. Default off.
  bool has_condition = false;
  /// How often the condition is asked again while it says no. Default 1 s.
  base::Duration wanted_interval = std::chrono::seconds{1};
  /// The user's answer to an outcome, or nothing to follow the classifier. Called on the driver's
  /// thread; must not throw. Default: none.
  std::function<std::optional<Verdict>(const Outcome&)> judge{};
};

enum class State : std::uint8_t {
  idle,        ///< Never started.
  connecting,  ///< One attempt is under way.
  open,
  closing,    ///< The closing handshake is under way.
  closed,     ///< The user closed.
  waiting,    ///< For the next attempt.
  suspended,  ///< Attempts are held: suspend(), or the condition said no.
  failed,     ///< Gave up.
};
const char* name(State state) noexcept;

/// Who ended an open connection.
enum class EndedBy : std::uint8_t { us, peer, nobody };

/// The driver's reports and the user's wishes.
namespace lifecycle_event {
/// The user wants a connection. Nothing new if one is wanted already; during the closing handshake
/// that the user began, one follows it.
struct Start {};
/// The user wants a fresh series of attempts now, whatever the state; an open connection is closed
/// first. Ends a suspension.
struct Reconnect {};
/// The user ends the connection for good. Messages that wait are sent first, within the deadline.
/// A suspension outlives it.
struct Close {
  std::uint16_t code = 1000;
  std::string reason{};
};
/// Attempts are held, and one under way is abandoned. An open connection stays.
struct Suspend {};
/// Attempts go on, at once, without the rest of a delay.
struct Resume {};
/// Probe an open connection at once, with a short deadline.
struct CheckNow {};
/// The answer to AskWanted; nothing else may send it. One that comes after a close() or suspend()
/// settles the question and changes nothing else.
struct Wanted {
  bool is_wanted = true;
};
/// The transport of this generation is up and the opening handshake is done.
struct Opened {
  std::uint32_t generation = 0;
};
/// The attempt failed or the transport ended.
struct Ended {
  std::uint32_t generation = 0;
  Outcome outcome{};
};
/// The peer's Close came; the answer to it has been queued.
struct PeerClosing {
  std::uint32_t generation = 0;
  Outcome outcome{};
};
/// Bytes came.
struct Received {
  std::uint32_t generation = 0;
};
/// Bytes left for the kernel. `was_blocked`: it had refused them before, for want of room (see
/// heartbeat_event::Sent).
struct Sent {
  std::uint32_t generation = 0;
  bool was_blocked = false;
};
struct ProbeSent {
  std::uint32_t generation = 0;
  std::uint32_t sequence = 0;
};
/// A probe was answered outside of any message (a Pong frame).
struct Answered {
  std::uint32_t generation = 0;
  std::optional<std::uint32_t> sequence{};
};
struct Tick {
  std::optional<std::uint64_t> backlog{};
};
}  // namespace lifecycle_event

using LifecycleEvent =
    std::variant<lifecycle_event::Start, lifecycle_event::Reconnect, lifecycle_event::Close,
                 lifecycle_event::Suspend, lifecycle_event::Resume, lifecycle_event::CheckNow,
                 lifecycle_event::Wanted, lifecycle_event::Opened, lifecycle_event::Ended,
                 lifecycle_event::PeerClosing, lifecycle_event::Received, lifecycle_event::Sent,
                 lifecycle_event::ProbeSent, lifecycle_event::Answered, lifecycle_event::Tick>;

/// What the driver must do, or tell the user.
namespace lifecycle_action {
/// Ask the `wanted` condition; answer with exactly one Wanted, at once or later.
struct AskWanted {
  bool operator==(const AskWanted&) const = default;
};
/// Make a transport and open it. Attempt 0 is the first of a series.
struct Dial {
  std::uint32_t generation = 0;
  std::uint32_t attempt = 0;
  std::uint32_t url_index = 0;
  bool operator==(const Dial&) const = default;
};
/// Abandon the attempt; report nothing more for it.
struct AbortDial {
  std::uint32_t generation = 0;
  bool operator==(const AbortDial&) const = default;
};
/// End the transport at once, without ceremony; report nothing more for it.
struct DropTransport {
  std::uint32_t generation = 0;
  bool operator==(const DropTransport&) const = default;
};
/// Write the greeting now, before anything that waits; then what waits.
struct SendGreeting {
  bool operator==(const SendGreeting&) const = default;
};
/// Write a probe (write_probe tells how it looks), then report ProbeSent when it has left.
struct SendProbe {
  std::uint32_t sequence = 0;
  bool operator==(const SendProbe&) const = default;
};
/// Write what waits, then a Close message with close_code() and close_reason().
struct SendClose {
  bool operator==(const SendClose&) const = default;
};
/// Tell the user: open. `is_first`: since Start; `attempts`: retries it took; `outage`: since the
/// loss, or since the user wanted a connection where there was none.
struct NotifyOpen {
  std::uint32_t generation = 0;
  bool is_first = true;
  std::uint32_t attempts = 0;
  base::Duration outage{};
  bool operator==(const NotifyOpen&) const = default;
};
/// Tell the user: a connection, or an attempt, ended; last_outcome() says how. `delay`: until the
/// next attempt, when `will_retry`.
struct NotifyEnd {
  bool was_open = false;
  bool is_clean = false;  ///< Both Close messages were exchanged.
  EndedBy by = EndedBy::nobody;
  bool will_retry = false;
  base::Duration delay{};
  Verdict verdict = Verdict::retry;
  bool operator==(const NotifyEnd&) const = default;
};
/// Tell the user: retry number `attempt` comes after `delay`.
struct NotifyRetry {
  std::uint32_t attempt = 0;
  base::Duration delay{};
  bool operator==(const NotifyRetry&) const = default;
};
/// Tell the user, once: no attempt will be made any more, and why.
struct NotifyGaveUp {
  StopReason reason = StopReason::disabled;
  std::uint32_t attempts = 0;
  bool operator==(const NotifyGaveUp&) const = default;
};
struct NotifySuspect {
  base::Duration silence{};
  bool operator==(const NotifySuspect&) const = default;
};
struct NotifyCleared {
  base::Duration silence{};
  bool operator==(const NotifyCleared&) const = default;
};
struct NotifyHeartbeat {
  base::Duration round_trip{};
  bool operator==(const NotifyHeartbeat&) const = default;
};
/// Tell the user: this queued message outlived its time to live and was dropped.
struct NotifyExpired {
  MessageId id = 0;
  bool operator==(const NotifyExpired&) const = default;
};
}  // namespace lifecycle_action

using LifecycleAction =
    std::variant<lifecycle_action::AskWanted, lifecycle_action::Dial, lifecycle_action::AbortDial,
                 lifecycle_action::DropTransport, lifecycle_action::SendGreeting,
                 lifecycle_action::SendProbe, lifecycle_action::SendClose,
                 lifecycle_action::NotifyOpen, lifecycle_action::NotifyEnd,
                 lifecycle_action::NotifyRetry, lifecycle_action::NotifyGaveUp,
                 lifecycle_action::NotifySuspect, lifecycle_action::NotifyCleared,
                 lifecycle_action::NotifyHeartbeat, lifecycle_action::NotifyExpired>;

class Lifecycle {
 public:
  /// `options` is borrowed and must outlive this object; validate() it first.
  Lifecycle(const LifecycleOptions& options, std::uint64_t seed);

  void handle(base::Instant now, const LifecycleEvent& event);
  std::optional<LifecycleAction> poll();
  std::optional<base::Instant> deadline() const;

  /// Reads a received message: feeds the heartbeat, replaces `reply` by the answer to a peer's
  /// probe (empty: none). Only Meaning::application and notice belong to the application; what a
  /// stale or ended generation says is neither.
  Reading receive(base::Instant now, std::uint32_t generation, MessageView message,
                  std::string& reply);

  /// How the probe that SendProbe asked for looks.
  ProbeForm write_probe(std::uint32_t sequence, std::string& payload) const;

  /// Queues a message; it is written when the connection is open and writable. Refused, changing
  /// nothing: closed (after close() or giving up), not_open (when so configured), outbox_full,
  /// too_large.
  base::Result<MessageId, SendError> send(base::Instant now, Message message, SendOptions options);

  State state() const noexcept { return state_; }
  /// Of the current transport or attempt; 0 before the first.
  std::uint32_t generation() const noexcept { return generation_; }
  bool is_awaiting_answer() const noexcept;
  const RoundTrip& round_trip() const noexcept { return heartbeat_.round_trip(); }
  const Outcome& last_outcome() const noexcept { return outcome_; }
  std::uint16_t close_code() const noexcept { return close_code_; }
  const std::string& close_reason() const noexcept { return close_reason_; }
  Outbox& outbox() noexcept { return outbox_; }
  const Outbox& outbox() const noexcept { return outbox_; }

 private:
  /// What follows when the closing handshake that we began is over.
  enum class AfterClosing : std::uint8_t { stay_closed, start_again, decide };

  void on(base::Instant now, const lifecycle_event::Start& event);
  void on(base::Instant now, const lifecycle_event::Reconnect& event);
  void on(base::Instant now, const lifecycle_event::Close& event);
  void on(base::Instant now, const lifecycle_event::Suspend& event);
  void on(base::Instant now, const lifecycle_event::Resume& event);
  void on(base::Instant now, const lifecycle_event::CheckNow& event);
  void on(base::Instant now, const lifecycle_event::Wanted& event);
  void on(base::Instant now, const lifecycle_event::Opened& event);
  void on(base::Instant now, const lifecycle_event::Ended& event);
  void on(base::Instant now, const lifecycle_event::PeerClosing& event);
  void on(base::Instant now, const lifecycle_event::Received& event);
  void on(base::Instant now, const lifecycle_event::Sent& event);
  void on(base::Instant now, const lifecycle_event::ProbeSent& event);
  void on(base::Instant now, const lifecycle_event::Answered& event);
  void on(base::Instant now, const lifecycle_event::Tick& event);

  void begin_series(base::Instant now);
  void ask_or_dial(base::Instant now);
  void dial(base::Instant now);
  void close_transport(base::Instant now, AfterClosing after);
  void lose(base::Instant now, EndedBy by, bool was_open);
  void leave_transport(base::Instant now);
  void finish_closing(base::Instant now);
  void stop_without_transport();
  void route_heartbeat(base::Instant now);
  void feed_heartbeat(base::Instant now, std::uint32_t generation, const HeartbeatEvent& event);
  bool is_current(std::uint32_t generation) const noexcept;

  const LifecycleOptions* options_;
  base::Rng rng_;
  Heartbeat heartbeat_;
  IntervalSearch interval_search_;
  ReconnectPolicy policy_;
  UrlRotation urls_;
  Closing closing_;
  Outbox outbox_;
  /// One event puts in four at most (a probe's answer is measured, and then a death: the transport
  /// is dropped, its end told, and what follows), and a driver polls after each; the rest is for
  /// one that reports two things first.
  base::RingBuffer<LifecycleAction, 8> actions_;

  State state_ = State::idle;
  AfterClosing after_closing_ = AfterClosing::decide;
  EndedBy closing_by_ = EndedBy::us;
  bool is_held_ = false;        ///< suspend() holds attempts.
  bool is_asking_ = false;      ///< AskWanted awaits its answer, which may come to nothing.
  bool has_been_open_ = false;  ///< Since Start.
  std::uint32_t generation_ = 0;
  std::optional<base::Instant> attempt_at_;  ///< waiting, suspended by condition: when to try. In
                                             ///< waiting, nothing: for the answer to AskWanted.
  std::optional<base::Instant> attempt_ends_at_;  ///< connecting: when to abandon the attempt.
  base::Instant opened_at_{};
  base::Instant outage_since_{};
  base::Instant now_{};  ///< Of the last event: what a message's time to live is held against.
  Outcome outcome_;
  std::uint16_t close_code_ = 1000;
  std::string close_reason_;
};

/// The first thing wrong with `options`, for people, or null.
const char* validate(const LifecycleOptions& options) noexcept;

std::ostream& operator<<(std::ostream& out, const LifecycleAction& action);

}  // namespace heartwire::core
