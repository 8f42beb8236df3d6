#pragma once
// One TCP connection, with TLS over it or not. Reading and writing never wait and use the caller's
// buffers, so an idle connection owns none; waiting is a separate request.
//
//   on readable: read_some into the loop's buffer until would_block, then async_wait_readable
//   to write:    write_some at once; on would_block keep the rest, async_wait_writable, go on
//
// With TLS, reading may have to wait for writability and the other way round: the waits know.

#include "heartwire/base/bytes.hpp"
#include "heartwire/net/address.hpp"
#include "heartwire/net/descriptor.hpp"
#include "heartwire/net/io_result.hpp"
#include "heartwire/net/peer_certificate.hpp"
#include "heartwire/net/socket.hpp"
#include "heartwire/net/tls_failure.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::net {

class Loop;
class TlsContext;
struct TlsInfo;

/// May be moved, except while a TLS handshake is under way. Destroying it closes it. None of its
/// handlers is called after that, and each of them may destroy it.
class Stream {
 public:
  using Handler = std::function<void()>;
  using HandshakeHandler = std::function<void(std::optional<TlsFailure>)>;

  /// No connection. Only is_open, close and assignment make sense then.
  Stream() noexcept;
  /// Takes over `fd`, a connected non-blocking socket.
  Stream(Loop& loop, int fd, const SocketOptions& options = {});
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&& other) noexcept;
  ~Stream();

  /// A stream on its way to `address`: wait until it is writable, then ask connect_error. The
  /// error, of the system, is one that came at once.
  static base::Result<Stream, socket::Errno> connect(Loop& loop, const Address& address,
                                                     const SocketOptions& options);
  /// How connect ended: 0 if well.
  socket::Errno connect_error() const noexcept;

  /// Begins TLS in the role of `context`. A client verifies that the peer is `host`. The handler is
  /// called once, later, with the failure if there is one; until then nothing else may be done but
  /// to close. There is no timeout here.
  void async_tls_handshake(const TlsContext& context, std::string_view host,
                           HandshakeHandler handler);

  /// Reads what is there, at most as much as `buffer` takes.
  IoResult read_some(base::MutableByteView buffer);
  /// Writes what fits. With TLS, what was offered when the result was would_block must come first
  /// in the next call as well: it may be encrypted already.
  IoResult write_some(base::ByteView bytes);

  /// Calls `handler` once when read_some, or write_some, is worth a try; it may yet block. Asking
  /// again replaces the handler.
  void async_wait_readable(Handler handler);
  void async_wait_writable(Handler handler);
  /// Forgets both waits.
  void cancel() noexcept;

  bool is_open() const noexcept { return descriptor_.is_open(); }
  /// Over TLS, from the beginning of its handshake.
  bool is_secure() const noexcept { return tls_ != nullptr; }
  void set_options(const SocketOptions& options) noexcept;
  /// No more will be written: the peer reads to the end. Reading goes on.
  void end_writing() noexcept;
  /// Closes at once. What was written still leaves, if the peer takes it.
  void close() noexcept;
  /// Closes at once with RST: what was not sent is forgotten, the peer sees an error.
  void reset() noexcept;
  /// Gives the plain socket away, for instance to another loop. -1 when closed. Not with TLS.
  int release() noexcept;

  /// Bytes that the peer's kernel has not acknowledged; nothing where the system cannot say.
  std::optional<std::uint64_t> unacknowledged_bytes() const noexcept;
  std::optional<Address> local_address() const noexcept;
  std::optional<Address> remote_address() const noexcept;
  bool is_tls() const noexcept { return tls_ != nullptr; }
  /// True if something has come that was not read.
  bool has_unread_input() const noexcept;
  /// Nothing without TLS.
  std::optional<TlsInfo> tls_info() const;
  /// Nothing without TLS, or of a peer that has shown none.
  std::optional<PeerCertificate> peer_certificate() const;
  int fd() const noexcept { return descriptor_.fd(); }

 private:
  struct Tls;

  void shake_hands();

  Descriptor descriptor_;
  std::unique_ptr<Tls> tls_;
};

}  // namespace heartwire::net
