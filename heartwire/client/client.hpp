#pragma once
// A WebSocket client that notices when its connection has died and comes back.
//
//   heartwire::Client client({.urls = {"wss://example.org/feed"},
//                             .hooks = {.on_message = [](auto message) { ... }}});
//   client.start();
//   client.send("hello");
//
// Threads: every method may be called from any thread and from inside a hook, and none blocks,
// except the destructor, which waits for a hook that is running on another thread. Hooks run on the
// loop's thread, one at a time.

#include "heartwire/base/result.hpp"
#include "heartwire/client/options.hpp"
#include "heartwire/client/shared_options.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::net {
class Loop;
}

namespace heartwire::client {

class Client {
 public:
  /// A client with a thread of its own. Throws std::invalid_argument with a text for people if
  /// validate(options) finds something, std::runtime_error if TLS cannot be set up (a certificate
  /// file that is missing, say); nothing has been started then.
  explicit Client(Options options);

  /// A client on a loop shared with others; `loop` must outlive it.
  Client(net::Loop& loop, Options options);

  /// The same with options that other clients have too, and tells `options.hooks`, as they do.
  /// Throws nothing.
  Client(net::Loop& loop, const SharedOptions& options);
  /// Tells `hooks` instead.
  Client(net::Loop& loop, const SharedOptions& options, Hooks hooks);

  /// stop(), then waits for a hook that is running on another thread. May run inside a hook.
  ~Client();

  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Wants a connection from now on. Nothing new if one is wanted already.
  void start();

  /// Ends the connection for good, in good order: what is queued is sent first, then a Close with
  /// this code (1000, 1001 or 3000-4999; others are refused: false) and reason (cut to 123 bytes).
  /// Nothing connects again until start() or reconnect(). Also ends a pending retry.
  bool close(std::uint16_t code = 1000, std::string_view reason = {});

  /// Starts a fresh series of attempts now, also after giving up. An open connection is closed
  /// first.
  void reconnect();

  /// Holds attempts without ending the client; an open connection stays. resume() lets them go on,
  /// at once.
  void suspend();
  void resume();

  /// Probes at once with a short deadline: after a network change, a wake-up, or on suspicion.
  void check_now();

  /// Ends everything at once: no closing handshake, and no hook begins once it has returned. A hook
  /// that is running on the loop's thread may still be finishing; the destructor waits for it.
  /// The client cannot be started again.
  void stop();

  /// Sends, or queues while not open. The id names the message in on_expired and take_back().
  /// Refused, changing nothing: see core::SendError.
  base::Result<core::MessageId, core::SendError> send(std::string_view text,
                                                      core::SendOptions options = {});
  base::Result<core::MessageId, core::SendError> send(core::Message message,
                                                      core::SendOptions options = {});

  /// Takes a message back that has not begun to leave. Nothing if it has, or is unknown.
  std::optional<core::Message> take_back(core::MessageId id);
  /// Takes all of those back, in order.
  std::vector<core::Unsent> take_back_all();

  core::State state() const;
  /// Messages and bytes that have not wholly left.
  std::size_t queued_count() const;
  std::size_t queued_bytes() const;
  /// Of the open connection; nothing when not open.
  std::optional<TransportInfo> transport() const;
  /// Round-trip time by heartbeat on the current or last connection; zeroes while there is none.
  HeartbeatInfo heartbeat() const;

  /// Stops and resumes reading. Unread bytes in the kernel then count as a sign of life, and the
  /// peer meets back-pressure. For bounded consumers.
  void pause_reading();
  void resume_reading();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace heartwire::client
