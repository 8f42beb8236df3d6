#pragma once
// Blocking loopback sockets for the tests of the fault proxy. Every wait has a deadline that only a
// failing test reaches; what must not happen is watched for a short while.

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace heartwire::net::test {

constexpr std::chrono::milliseconds kDeadline{10000};
constexpr std::chrono::milliseconds kShortWhile{80};

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {}
  Peer(Peer&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Peer& operator=(Peer&&) = delete;
  ~Peer() { close(); }

  /// Connected to `port`, or not is_open().
  static Peer connect(std::uint16_t port) {
    Peer peer{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const sockaddr_in address = loopback(port);
    if (::connect(peer.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      peer.close();
    return peer;
  }

  bool is_open() const { return fd_ >= 0; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  void close_with_reset() {
    const linger at_once{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }
  void finish() { ::shutdown(fd_, SHUT_WR); }

  void send(std::string_view text) {
    ASSERT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL), std::ssize(text));
  }

  /// Sends until nothing more is taken for a short while, or `limit` bytes. Returns how many.
  std::size_t send_until_stuck(std::size_t limit) {
    const std::string block(64 * 1024, 'x');
    std::size_t sent = 0;
    while (sent < limit && is_ready(POLLOUT, kShortWhile)) {
      const ssize_t count = ::send(fd_, block.data(), block.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count > 0) sent += static_cast<std::size_t>(count);
    }
    return sent;
  }

  /// The next `count` bytes, or fewer followed by what ended them: <fin>, <rst> or <silence>.
  std::string receive(std::size_t count) {
    std::string text;
    while (text.size() < count) {
      if (!is_ready(POLLIN, kDeadline)) return text + "<silence>";
      std::string block(count - text.size(), '\0');
      const ssize_t got = ::recv(fd_, block.data(), block.size(), 0);
      if (got == 0) return text + "<fin>";
      if (got < 0) return text + (errno == ECONNRESET ? "<rst>" : "<error>");
      text.append(block, 0, static_cast<std::size_t>(got));
    }
    return text;
  }

  /// True if neither bytes nor an end arrive for a short while.
  bool hears_nothing() { return !is_ready(POLLIN, kShortWhile); }

 private:
  bool is_ready(short events, std::chrono::milliseconds timeout) const {
    pollfd entry{fd_, events, 0};
    return ::poll(&entry, 1, static_cast<int>(timeout.count())) == 1;
  }

  int fd_;
};

/// A server that does nothing but listen.
class Listener {
 public:
  Listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(fd_, 64), 0);
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { close(); }

  std::uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

  /// The next connection; not is_open() if none came within the deadline.
  Peer accept() { return Peer{is_ready(kDeadline) ? ::accept4(fd_, nullptr, nullptr, 0) : -1}; }
  bool hears_nothing() { return !is_ready(kShortWhile); }

 private:
  bool is_ready(std::chrono::milliseconds timeout) const {
    pollfd entry{fd_, POLLIN, 0};
    return ::poll(&entry, 1, static_cast<int>(timeout.count())) == 1;
  }

  int fd_;
  std::uint16_t port_ = 0;
};

}  // namespace heartwire::net::test
