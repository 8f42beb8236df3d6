#pragma once
// Load for any WebSocket echo server: connections of one thread, each with so many messages on
// their way, over plain sockets and frames that were masked once, so that the load costs little
// beside the server.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace heartwire::bench {

struct EchoLoadOptions {
  unsigned connections = 50;
  unsigned depth = 16;  ///< Messages on their way on each connection.
  std::size_t payload_bytes = 20;
};

class EchoLoad {
 public:
  /// Connects and upgrades; ends the program with a text if the server will not.
  EchoLoad(std::uint16_t port, EchoLoadOptions options);
  ~EchoLoad();
  EchoLoad(const EchoLoad&) = delete;
  EchoLoad& operator=(const EchoLoad&) = delete;

  /// Keeps the messages going round for so long. Returns how many came back.
  std::uint64_t run(std::chrono::nanoseconds duration);

 private:
  struct Peer {
    int fd = -1;
    std::size_t received = 0;  ///< Of the echo that is under way.
    std::size_t unsent = 0;    ///< Bytes that the kernel did not take.
  };

  void send(Peer& peer, std::size_t bytes);
  /// Returns how many echoes became whole.
  std::uint64_t receive(Peer& peer);

  EchoLoadOptions options_;
  std::string frames_;           ///< `depth` masked frames, one after the other.
  std::size_t frame_bytes_ = 0;  ///< One masked frame, as sent.
  std::size_t echo_bytes_ = 0;   ///< One frame as it comes back: not masked.
  std::vector<Peer> peers_;
  int epoll_ = -1;
};

}  // namespace heartwire::bench
