#pragma once
// A WebSocket server that reaps the dead, answers every dialect of heartbeat that it is told of,
// and drains without a stampede.
//
//   heartwire::Server server({.port = 9000,
//                             .hooks = {.on_message = [](auto& connection, auto message) {
//                               if (!connection.send(message)) connection.close(1013);
//                             }}});
//   server.start();
//   server.wait();
//
// Threads: every method may be called from any thread and from inside a hook, and none blocks,
// except start() for as long as binding takes, wait(), and the destructor.

#include "heartwire/base/result.hpp"
#include "heartwire/server/connection.hpp"
#include "heartwire/server/options.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace heartwire::net {
class Loop;
}

namespace heartwire::server {

struct Stats {
  std::uint64_t accepted = 0;  ///< Upgrades done.
  std::uint64_t refused = 0;   ///< By limits, by on_request, or for a bad request.
  std::uint64_t reaped = 0;    ///< Declared dead by heartbeat.
  std::size_t open = 0;

  bool operator==(const Stats&) const = default;
};

class Server {
 public:
  /// Throws std::invalid_argument if validate(options) finds something, std::runtime_error if TLS
  /// cannot be set up. Nothing has been started then.
  explicit Server(Options options);

  /// A server on a loop shared with others, which must outlive it and not be stopped before. If the
  /// loop has no thread of its own (it is on an io_context), start() and the destructor are for the
  /// thread that runs it, or for a time when none does.
  Server(net::Loop& loop, Options options);

  /// stop(), then waits until no hook runs any more. Not from inside a hook.
  ~Server();

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Listens. Throws std::runtime_error that names the address and the cause, also if the server
  /// was started or stopped already.
  void start();
  /// The port that is listened on; 0 before start().
  std::uint16_t port() const noexcept;

  /// Sends to all of `connections` with one encoding. Returns how many took it.
  template <typename Range>
  std::size_t broadcast(const Encoded& message, Range&& connections) {
    std::size_t count = 0;
    for (auto&& connection : connections)
      if (Connection{connection}.send(message)) ++count;
    return count;
  }

  /// Reads the files of Options::tls again: certificate, key, and whom to trust. Who connects from
  /// here on gets the new ones; connections that are there stay as they are. If anything is wrong
  /// with a file, that is the error, for people, and what was in force stays in force. Reading
  /// takes milliseconds. A client whose session is from before shakes hands in full once.
  base::Result<base::Unit, std::string> reload_tls();

  /// Stops accepting, closes every connection with 1012 over the drain window, each told when to
  /// come back, and then stops. wait() returns when that is done.
  void drain();
  /// Ends everything at once, without a word to the peers, nor on_close. No hook begins once it has
  /// returned; one that runs on another thread may still be finishing until wait() returns.
  void stop();
  /// Blocks until the server has stopped. Not from inside a hook, nor on the thread of a loop that
  /// is shared.
  void wait();

  Stats stats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace heartwire::server
