#pragma once
// The failure detector: is the peer alive, and does the peer know that we are?
//
// Two clocks, because two parties need to know. Received-silence asks whether the peer is alive and
// restarts on every sign of life. Sent-silence asks whether the peer knows that we are and restarts
// on every byte that left. A probe goes out when either reaches `interval`. Sending is never a sign
// of life.
//
// A probe that is not answered makes the peer suspect and sends a second one; only then, and never
// later than `timeout` after the first, is it dead. The reply deadline starts when the probe's
// bytes left for the kernel, and is not charged while bytes ahead of it still drain. A machine that
// is itself late accuses no one: it probes again at once, with a short deadline.
//
// Traffic only stores a timestamp. A deadline that fires early re-arms itself.
//
// Life of a probe: asked for (leaving), left for the kernel (waiting), unanswered for the expected
// round trip (confirming), dead. Where no answer is expected (watchdog, one_way) there are no such
// stages: the verdict follows from received-silence alone.
//
// Not here: what a probe looks like (core/dialect.hpp) and how it reaches the wire (endpoint/).
// Sources: RFC 6298 for the round-trip estimate; SWIM and Lifeguard for suspicion and for lateness.

#include "heartwire/base/instant.hpp"
#include "heartwire/core/round_trip.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <variant>

namespace heartwire::core {

/// When we send a heartbeat.
enum class Sending : std::uint8_t {
  on_silence,  ///< When nothing was received, or nothing sent, for `interval`.
  periodic,    ///< Every `interval`, whatever happens.
  watchdog,    ///< Never: only watch the peer's silence.
  off,         ///< Never, and watch nothing.
};

/// What proves that the peer lives.
enum class Evidence : std::uint8_t {
  any_traffic,  ///< Any received byte.
  round_trip,   ///< Only an answered probe, so that both directions are proven.
  one_way,      ///< Any received byte; our heartbeats are not answered, and only silence judges.
};

/// How long an answer may take.
enum class Reply : std::uint8_t {
  adaptive,  ///< Suspect after the expected round trip, confirm with a second probe, then declare.
  fixed,     ///< `timeout` after each probe counts one miss; `misses_max` of them are death.
};

struct HeartbeatOptions {
  Sending sending = Sending::on_silence;
  Evidence evidence = Evidence::any_traffic;
  Reply reply = Reply::adaptive;

  /// Silence before a probe. 1 ms to 7 days, in whole milliseconds like every duration here.
  /// Default 25 s, which clears every common idle limit (nginx and AWS ALB 60 s, Cloudflare 100 s,
  /// Azure 240 s).
  base::Duration interval = std::chrono::seconds{25};

  /// From the first unanswered probe to death. 1 ms to 7 days. Default 10 s: field experience has
  /// false alarms grow quickly under 5 s.
  base::Duration timeout = std::chrono::seconds{10};

  /// Least time before an unanswered probe makes the peer suspect (adaptive). Default 1 s, the
  /// lower bound of RFC 6298. Half of `timeout` wins over it.
  base::Duration reply_min = std::chrono::seconds{1};

  /// Unanswered probes that make death (fixed). At least 1. Default 1: the plain rule. With more,
  /// death comes by interval + misses_max * timeout after the last byte.
  std::uint8_t misses_max = 1;

  /// Silence that is death where no answer is expected (watchdog, one_way). 1 ms to 7 days.
  /// Default: interval + timeout. The peer is suspect when half of `timeout` of it is left.
  std::optional<base::Duration> silence_max{};

  /// Reply deadline of a probe sent on request or after we were late. 1 ms to 7 days. Default 3 s,
  /// and never more than `timeout`: long enough for a bad mobile link, short enough to be worth
  /// asking.
  base::Duration check_timeout = std::chrono::seconds{3};

  /// A tick later than its deadline by more than this, or by more than half of `timeout`, was
  /// delayed on our own side. At least 0. Default 1 s: no healthy loop stalls that long.
  base::Duration lateness_max = std::chrono::seconds{1};

  /// First probe at a random point in the second half of the interval, so that a mass reconnect
  /// does not beat in step. Default on.
  bool first_probe_spread = true;

