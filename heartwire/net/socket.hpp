#pragma once
// Plain calls on TCP sockets: making, setting, asking. No waiting here, and no state.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/net/address.hpp"
#include "heartwire/net/io_result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace heartwire::net {

struct SocketOptions {
  /// Send at once instead of waiting for more (TCP_NODELAY). Default on: a heartbeat is small, and
  /// late if it waits for an acknowledgement.
  bool no_delay = true;
  /// After how long unacknowledged data makes the kernel give up (TCP_USER_TIMEOUT). Default: the
  /// system's own, about a quarter of an hour. Linux only.
  std::optional<std::chrono::milliseconds> user_timeout{};
  /// Bytes of the kernel's buffers (SO_SNDBUF, SO_RCVBUF). Default: the system's, which grow.
  std::optional<int> send_buffer_bytes{};
  std::optional<int> receive_buffer_bytes{};
  /// Report writable only while fewer unsent bytes than this are in the kernel (TCP_NOTSENT_LOWAT),
  /// so that a heartbeat does not queue behind what could still be reordered. Default: off.
  std::optional<int> unsent_bytes_low{};

  bool operator==(const SocketOptions&) const = default;
};

namespace socket {

/// A number of an error of the system (errno).
using Errno = int;

/// What cannot be set is left as it is: none of it is worth losing a connection.
void set_options(int fd, const SocketOptions& options) noexcept;

/// A non-blocking socket that connects to `address`. Writable once that has ended.
base::Result<int, Errno> connect(const Address& address, const SocketOptions& options) noexcept;

/// How a connect ended: 0 if well. Connecting to a free port of this machine can, by chance, end in
/// a socket that is connected to itself; that is ECONNREFUSED.
Errno connect_error(int fd) noexcept;

IoResult read_some(int fd, base::MutableByteView buffer);
IoResult write_some(int fd, base::ByteView bytes);

std::optional<Address> local_address(int fd) noexcept;
std::optional<Address> remote_address(int fd) noexcept;

/// Bytes written that the peer's kernel has not acknowledged. Nothing where the system cannot say.
std::optional<std::uint64_t> unacknowledged_bytes(int fd) noexcept;

/// Bytes that came and were not read.
std::size_t unread_bytes(int fd) noexcept;

/// Closing this socket sends RST and forgets what was not sent.
void reset_on_close(int fd) noexcept;

/// No more will be written: FIN follows what was.
void end_writing(int fd) noexcept;

}  // namespace socket
}  // namespace heartwire::net
