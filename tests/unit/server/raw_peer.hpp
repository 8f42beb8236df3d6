#pragma once
// A client written by hand on a blocking socket, so that a server meets bytes that our own client
// would never send. Every wait has a deadline that only a failing test reaches.

#include "heartwire/ws/opcode.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace heartwire::server::testing {

class RawPeer {
 public:
  /// Connected to this port of the loopback. `receive_buffer_bytes`: of the kernel; 0: its default.
  explicit RawPeer(std::uint16_t port, int receive_buffer_bytes = 0);
  RawPeer(RawPeer&& other) noexcept;
  RawPeer& operator=(RawPeer&&) = delete;
  ~RawPeer();

  /// Asks for an upgrade; `fields` are whole lines. Returns the head of the answer.
  std::string upgrade(std::string_view target = "/", std::string_view fields = "");

  void send(std::string_view bytes);
  void send_frame(ws::Opcode opcode, std::string_view payload, bool fin = true);
  void send_text(std::string_view text) { send_frame(ws::Opcode::text, text); }
  void send_close(std::uint16_t code, std::string_view reason = {});
  /// Sends as much of `bytes` as the kernels take within a short while; returns how much.
  std::size_t send_until_stuck(std::string_view bytes);

  /// The next frame, `text hello`, `ping`, `close 1012 retry-after=5`, or what came in its place:
  /// `fin`, `rst`, `silence`. Payloads of Ping and Pong are kept for send_pong().
  std::string next();
  /// The same, passing over Pings, which are answered.
  std::string next_after_pings();
  void send_pong() { send_frame(ws::Opcode::pong, last_payload_); }
  /// As it came, up to a blank line, or `fin` and the like.
  std::string read_head();
  /// True if something has come that was not taken yet; an end counts.
  bool is_answered() const;
  /// True if nothing comes for a short while.
  bool hears_nothing();

  void finish();  ///< FIN.
  void close();
  void reset();

 private:
  /// Empty: done. Else what came instead.
  std::string fill(std::size_t count);
  bool is_ready(short events, int timeout_ms) const;

  int fd_;
  std::string input_;
  std::string last_payload_;
};

/// Connects and upgrades; a failure of the test if that is refused.
RawPeer open_peer(std::uint16_t port, std::string_view target = "/", std::string_view fields = "");

/// A frame as a client sends it.
std::string client_frame(ws::Opcode opcode, std::string_view payload, bool fin = true);

}  // namespace heartwire::server::testing
