#pragma once
// Loopback sockets for tests: pairs, ports that nobody listens on, ports that never answer.

#include "heartwire/net/address.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heartwire::net::testing {

/// Closes when it goes.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd();

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

Address loopback(std::uint16_t port);

/// Blocking; listening on the loopback, on a port that the system chose.
Fd listen_on_loopback(int backlog, std::uint16_t& port);
/// Blocking, connected.
Fd connect_to(std::uint16_t port);
/// Whether somebody accepts there now.
bool is_listened_on(std::uint16_t port);
void set_non_blocking(int fd);
/// Two ends of one connection; the first does not block.
std::pair<Fd, Fd> connected_pair();

/// A port that refuses: it is bound, so that nobody else gets it, but not listened on.
class ClosedPort {
 public:
  ClosedPort();
  std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_ = 0;
  Fd fd_;
};

/// A port that swallows connection attempts, as a firewall does: its backlog is full.
class BlackHole {
 public:
  BlackHole();
  std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_ = 0;
  Fd listener_;
  std::vector<Fd> fillers_;
};

void send_all(const Fd& fd, std::string_view text);
/// Reads exactly so many bytes, or less at the end.
std::string receive(const Fd& fd, std::size_t count);

}  // namespace heartwire::net::testing
