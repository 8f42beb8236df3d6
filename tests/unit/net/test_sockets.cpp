#include "tests/unit/net/test_sockets.hpp"

#include "heartwire/base/check.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace heartwire::net::testing {
namespace {

Fd bound_socket(std::uint16_t& port) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_storage native{};
  socklen_t length = loopback(0).to_native(native);
  auto* const generic = reinterpret_cast<sockaddr*>(&native);
  HW_CHECK(::bind(fd.get(), generic, length) == 0);
  length = sizeof native;
  HW_CHECK(::getsockname(fd.get(), generic, &length) == 0);
  port = Address::from_native(*generic)->port;
  return fd;
}

void start_connect(const Fd& fd, std::uint16_t port) {
  sockaddr_storage native{};
  const socklen_t length = loopback(port).to_native(native);
  static_cast<void>(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&native), length));
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = std::exchange(other.fd_, -1);
  return *this;
}

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

Address loopback(std::uint16_t port) {
  return *Address::parse("127.0.0.1", port);
}

Fd listen_on_loopback(int backlog, std::uint16_t& port) {
  Fd fd = bound_socket(port);
  HW_CHECK(::listen(fd.get(), backlog) == 0);
  return fd;
}

Fd connect_to(std::uint16_t port) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  start_connect(fd, port);
  return fd;
}

bool is_listened_on(std::uint16_t port) {
  const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_storage native{};
  const socklen_t length = loopback(port).to_native(native);
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&native), length) == 0;
}

void set_non_blocking(int fd) {
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
}

std::pair<Fd, Fd> connected_pair() {
  std::uint16_t port = 0;
  const Fd listener = listen_on_loopback(1, port);
  Fd ours = connect_to(port);
  Fd theirs(::accept(listener.get(), nullptr, nullptr));
  HW_CHECK(theirs.get() >= 0);
  set_non_blocking(ours.get());
  return {std::move(ours), std::move(theirs)};
}

ClosedPort::ClosedPort() : fd_(bound_socket(port_)) {}

/// Fills the backlog until an attempt hangs for good: the kernel then drops every SYN.
BlackHole::BlackHole() : listener_(listen_on_loopback(0, port_)) {
  for (bool is_full = false; !is_full;) {
    Fd filler(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    start_connect(filler, port_);
    pollfd wait{.fd = filler.get(), .events = POLLOUT, .revents = 0};
    is_full = ::poll(&wait, 1, 100) == 0;
    fillers_.push_back(std::move(filler));
  }
}

void send_all(const Fd& fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL);
    HW_CHECK(count > 0);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string receive(const Fd& fd, std::size_t count) {
  std::string text(count, '\0');
  std::size_t have = 0;
  while (have < count) {
    const ssize_t got = ::recv(fd.get(), text.data() + have, count - have, 0);
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

}  // namespace heartwire::net::testing