  bool operator==(const HeartbeatOptions&) const = default;
};

/// Less than this ahead of a probe is no transfer whose end it has to wait for: a path that takes
/// half of a sane timeout to carry it is of no use, while a few messages are always under way.
inline constexpr std::uint32_t kTransferBytesMin = 4096;

/// Why a peer was declared dead.
enum class DeathReason : std::uint8_t {
  no_answer,  ///< A probe was not answered in time.
  silence,    ///< Nothing came for `silence_max`.
  stuck,      ///< Our own bytes did not leave for `timeout`: the peer takes nothing in.
};

/// What the driver tells a heartbeat.
namespace heartbeat_event {
/// The connection is open; both clocks start.
struct Opened {
  bool operator==(const Opened&) const = default;
};
/// Bytes, or in a browser a message, came from the peer.
struct Received {
  bool operator==(const Received&) const = default;
};
/// Bytes left for the kernel. `was_blocked`: it had refused them before, for want of room, so the
/// other side has taken bytes in since. A proxy may hold megabytes between us and the peer that
/// nobody can count; while such a transfer moves, no answer is overdue. False where unknown.
struct Sent {
  bool was_blocked = false;
  bool operator==(const Sent&) const = default;
};
/// The last byte of the probe with this sequence left for the kernel.
struct ProbeSent {
  std::uint32_t sequence = 0;
  bool operator==(const ProbeSent&) const = default;
};
/// The peer answered a probe: the one with this sequence, or, where the dialect's answers carry
/// none, some probe.
struct Answered {
  std::optional<std::uint32_t> sequence{};
  bool operator==(const Answered&) const = default;
};
/// Probe now with the short deadline: the network changed, the machine woke, the user suspects.
struct CheckNow {
  bool operator==(const CheckNow&) const = default;
};
/// The peer announced its own rhythm (Engine.IO, STOMP): replaces interval, timeout, silence_max
/// until the next Opened. An interval or silence_max over 7 days means never.
struct Retimed {
  base::Duration interval{};
  base::Duration timeout{};
  std::optional<base::Duration> silence_max{};
  bool operator==(const Retimed&) const = default;
};
/// Time has passed. `backlog` is how many bytes ahead of the end of the outstanding probe the
/// peer's transport has not acknowledged, if the driver can tell; 0 once the probe has arrived.
/// With several probes outstanding it may speak of the first or of the last.
struct Tick {
  std::optional<std::uint64_t> backlog{};
  bool operator==(const Tick&) const = default;
};
}  // namespace heartbeat_event

using HeartbeatEvent =
    std::variant<heartbeat_event::Opened, heartbeat_event::Received, heartbeat_event::Sent,
                 heartbeat_event::ProbeSent, heartbeat_event::Answered, heartbeat_event::CheckNow,
                 heartbeat_event::Retimed, heartbeat_event::Tick>;

/// What a heartbeat wants done.
namespace heartbeat_action {
/// Write a probe with this sequence, ahead of queued messages; report ProbeSent when it has left.
struct SendProbe {
  std::uint32_t sequence = 0;
  bool operator==(const SendProbe&) const = default;
};
/// Tell the user: no answer within the expected time; a second probe is on its way.
struct Suspect {
  base::Duration silence{};  ///< Since the last sign of life, up to 14 days.
  bool operator==(const Suspect&) const = default;
};
/// Tell the user: the suspect peer answered.
struct Cleared {
  base::Duration silence{};  ///< How long it had been silent.
  bool operator==(const Cleared&) const = default;
};
/// Tell the user: a probe was answered after this time.
struct RoundTripMeasured {
  base::Duration round_trip{};
  bool operator==(const RoundTripMeasured&) const = default;
};
/// Drop the transport; the peer is dead. Said once; nothing follows and there is no deadline.
struct Dead {
  DeathReason reason = DeathReason::no_answer;
  base::Duration silence{};  ///< Since the last sign of life.
  bool operator==(const Dead&) const = default;
};
}  // namespace heartbeat_action

using HeartbeatAction =
    std::variant<heartbeat_action::SendProbe, heartbeat_action::Suspect, heartbeat_action::Cleared,
                 heartbeat_action::RoundTripMeasured, heartbeat_action::Dead>;

/// One connection's failure detector. A movable value of at most kHeartbeatBytesMax bytes.
class Heartbeat {
 public:
  /// `options` is borrowed and must outlive this object (a server shares one among all). Options
  /// out of range are a bug: validate() them where they enter.
  explicit Heartbeat(const HeartbeatOptions& options, std::uint64_t seed) noexcept;

  /// Feeds one event. Before Opened and after Dead every event but Opened is ignored.
  void handle(base::Instant now, const HeartbeatEvent& event) noexcept;

  /// The next thing to do, in order, until nothing is left.
  std::optional<HeartbeatAction> poll() noexcept;

  /// When to deliver the next Tick at the latest; nothing when off, not opened, or dead.
  std::optional<base::Instant> deadline() const noexcept;

  /// True while a probe is outstanding: the driver then puts `backlog` into ticks.
  bool is_awaiting_answer() const noexcept;
  bool is_suspect() const noexcept;
  const RoundTrip& round_trip() const noexcept;

  /// Uses `interval` until the next Opened (core/interval_search.hpp lengthens it while the path
  /// bears it). Held between 1 ms and 7 days.
  void set_interval(base::Duration interval) noexcept;
  /// In whole milliseconds.
  base::Duration interval() const noexcept;

 private:
  enum class Stage : std::uint8_t {
    closed,      ///< Not opened, or dead.
    quiet,       ///< Nothing is asked of the peer.
    leaving,     ///< A probe was asked for; its bytes have not left.
    waiting,     ///< A probe has left; its answer may take until the stage ends.
    confirming,  ///< The peer is suspect and was probed again; the end of the stage is death.
    grace,       ///< Silence alone judges, and we were late: no verdict before the stage ends.
  };

