#include "bench/bare_echo.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace heartwire::bench {
namespace {

/// A masked Ping with six bytes of payload, as heartwire's client sends it.
constexpr std::size_t kBeatBytes = 12;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

void watch(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    std::perror("bench: connect");
    std::exit(1);
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd;
}

}  // namespace

void serve_bare_echo(Child::Pipe& pipe) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof(address);
  ::bind(listener, reinterpret_cast<const sockaddr*>(&address), length);
  ::listen(listener, 4096);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  pipe.send(ntohs(address.sin_port));

  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  watch(epoll, listener);
  watch(epoll, pipe.read_fd());
  std::array<epoll_event, 256> events{};
  std::array<char, 2048> buffer{};
  for (;;) {
    const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == listener) {
        const int accepted = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (accepted >= 0) watch(epoll, accepted);
      } else if (fd == pipe.read_fd()) {
        if (!pipe.await_request()) return;
        pipe.send(Sample::now());
      } else {
        const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
        if (got <= 0) {
          ::close(fd);
        } else if (::send(fd, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) {
          return;
        }
      }
    }
  }
}

BareClients::BareClients(std::uint16_t port, unsigned count, std::chrono::milliseconds interval,
                         std::atomic<std::uint64_t>& beats)
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  for (unsigned i = 0; i < count; ++i) {
    sockets_.push_back(connect_to(port));
    watch(epoll_, sockets_.back());
  }
  thread_ = std::thread([this, interval, &beats] { run(interval, beats); });
}

BareClients::~BareClients() {
  is_stopped_ = true;
  thread_.join();
  for (const int fd : sockets_) ::close(fd);
  ::close(epoll_);
}

void BareClients::run(std::chrono::milliseconds interval, std::atomic<std::uint64_t>& beats) {
  using Clock = std::chrono::steady_clock;
  const std::array<char, kBeatBytes> beat{};
  std::array<epoll_event, 256> events{};
  std::array<char, 2048> buffer{};
  const Clock::time_point start = Clock::now();
  std::uint64_t sent = 0;
  while (!is_stopped_) {
    // The beats are spread evenly over the interval, as those of many clients are.
    const auto elapsed = Clock::now() - start;
    const auto due = static_cast<std::uint64_t>(elapsed.count()) * sockets_.size() /
                     static_cast<std::uint64_t>(std::chrono::nanoseconds{interval}.count());
    for (; sent < due; ++sent)
      ::send(sockets_[sent % sockets_.size()], beat.data(), beat.size(), MSG_NOSIGNAL);
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 1);
    for (int i = 0; i < count; ++i) {
      const auto got =
          ::recv(events[static_cast<std::size_t>(i)].data.fd, buffer.data(), buffer.size(), 0);
      if (got > 0) beats += static_cast<std::uint64_t>(got) / kBeatBytes;
    }
  }
}

}  // namespace heartwire::bench
