#pragma once
// A dialect: what a heartbeat is on the wire. What we send as a probe, which received message is
// the peer's probe and what to answer, which messages are heartbeats and never reach the
// application.
//
// A dialect holds no state of a connection, so one object serves any number of them, from any
// thread. Protocol ping/pong frames are answered by the endpoint whatever the dialect. Reading must
// bear any bytes, and is cheap for what is not a heartbeat: a message longer than
// kHeartbeatMessageMax is the application's without a look inside, unless it opens a protocol whose
// rhythm it sets (MQTT's CONNECT, STOMP's first frame).
//
// Not here: when a heartbeat is due and what silence means (core/heartbeat.hpp); which of several
// dialects a peer speaks (core/dialect_set.hpp).

#include "heartwire/base/instant.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/base/role.hpp"
#include "heartwire/core/message.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::core {

using base::Role;

struct HeartbeatOptions;

/// The longest message that can be a heartbeat, in bytes: real ones have tens.
inline constexpr std::size_t kHeartbeatMessageMax = 4096;

/// In a Rhythm: not at all. Over the 7 days that a heartbeat holds for never.
inline constexpr base::Duration kNever = std::chrono::hours{24 * 30};

/// How a probe travels.
enum class ProbeForm : std::uint8_t {
  none,           ///< This role sends no probe in this dialect; nothing goes out.
  protocol_ping,  ///< A Ping frame; the endpoint matches the Pong by its payload.
  text,
  binary,
};

/// What a received message is.
enum class Meaning : std::uint8_t {
  application,  ///< Not ours; hand it to the application.
  probe,        ///< The peer's heartbeat; send the reply, hide the message.
  answer,       ///< The answer to our probe; hide it.
  beat,         ///< A heartbeat that wants no answer; hide it.
  notice,       ///< Sets the rhythm and belongs to the application too (Engine.IO open, STOMP).
};

/// A rhythm that follows from what the peer announced; it becomes heartbeat_event::Retimed.
struct Rhythm {
  /// Silence, or in watchdog mode the peer's own period, before a heartbeat. kNever: we send none.
  base::Duration interval{};
  /// From an unanswered heartbeat to death, for those modes that expect an answer.
  base::Duration timeout{};
  /// The peer's silence that is death where no answer is expected. kNever: silence proves nothing,
  /// for the peer sends no heartbeat. Absent: interval + timeout.
  std::optional<base::Duration> silence_max{};
  bool operator==(const Rhythm&) const = default;
};

struct Reading {
  Meaning meaning = Meaning::application;
  std::optional<std::uint32_t>
      sequence{};                  ///< Of the answered probe, where the dialect carries it.
  std::optional<Rhythm> rhythm{};  ///< With notice.
  MessageType reply_type = MessageType::text;  ///< With probe, when a reply was written.
  bool operator==(const Reading&) const = default;
};

class Dialect {
 public:
  virtual ~Dialect() = default;

  /// Short and stable: "ping", "engine.io", ... Used in options and logs.
  virtual std::string_view name() const noexcept = 0;

  /// Replaces `payload` by the probe with this sequence. `role` is the sender's. For protocol_ping
  /// the payload is left empty: the endpoint writes the sequence, since it also reads the Pong.
  virtual ProbeForm write_probe(Role role, std::uint32_t sequence, std::string& payload) const = 0;

  /// Says what `message`, received by `role`, is; replaces `reply` by the answer to a probe (left
  /// empty: no answer). Must bear any bytes, of any length.
  virtual Reading read(Role role, MessageView message, std::string& reply) const = 0;

  /// True when answers carry a sequence or come strictly in order, so that they measure a round
  /// trip.
  virtual bool has_answers(Role role) const noexcept = 0;

  /// True where write_probe and read may run functions of the user's, which may throw or take their
  /// time: a driver then keeps them apart from its locks, at the cost of memory for each
  /// connection. The base class says so; the built-in dialects but custom() do not.
  virtual bool has_user_code() const noexcept { return true; }

  /// Sets the modes that the dialect's protocol asks of `role`: `sending`, `evidence` and, where
  /// the protocol has the peer say nothing, `silence_max`. Changes nothing unless both modes still
  /// hold their defaults, so a mode that the user chose is never overridden; a face whose user may
  /// choose the default on purpose calls this only when he left the modes alone. Times remain the
  /// user's. The base class changes nothing.
  virtual void adapt(Role /*role*/, HeartbeatOptions& /*options*/) const noexcept {}
};

using DialectPtr = std::shared_ptr<const Dialect>;