  void on(base::Instant now, const heartbeat_event::Opened& event) noexcept;
  void on(base::Instant now, const heartbeat_event::Received& event) noexcept;
  void on(base::Instant now, const heartbeat_event::Sent& event) noexcept;
  void on(base::Instant now, const heartbeat_event::ProbeSent& event) noexcept;
  void on(base::Instant now, const heartbeat_event::Answered& event) noexcept;
  void on(base::Instant now, const heartbeat_event::CheckNow& event) noexcept;
  void on(base::Instant now, const heartbeat_event::Retimed& event) noexcept;
  void on(base::Instant now, const heartbeat_event::Tick& event) noexcept;

  void hold_silence(base::Instant now) noexcept;
  void sign_of_life(base::Instant now) noexcept;
  void measure(base::Instant now, std::optional<std::uint32_t> sequence) noexcept;
  void sample_backlog(base::Instant now, std::optional<std::uint64_t> backlog) noexcept;
  void judge_answer(base::Instant now, bool is_late) noexcept;
  void judge_silence(base::Instant now, bool is_late) noexcept;
  void send_when_due(base::Instant now) noexcept;
  void probe(base::Instant now) noexcept;
  void write_probe(base::Instant now) noexcept;
  void begin(Stage stage, base::Instant now) noexcept;
  void put_off(base::Instant now) noexcept;
  void suspect(base::Instant now) noexcept;
  void clear(base::Duration silence) noexcept;
  void die(base::Instant now, DeathReason reason) noexcept;
  void set_timing(base::Duration interval, base::Duration timeout,
                  std::optional<base::Duration> silence_max) noexcept;

  bool sends() const noexcept;
  bool judges_by_silence() const noexcept;
  bool is_forgiven(bool is_late) noexcept;
  base::Duration timeout() const noexcept;
  base::Duration check_timeout() const noexcept;
  base::Duration reply_wait() const noexcept;
  base::Duration confirm_wait() const noexcept;
  base::Duration stage_length() const noexcept;
  std::uint32_t silence_max_ms() const noexcept;
  base::Instant probe_due() const noexcept;
  base::Instant silence_due() const noexcept;
  base::Instant stage_ends() const noexcept;
  base::Instant sample_due() const noexcept;
  base::Instant death_due() const noexcept;
  base::Instant at(std::uint32_t stamp_ms) const noexcept;

  const HeartbeatOptions* options_;
  base::Instant received_at_{};  ///< The last sign of life.
  RoundTrip round_trip_;

  // Durations for this connection.
  std::uint32_t interval_ms_ = 0;
  std::uint32_t timeout_ms_ = 0;
  std::uint32_t silence_max_ms_ = 0;  ///< 0: interval + timeout.

  // Instants, as the low 32 bits of their milliseconds; at() gives them back.
  std::uint32_t sending_from_ms_ = 0;  ///< From when sent-silence, or the period, counts.
  std::uint32_t stage_ends_ms_ = 0;

  // When the last two probes left, as the low 32 bits of their microseconds.
  std::uint32_t newer_left_us_ = 0;
  std::uint32_t older_left_us_ = 0;

  std::uint32_t backlog_;         ///< The least seen since the probe left, if any was seen.
  std::uint32_t silence_ms_ = 0;  ///< What the next Suspect, Cleared or Dead tells.
  std::uint16_t sequence_ = 0;    ///< Of the newer probe; the older one's is one less.
  std::uint16_t spread_;  ///< Where in the second half of the interval the first probe goes.
  std::uint8_t misses_ = 0;
  std::uint8_t pending_ = 0;  ///< Actions to poll, as Pending bits; DeathReason above them.
  Stage stage_ : 4 = Stage::closed;
  std::uint8_t forgiven_ : 4 = 0;         ///< Verdicts put off in a row because we were late.
  bool is_suspect_ : 1 = false;           ///< The user was told so.
  bool is_check_ : 1 = false;             ///< A short deadline, and no suspicion before death.
  bool is_first_ : 1 = true;              ///< No probe was asked for yet.
  bool is_leaving_ : 1 = false;           ///< The newer probe has not left.
  bool is_newer_unanswered_ : 1 = false;  ///< It has left.
  bool is_older_unanswered_ : 1 = false;
  bool is_sampled_ : 1 = false;  ///< The stage has its baseline of the backlog, if there is one.
};

/// A server keeps one of these a connection.
inline constexpr std::size_t kHeartbeatBytesMax = 72;
static_assert(sizeof(Heartbeat) <= kHeartbeatBytesMax);

/// The first thing wrong with `options`, for people, or nothing.
std::optional<const char*> validate(const HeartbeatOptions& options) noexcept;

/// Why the peer was declared dead, for people.
std::string describe(const heartbeat_action::Dead& dead);

std::ostream& operator<<(std::ostream& out, const HeartbeatEvent& event);
std::ostream& operator<<(std::ostream& out, const HeartbeatAction& action);

}  // namespace heartwire::core
