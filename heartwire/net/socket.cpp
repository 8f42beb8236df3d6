#include "heartwire/net/socket.hpp"

#include "heartwire/net/system_error.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/sockios.h>
#endif

#include <cerrno>
#include <utility>

namespace heartwire::net::socket {
namespace {

template <typename Value>
void set(int fd, int level, int name, const Value& value) noexcept {
  ::setsockopt(fd, level, name, &value, sizeof value);
}

bool is_would_block(int error) noexcept {
  return error == EAGAIN || error == EWOULDBLOCK;
}

template <typename Call>
ssize_t retry(Call&& call) noexcept {
  ssize_t result = 0;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result;
}

template <typename Ask>
std::optional<Address> ask_address(int fd, Ask&& ask) noexcept {
  sockaddr_storage native{};
  socklen_t length = sizeof native;
  auto* const generic = reinterpret_cast<sockaddr*>(&native);
  if (ask(fd, generic, &length) != 0) return std::nullopt;
  return Address::from_native(*generic);
}

}  // namespace

void set_options(int fd, const SocketOptions& options) noexcept {
  set(fd, IPPROTO_TCP, TCP_NODELAY, options.no_delay ? 1 : 0);
  if (options.send_buffer_bytes) set(fd, SOL_SOCKET, SO_SNDBUF, *options.send_buffer_bytes);
  if (options.receive_buffer_bytes) set(fd, SOL_SOCKET, SO_RCVBUF, *options.receive_buffer_bytes);
#ifdef TCP_USER_TIMEOUT
  if (options.user_timeout)
    set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<unsigned>(options.user_timeout->count()));
#endif
#ifdef TCP_NOTSENT_LOWAT
  if (options.unsent_bytes_low) set(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, *options.unsent_bytes_low);
#endif
}

base::Result<int, Errno> connect(const Address& address, const SocketOptions& options) noexcept {
  const int family = address.is_v6 ? AF_INET6 : AF_INET;
  const int fd = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (fd < 0) return base::Failure{errno};
  set_options(fd, options);
  sockaddr_storage native{};
  const auto length = static_cast<socklen_t>(address.to_native(native));
  const int result = ::connect(fd, reinterpret_cast<const sockaddr*>(&native), length);
  if (result == 0 || errno == EINPROGRESS || errno == EINTR) return fd;
  const Errno error = errno;
  ::close(fd);
  return base::Failure{error};
}

Errno connect_error(int fd) noexcept {
  int error = 0;
  socklen_t length = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return errno;
  if (error != 0) return error;
  const auto remote = remote_address(fd);
  if (!remote) return ENOTCONN;
  return local_address(fd) == remote ? ECONNREFUSED : 0;
}

IoResult read_some(int fd, base::MutableByteView buffer) {
  const ssize_t count = retry([&] { return ::recv(fd, buffer.data(), buffer.size(), 0); });
  if (count > 0) return IoResult::moved(static_cast<std::size_t>(count));
  if (count == 0) return buffer.empty() ? IoResult::moved(0) : IoResult::ended();
  return is_would_block(errno) ? IoResult::would_block()
                               : IoResult::failed(system_error_text(errno));
}

IoResult write_some(int fd, base::ByteView bytes) {
  const ssize_t count = retry([&] { return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL); });
  if (count >= 0) return IoResult::moved(static_cast<std::size_t>(count));
  return is_would_block(errno) ? IoResult::would_block()
                               : IoResult::failed(system_error_text(errno));
}

std::optional<Address> local_address(int fd) noexcept {
  return ask_address(fd, ::getsockname);
}

std::optional<Address> remote_address(int fd) noexcept {
  return ask_address(fd, ::getpeername);
}

std::size_t unread_bytes(int fd) noexcept {
  int count = 0;
  return ::ioctl(fd, FIONREAD, &count) == 0 && count > 0 ? static_cast<std::size_t>(count) : 0;
}

std::optional<std::uint64_t> unacknowledged_bytes(int fd) noexcept {
#ifdef SIOCOUTQ
  int count = 0;
  if (::ioctl(fd, SIOCOUTQ, &count) == 0 && count >= 0) return static_cast<std::uint64_t>(count);
#else
  static_cast<void>(fd);
#endif
  return std::nullopt;
}

void reset_on_close(int fd) noexcept {
  set(fd, SOL_SOCKET, SO_LINGER, linger{.l_onoff = 1, .l_linger = 0});
}

void end_writing(int fd) noexcept {
  ::shutdown(fd, SHUT_WR);
}

}  // namespace heartwire::net::socket
