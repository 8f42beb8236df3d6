#pragma once
// What happened in a world, one record a thing: what checkers judge by, and what a transcript is
// made of. Records tell what users, drivers and the path did and saw; nothing of how a machine
// works inside.

#include "heartwire/base/instant.hpp"
#include "heartwire/core/lifecycle.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace heartwire::sim {

namespace record {

// A client.
struct Booted {};   ///< A fresh process begins; what was before is forgotten.
struct Stopped {};  ///< The user stopped it: nothing may follow.
struct Wished {
  enum class Kind : std::uint8_t { start, reconnect, close, suspend, resume, check_now };
  Kind kind{};
};
struct Asked {};  ///< Whether a connection is wanted.
struct Dialled {
  std::uint32_t generation = 0;
  std::uint32_t attempt = 0;
  std::uint32_t url_index = 0;
};
struct Aborted {
  std::uint32_t generation = 0;
};
struct Dropped {
  std::uint32_t generation = 0;
};
/// The driver reported a transport, or its end.
struct Connected {
  std::uint32_t generation = 0;
};
struct Lost {
  std::uint32_t generation = 0;
  core::Cause cause{};
};
struct Opened {
  std::uint32_t generation = 0;
  bool is_first = false;
  std::uint32_t attempts = 0;
};
struct Ended {
  bool was_open = false;
  bool is_clean = false;
  core::EndedBy by{};
  bool will_retry = false;
  base::Duration delay{};
  core::Cause cause{};
  std::uint16_t code = 0;
  std::optional<base::Duration> retry_after{};
  std::uint32_t generation = 0;
  bool is_tainted = false;  ///< The path had held back, dropped or forged something.
};
struct Retrying {
  std::uint32_t attempt = 0;
  base::Duration delay{};
};
struct GaveUp {
  core::StopReason reason{};
};
struct Suspected {
  base::Duration silence{};
};
struct Cleared {
  base::Duration silence{};
};
struct Beaten {
  base::Duration round_trip{};
};
/// send() took message `number` as `id`, or refused it.
struct Sent {
  std::uint32_t number = 0;
  core::MessageId id = 0;
  bool is_mortal = false;
};
struct Refused {
  std::uint32_t number = 0;
  core::SendError error{};
};
/// The kernel took the last byte of message `number`; a tap on the wire says so.
struct Carried {
  std::uint32_t number = 0;
  std::uint32_t generation = 0;
};
/// The client says that the last byte of a message has left for the kernel.
struct Left {
  core::MessageId id = 0;
  std::uint32_t generation = 0;
};
struct Expired {
  core::MessageId id = 0;
};
/// The application got message `number` of the server.
struct Received {
  std::uint32_t generation = 0;
  std::uint32_t number = 0;
};
struct Read {
  std::size_t count = 0;
};
struct Wrote {
  std::size_t count = 0;
  bool was_blocked = false;
};
/// The driver has nothing more to do for now; this is what the machine says of itself.
struct Turned {
  core::State state{};
  std::uint32_t generation = 0;
  std::optional<base::Instant> deadline{};
  std::optional<base::Instant> outbox_deadline{};
  std::size_t queued = 0;
  std::size_t queued_bytes = 0;
  std::size_t unacknowledged = 0;
  bool is_tick = false;  ///< A tick was all that happened.
};
/// The machine asked for more and more at one time.
struct Spun {};
/// A report of a transport that is gone was given, and this is what it changed.
struct Misreported {
  std::string_view what;
  bool has_changed = false;
};
/// The host was away for so long: stalled, asleep, or its clock leapt.
struct Away {
  base::Duration time{};
};

// A connection of a server; `generation` is the client's.
struct ServerOpened {
  std::uint32_t flow = 0;
  std::uint32_t generation = 0;
};
struct ServerClosing {
  std::uint32_t flow = 0;
  std::uint16_t code = 0;
};
/// A draining server closes with 1012, and says when to return.
struct ServerSentAway {
  std::uint32_t flow = 0;
  std::uint32_t generation = 0;
  std::uint32_t server = 0;
  base::Duration after{};
};
struct ServerEnded {
  std::uint32_t flow = 0;
  std::uint32_t generation = 0;
  core::Cause cause{};
  core::EndedBy by{};
  bool is_clean = false;
  bool is_tainted = false;
};
/// The process or its host ended: nobody was told.
struct ServerGone {
  std::uint32_t flow = 0;
};
struct ServerReceived {
  std::uint32_t flow = 0;
  std::uint32_t generation = 0;
  std::uint32_t number = 0;  ///< 0: the greeting.
};
struct ServerSent {
  std::uint32_t flow = 0;
  std::uint32_t generation = 0;
  std::uint32_t number = 0;
};
struct ServerRead {
  std::uint32_t flow = 0;
  std::size_t count = 0;
};
struct ServerWrote {
  std::uint32_t flow = 0;
  std::size_t count = 0;
  bool was_blocked = false;
};
struct ServerTurned {
  std::uint32_t flow = 0;
  bool is_open = false;
  std::optional<base::Instant> deadline{};
  std::size_t unacknowledged = 0;
};
struct ServerAway {
  std::uint32_t server = 0;
  base::Duration time{};
};

// The world.
struct FaultBegan {
  std::uint32_t index = 0;  ///< Of Scenario::faults.
};
struct FaultEnded {
  std::uint32_t index = 0;
};
struct Pulse {};      ///< A look at a client from outside; it does nothing.
struct Calm {};       ///< Faults and deeds are over.
struct Recovered {};  ///< Whoever is wanted must be open by now.
struct Finished {};

}  // namespace record

using What =
    std::variant<record::Booted, record::Stopped, record::Wished, record::Asked, record::Dialled,
                 record::Aborted, record::Dropped, record::Connected, record::Lost, record::Opened,
                 record::Ended, record::Retrying, record::GaveUp, record::Suspected,
                 record::Cleared, record::Beaten, record::Sent, record::Refused, record::Carried,
                 record::Left, record::Expired, record::Received, record::Read, record::Wrote,
                 record::Turned, record::Spun, record::Misreported, record::Away,
                 record::ServerOpened, record::ServerClosing, record::ServerSentAway,
                 record::ServerEnded, record::ServerGone, record::ServerReceived,
                 record::ServerSent, record::ServerRead, record::ServerWrote, record::ServerTurned,
                 record::ServerAway, record::FaultBegan, record::FaultEnded, record::Pulse,
                 record::Calm, record::Recovered, record::Finished>;

/// Who it is about: a client, or (for ServerAway and the world's) nobody.
inline constexpr std::uint32_t kNobody = UINT32_MAX;

struct Record {
  base::Instant at{};     ///< World time.
  base::Instant local{};  ///< By the clock of the host that it happened on.
  std::uint32_t client = kNobody;
  What what;
};

/// A visitor made of one lambda for each kind.
template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

/// One line of a transcript, without an end of line: `    12.500 client 0  dialled generation=1`.
std::string to_text(const Record& record);

}  // namespace heartwire::sim
