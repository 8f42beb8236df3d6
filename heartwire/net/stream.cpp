#include "heartwire/net/stream.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/net/tls_channel.hpp"

#include <utility>

namespace heartwire::net {

struct Stream::Tls {
  TlsChannel channel;
  HandshakeHandler on_handshake;  ///< While the handshake is under way.
};

Stream::Stream() noexcept = default;

Stream::Stream(Loop& loop, int fd, const SocketOptions& options) : descriptor_(loop, fd) {
  set_options(options);
}

/// A handshake's handler knows where the stream is.
Stream::Stream(Stream&& other) noexcept {
  *this = std::move(other);
}

Stream& Stream::operator=(Stream&& other) noexcept {
  HW_CHECK(!other.tls_ || !other.tls_->on_handshake);
  if (this == &other) return *this;
  close();
  descriptor_ = std::move(other.descriptor_);
  tls_ = std::move(other.tls_);
  return *this;
}

Stream::~Stream() {
  close();
}

base::Result<Stream, socket::Errno> Stream::connect(Loop& loop, const Address& address,
                                                    const SocketOptions& options) {
  const auto fd = socket::connect(address, options);
  if (!fd) return base::Failure{fd.error()};
  Stream stream;
  stream.descriptor_ = Descriptor(loop, *fd);
  return stream;
}

socket::Errno Stream::connect_error() const noexcept {
  return socket::connect_error(fd());
}

void Stream::async_tls_handshake(const TlsContext& context, std::string_view host,
                                 HandshakeHandler handler) {
  HW_CHECK(is_open() && !tls_ && handler);
  tls_.reset(new Tls{TlsChannel(context, fd(), host), std::move(handler)});
  descriptor_.async_continue(Descriptor::Waiter::reader, [this] { shake_hands(); });
}

void Stream::shake_hands() {
  using Progress = TlsChannel::Progress;
  const Progress progress = tls_->channel.shake_hands();
  if (progress == Progress::needs_read || progress == Progress::needs_write) {
    const Ready ready = progress == Progress::needs_read ? Ready::read : Ready::write;
    descriptor_.async_wait(Descriptor::Waiter::reader, ready, [this] { shake_hands(); });
    return;
  }
  std::optional<TlsFailure> failure;
  if (progress == Progress::failed) failure = tls_->channel.failure();
  const auto handler = std::exchange(tls_->on_handshake, nullptr);
  handler(std::move(failure));
}

IoResult Stream::read_some(base::MutableByteView buffer) {
  HW_CHECK(is_open());
  return tls_ ? tls_->channel.read_some(buffer) : socket::read_some(fd(), buffer);
}

IoResult Stream::write_some(base::ByteView bytes) {
  HW_CHECK(is_open());
  return tls_ ? tls_->channel.write_some(bytes) : socket::write_some(fd(), bytes);
}

void Stream::async_wait_readable(Handler handler) {
  if (tls_ && tls_->channel.has_decrypted()) {
    descriptor_.async_continue(Descriptor::Waiter::reader, std::move(handler));
  } else {
    descriptor_.async_wait(Descriptor::Waiter::reader,
                           tls_ ? tls_->channel.read_waits_for() : Ready::read, std::move(handler));
  }
}

void Stream::async_wait_writable(Handler handler) {
  descriptor_.async_wait(Descriptor::Waiter::writer,
                         tls_ ? tls_->channel.write_waits_for() : Ready::write, std::move(handler));
}

void Stream::cancel() noexcept {
  HW_CHECK(!tls_ || !tls_->on_handshake);
  descriptor_.cancel();
}

void Stream::set_options(const SocketOptions& options) noexcept {
  if (is_open()) socket::set_options(fd(), options);
}

void Stream::end_writing() noexcept {
  if (!is_open()) return;
  if (tls_) tls_->channel.end_writing();
  socket::end_writing(fd());
}

void Stream::close() noexcept {
  // What a handler owns may include this object: nothing here is touched after they are gone.
  const auto tls = std::move(tls_);
  Descriptor last = std::move(descriptor_);
  last.close();
}

void Stream::reset() noexcept {
  if (is_open()) socket::reset_on_close(fd());
  close();
}

int Stream::release() noexcept {
  HW_CHECK(!tls_);
  return descriptor_.release();
}

bool Stream::has_unread_input() const noexcept {
  if (!is_open()) return false;
  return (tls_ && tls_->channel.has_decrypted()) || socket::unread_bytes(fd()) > 0;
}

std::optional<std::uint64_t> Stream::unacknowledged_bytes() const noexcept {
  return is_open() ? socket::unacknowledged_bytes(fd()) : std::nullopt;
}

std::optional<Address> Stream::local_address() const noexcept {
  return is_open() ? socket::local_address(fd()) : std::nullopt;
}

std::optional<Address> Stream::remote_address() const noexcept {
  return is_open() ? socket::remote_address(fd()) : std::nullopt;
}

std::optional<TlsInfo> Stream::tls_info() const {
  if (!tls_) return std::nullopt;
  return tls_->channel.info();
}

std::optional<PeerCertificate> Stream::peer_certificate() const {
  return tls_ ? tls_->channel.peer_certificate() : std::nullopt;
}

}  // namespace heartwire::net
