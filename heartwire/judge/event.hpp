#pragma once
// What happens on the connections of a case, and what a case tells its driver to do. Bytes, sockets
// and processes are the driver's; a case sees whole frames and says whole frames.
//
// All text in events is the peer's, cut by the driver to kTextBytesMax: escape it in logs.

#include "heartwire/base/message_type.hpp"
#include "heartwire/ws/head.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace heartwire::judge {

/// One connection of one case; never given twice.
using LinkId = std::uint32_t;
/// A client of several that are examined together, from 1; 0 where nobody said which.
using ClientId = std::uint32_t;

/// How much of a message a case is shown.
inline constexpr std::size_t kTextBytesMax = 256;

/// A valid upgrade request came. It waits for Accept or Refuse.
struct Requested {
  LinkId link = 0;
  ClientId client = 0;
  std::chrono::seconds wall{};  ///< Since 1970 UTC, for dates that are sent.
  bool is_engine_io = false;    ///< It asks for Engine.IO: it would understand nothing else.
  bool operator==(const Requested&) const = default;
};
struct MessageCame {
  LinkId link = 0;
  base::MessageType type = base::MessageType::text;
  std::size_t size = 0;  ///< Of the whole message.
  std::string text{};    ///< Its beginning.
  bool operator==(const MessageCame&) const = default;
};
struct PingCame {
  LinkId link = 0;
  std::string payload{};
  bool operator==(const PingCame&) const = default;
};
struct PongCame {
  LinkId link = 0;
  std::string payload{};
  bool operator==(const PongCame&) const = default;
};
/// A Close frame came.
struct CloseCame {
  LinkId link = 0;
  std::optional<std::uint16_t> code{};
  std::string reason{};
  bool operator==(const CloseCame&) const = default;
};
/// The transport is over, by the peer's doing: it ended, was reset, or broke the protocol.
struct Gone {
  LinkId link = 0;
  std::string how{};
  bool operator==(const Gone&) const = default;
};
/// All that was ordered to be sent has left for the kernel.
struct Flushed {
  LinkId link = 0;
  bool operator==(const Flushed&) const = default;
};
/// The program that the driver had started as this client has ended.
struct ClientEnded {
  ClientId client = 0;
  bool operator==(const ClientEnded&) const = default;
};
/// A deadline may have come.
struct Tick {
  bool operator==(const Tick&) const = default;
};
/// The user wants no more of it.
struct Interrupted {
  bool operator==(const Interrupted&) const = default;
};
using Event = std::variant<Requested, MessageCame, PingCame, PongCame, CloseCame, Gone, Flushed,
                           ClientEnded, Tick, Interrupted>;

/// Answer the upgrade request; frames follow.
struct Accept {
  LinkId link = 0;
  bool operator==(const Accept&) const = default;
};
/// Answer it with plain HTTP, and end the transport.
struct Refuse {
  LinkId link = 0;
  int status = 0;
  std::vector<ws::Field> fields{};
  bool operator==(const Refuse&) const = default;
};
/// Send one message in one frame.
struct Send {
  LinkId link = 0;
  base::MessageType type = base::MessageType::text;
  std::string payload{};
  bool operator==(const Send&) const = default;
};
struct SendPing {
  LinkId link = 0;
  std::string payload{};
  bool operator==(const SendPing&) const = default;
};
struct SendPong {
  LinkId link = 0;
  std::string payload{};
  bool operator==(const SendPong&) const = default;
};
struct SendClose {
  LinkId link = 0;
  std::optional<std::uint16_t> code{};
  std::string reason{};
  bool operator==(const SendClose&) const = default;
};
/// From now on write no more than this a second; 0 lifts it.
struct Pace {
  LinkId link = 0;
  std::uint32_t bytes_per_second = 0;
  bool operator==(const Pace&) const = default;
};
/// End the transport in good order once all has left. No event of this link follows.
struct End {
  LinkId link = 0;
  bool operator==(const End&) const = default;
};
/// End it at once with RST. No event of this link follows.
struct Reset {
  LinkId link = 0;
  bool operator==(const Reset&) const = default;
};
/// Refuse new connections at the case's own port, as if no server ran.
struct StopListening {
  bool operator==(const StopListening&) const = default;
};
struct Listen {
  bool operator==(const Listen&) const = default;
};
using Action = std::variant<Accept, Refuse, Send, SendPing, SendPong, SendClose, Pace, End, Reset,
                            StopListening, Listen>;

}  // namespace heartwire::judge
