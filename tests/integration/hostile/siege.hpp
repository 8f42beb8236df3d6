#pragma once
// A server under attack, a well-behaved client of it, and a watch on the heap of the process, in
// which the attackers, plain sockets with constant buffers, have next to nothing.

#include "heartwire/server/server.hpp"
#include "tests/integration/support/live_test.hpp"
#include "tests/support/heap.hpp"
#include "tests/unit/server/event_log.hpp"
#include "tests/unit/server/raw_peer.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::integration {

using server::testing::client_frame;
using server::testing::RawPeer;

inline constexpr std::string_view kUpgrade =
    "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

/// What docs/security.md says that one connection costs at most, while it asks to come in and once
/// it is in. Without compression and TLS.
std::size_t bytes_before_upgrade(const server::Options& options);
std::size_t bytes_after_upgrade(const server::Options& options);
/// What the server itself may take beside, once: what its thread lends to one connection at a time.
std::size_t bytes_shared(const server::Options& options);

class Siege : public LiveTest {
 protected:
  ~Siege() override;

  /// Starts the server, lets the well-behaved client in and begins to watch. Text beginning with
  /// "echo" is echoed; everything else is only counted.
  void open(server::Options options = {});

  /// The well-behaved client gets an answer.
  bool is_served();
  /// And so does another one that comes just now.
  bool admits_another();
  /// For attackers that the server has let in.
  RawPeer intruder(std::string_view fields = {}, int receive_buffer_bytes = 0);
  /// Sends to everybody that is in.
  void broadcast(const server::Encoded& message);

  server::Server& server() { return *server_; }
  std::uint16_t port() const { return server_->port(); }
  const server::Options& options() const { return options_; }
  support::HeapWatch& heap() { return *heap_; }

  server::testing::EventLog log_;          ///< `request PATH`, `close CODE`, `error TEXT`.
  std::atomic<std::size_t> messages_ = 0;  ///< That were not echoed.
  std::optional<RawPeer> honest_;

 private:
  server::Options watched(server::Options options);

  server::Options options_;
  std::mutex mutex_;
  std::vector<server::Connection> guests_;
  std::unique_ptr<server::Server> server_;
  std::unique_ptr<support::HeapWatch> heap_;
  int round_trips_ = 0;
};

}  // namespace heartwire::integration
