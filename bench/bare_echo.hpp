#pragma once
// The least that a heartbeat can cost: an epoll loop that reads a few bytes and writes them back.
// The yardstick for bench_connections.

#include "bench/process.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

namespace heartwire::bench {

/// Sends its port, then echoes and answers requests for samples until the parent goes.
void serve_bare_echo(Child::Pipe& pipe);

/// `count` connections of one thread, each of which sends as many bytes as a masked Ping of ours
/// every `interval`; `beats` counts the echoes.
class BareClients {
 public:
  BareClients(std::uint16_t port, unsigned count, std::chrono::milliseconds interval,
              std::atomic<std::uint64_t>& beats);
  ~BareClients();
  BareClients(const BareClients&) = delete;
  BareClients& operator=(const BareClients&) = delete;

 private:
  void run(std::chrono::milliseconds interval, std::atomic<std::uint64_t>& beats);

  std::vector<int> sockets_;
  int epoll_ = -1;
  std::atomic<bool> is_stopped_{false};
  std::thread thread_;
};

}  // namespace heartwire::bench