/// The built-in dialects.
namespace dialect {

/// Ping and Pong frames (RFC 6455 section 5.5.2). The default.
DialectPtr protocol();

/// A fixed text and its fixed answer: text("ping", "pong"), compared byte for byte. An empty answer
/// means that the peer does not answer with a text of its own (any message will do), and that we do
/// not either. An empty probe: we send none and only answer. Where probe and answer are the same
/// text, the client asks, the server echoes, and the server itself probes by a Ping frame: two that
/// echo each other would never end.
DialectPtr text(std::string probe, std::string answer);

/// JSON objects told by the value of one top-level field: {"type":"ping"}. The value is compared
/// exactly, as a string, or as a number written just so; other members may stand beside it, and of
/// a repeated field the last counts, as in JSON.parse. Text messages only. Equal values: as in
/// text().
struct JsonOptions {
  /// At most 96 bytes; a longer one is never found.
  std::string field = "type";
  /// At most 96 bytes, as is the answer; a longer one is never known.
  std::string probe_value = "ping";
  std::string answer_value = "pong";  ///< Empty: not answered.
  /// What we send, say {"traderid":10260,"type":"Ping"}; its own `field` then takes the place of
  /// probe_value, so that the two cannot disagree. Default: {"field":"probe_value"}.
  std::string probe_json{};
  /// Likewise the answer.
  std::string answer_json{};
};
DialectPtr json(JsonOptions options);

/// Engine.IO 4 (and Socket.IO on it): the server asks "2", the client answers "3" and only watches,
/// in the rhythm that the open packet announces. "2probe" is answered too; everything else, upgrade
/// packets included, is the application's.
DialectPtr engine_io();

/// SockJS: the server sends "h" and nobody answers. A server that wants a verdict on its clients,
/// rather than frames that a client expects, uses protocol().
DialectPtr sockjs();

/// What we put into our own CONNECT or CONNECTED, whose heart-beat header must say the same:
/// heart-beat:SEND,RECEIVE. Zero is none.
struct StompOptions {
  /// The period that we can keep. Default 10 s, as most STOMP clients and brokers.
  std::chrono::milliseconds send{10'000};
  /// The period that we want from the peer. Default 10 s.
  std::chrono::milliseconds receive{10'000};
  /// How many of the agreed periods of silence are death. At least 1. Default 2: STOMP asks the
  /// receiver for a margin, and brokers allow one period more.
  double margin = 2.0;
};

/// STOMP 1.2: an end-of-line each way, in the rhythm negotiated by CONNECT and CONNECTED.
DialectPtr stomp(StompOptions options = {});

/// MQTT 3.1.1 and 5: the client sends PINGREQ, the server answers PINGRESP; the server watches for
/// one and a half of the Keep Alive that CONNECT names. Binary messages only. A packet is known
/// only where it is a message of its own, as every client sends it; MQTT allows otherwise.
DialectPtr mqtt();

/// Phoenix channels, serializer 2.0.0 (and 1.0.0 when read): the client asks, the server answers.
/// The server itself probes by a Ping frame.
DialectPtr phoenix();

/// {"type":"ping"}, {"type":"pong"}, either way.
DialectPtr graphql_transport_ws();

/// What a custom dialect does. Functions are called on the loop's thread, must not throw, and may
/// be left empty, except that a client which sends needs `probe`.
struct CustomOptions {
  std::string name = "custom";
  /// The probe to send, asked at send time. Nothing, or no function: send none this time.
  std::function<std::optional<Message>(std::uint32_t sequence)> probe{};
  /// What a received message is. Default: application, so that no message counts as an answer.
  std::function<Meaning(MessageView)> read{};
  /// The reply to a peer's probe. Default, or nothing: none.
  std::function<std::optional<Message>(MessageView)> reply{};
};
DialectPtr custom(CustomOptions options);

/// A built-in dialect by its name(), or what is wrong with it, for people. Names: "ping"
/// (protocol), "text" (ping and pong), "text:PROBE", "text:PROBE/ANSWER", "json",
/// "json:FIELD=PROBE", "json:FIELD=PROBE/ANSWER", "engine.io", "sockjs", "stomp",
/// "stomp:SEND,RECEIVE" (milliseconds), "mqtt", "phoenix", "graphql-transport-ws". The answer
/// begins after the first slash.
base::Result<DialectPtr, std::string> by_name(std::string_view name);

/// The name() of the dialect that a negotiated subprotocol implies (mqtt, mqttv3.1,
/// v10.stomp..v12.stomp, graphql-transport-ws), or nothing.
std::string_view name_by_subprotocol(std::string_view subprotocol) noexcept;

/// That dialect with its default options, or null.
DialectPtr by_subprotocol(std::string_view subprotocol);

}  // namespace dialect
}  // namespace heartwire::core
