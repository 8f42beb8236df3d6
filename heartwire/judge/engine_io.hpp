#pragma once
// As much of Engine.IO 4, and of Socket.IO 5 on it, as a case says to a client that speaks nothing
// else: the opening, the server's heartbeat, the answer to CONNECT, and events to fill a line with.
// The protocols are described at github.com/socketio (engine.io-protocol, socket.io-protocol).

#include "heartwire/base/instant.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace heartwire::judge::engine_io {

/// What servers announce by default: a client waits for the sum of both, then leaves.
inline constexpr base::Duration kPingInterval = std::chrono::seconds{25};
inline constexpr base::Duration kPingTimeout = std::chrono::seconds{20};
/// The server's heartbeat, which a client answers with kPong.
inline constexpr std::string_view kPing = "2";
inline constexpr std::string_view kPong = "3";

/// True for the query of a request in which a client asks for Engine.IO 4.
bool is_asked_for(std::string_view query) noexcept;

/// The server's first message, which announces these times in milliseconds.
std::string opening(base::Duration ping_interval, base::Duration ping_timeout);

/// A message of the application of `size` bytes, which are at least those of its brackets.
std::string event(std::size_t size);

/// True for a Socket.IO CONNECT, which answer_to_connect() answers.
bool is_connect(std::string_view text) noexcept;
/// In the namespace that `text` names.
std::string answer_to_connect(std::string_view text);

/// True for what is the application's: events, and their acknowledgements.
bool is_message(std::string_view text) noexcept;

}  // namespace heartwire::judge::engine_io
