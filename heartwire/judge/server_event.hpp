#pragma once
// What happens on the connections to an examined server, and what a case for servers tells its
// driver to do: event.hpp seen from the other side.

#include "heartwire/judge/event.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace heartwire::judge {

/// A Dial has ended in an open WebSocket.
struct Opened {
  LinkId link = 0;
  bool operator==(const Opened&) const = default;
};
/// A Dial has failed; `why` is for people and escaped.
struct NotOpened {
  LinkId link = 0;
  std::string why{};
  bool operator==(const NotOpened&) const = default;
};
using ServerEvent = std::variant<Opened, NotOpened, MessageCame, PingCame, PongCame, CloseCame,
                                 Gone, Tick, Interrupted>;

/// Open a WebSocket under this number.
struct Dial {
  LinkId link = 0;
  bool operator==(const Dial&) const = default;
};
/// Read no more: what the server sends stays in the kernels, and its end is not seen.
struct StopReading {
  LinkId link = 0;
  bool operator==(const StopReading&) const = default;
};
/// Ask the user, or the program given for it, to shut the server down in good order.
struct AskToDrain {
  bool operator==(const AskToDrain&) const = default;
};
using ServerAction =
    std::variant<Dial, Send, SendPing, SendPong, SendClose, StopReading, End, Reset, AskToDrain>;

}  // namespace heartwire::judge
