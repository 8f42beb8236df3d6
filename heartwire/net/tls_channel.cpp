#include "heartwire/net/tls_channel.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/base/escape.hpp"
#include "heartwire/net/address.hpp"
#include "heartwire/net/system_error.hpp"
#include "heartwire/net/tls_pin.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace heartwire::net {
namespace {

/// Without the dot at the end that makes a name absolute: neither SNI (RFC 6066 section 3) nor a
/// certificate has it.
std::string_view peer_name(const TlsContext& context, std::string_view host) {
  std::string_view name = context.server_name().empty() ? host : context.server_name();
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

}  // namespace

/// How OpenSSL reaches the socket. Its own socket BIO writes without MSG_NOSIGNAL: a library that
/// used it would kill programs by SIGPIPE.
struct TlsChannel::Bio {
  static Wire& wire(BIO* bio) { return *static_cast<Wire*>(BIO_get_data(bio)); }

  static int write(BIO* bio, const char* bytes, int count) {
    BIO_clear_retry_flags(bio);
    return finish(bio, BIO_FLAGS_WRITE, [&](int fd) {
      return ::send(fd, bytes, static_cast<std::size_t>(count), MSG_NOSIGNAL);
    });
  }

  static int read(BIO* bio, char* buffer, int count) {
    BIO_clear_retry_flags(bio);
    const int result = finish(bio, BIO_FLAGS_READ, [&](int fd) {
      return ::recv(fd, buffer, static_cast<std::size_t>(count), 0);
    });
    if (result == 0) wire(bio).is_end = true;
    return result;
  }

  template <typename Call>
  static int finish(BIO* bio, int retry_flag, Call&& call) {
    Wire& wire = Bio::wire(bio);
    ssize_t result = 0;
    do {
      result = call(wire.fd);
    } while (result < 0 && errno == EINTR);
    if (result >= 0) return static_cast<int>(result);
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      BIO_set_flags(bio, retry_flag | BIO_FLAGS_SHOULD_RETRY);
    } else {
      wire.error = errno;
    }
    return -1;
  }

  static long control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return wire(bio).is_end ? 1 : 0;
    return 0;
  }

  /// One for the whole process, never freed: connections may end after static objects have.
  static BIO_METHOD* method() {
    static BIO_METHOD* const shared = [] {
      BIO_METHOD* const made =
          BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "heartwire socket");
      HW_CHECK(made != nullptr);
      BIO_meth_set_write(made, write);
      BIO_meth_set_read(made, read);
      BIO_meth_set_ctrl(made, control);
      return made;
    }();
    return shared;
  }
};

TlsChannel::TlsChannel(TlsContext context, int fd, std::string_view host)
    : context_(std::move(context)),
      host_(peer_name(context_, host)),
      wire_{.fd = fd},
      ssl_(SSL_new(context_.native())) {
  BIO* const bio = BIO_new(Bio::method());
  HW_CHECK(ssl_ != nullptr && bio != nullptr);
  BIO_set_data(bio, &wire_);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_ex_data(ssl_, 0, this);
  if (context_.role() == TlsRole::client) {
    prepare_client();
    return;
  }
  if (context_.is_verifying()) {
    const int strictness = context_.is_certificate_required() ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
    SSL_set_verify(ssl_, SSL_VERIFY_PEER | strictness, on_verify);
  }
  SSL_set_accept_state(ssl_);
}

/// A session is left resumable even though nobody said goodbye: that is how connections that are
/// worth resuming end.
TlsChannel::~TlsChannel() {
  if (!has_failed_) SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(ssl_);
}

void TlsChannel::prepare_client() {
  SSL_set_connect_state(ssl_);
  const auto literal = Address::parse(host_, 0);
  // RFC 6066 section 3: an address is no server name.
  if (!literal) SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, &host_[0]);
  if (context_.is_verifying()) {
    X509_VERIFY_PARAM* const wanted = SSL_get0_param(ssl_);
    // RFC 9525 section 2: only subjectAltName tells whom a certificate is for.
    X509_VERIFY_PARAM_set_hostflags(
        wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    const int is_set =
        literal ? X509_VERIFY_PARAM_set1_ip(wanted, literal->octets.data(), literal->is_v6 ? 16 : 4)
                : X509_VERIFY_PARAM_set1_host(wanted, host_.data(), host_.size());
    if (is_set != 1) {
      has_failed_ = true;
      failure_.text = '"' + base::escape_for_log(host_) + "\" cannot be the name of a host";
      return;
    }
    SSL_set_verify(ssl_, SSL_VERIFY_PEER, on_verify);
  }
  if (SSL_SESSION* const session = context_.take_session(host_)) {
    SSL_set_session(ssl_, session);
    SSL_SESSION_free(session);
  }
}

int TlsChannel::on_verify(int is_good, X509_STORE_CTX* verification) {
  if (is_good == 1) return 1;
  const void* const ssl =
      X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx());
  auto* const self = static_cast<TlsChannel*>(SSL_get_ex_data(static_cast<const SSL*>(ssl), 0));
  self->rejection_ = describe_rejected_certificate(verification, self->host_);
  return 0;
}

int TlsChannel::on_session(SSL* ssl, SSL_SESSION* session) {
  const auto* const self = static_cast<const TlsChannel*>(SSL_get_ex_data(ssl, 0));
  self->context_.keep_session(self->host_, session);
  return 1;
}

TlsChannel::Progress TlsChannel::shake_hands() {
  if (has_failed_) return Progress::failed;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  if (result == 1) return check_pin();
  const int kind = SSL_get_error(ssl_, result);
  if (kind == SSL_ERROR_WANT_READ) return Progress::needs_read;
  if (kind == SSL_ERROR_WANT_WRITE) return Progress::needs_write;
  failure_.is_certificate = !rejection_.empty();
  failure_.text = take_error(kind);
  if (failure_.is_certificate) failure_.text = rejection_;
  return Progress::failed;
}

/// A resumed session is checked like a new one: the key may have been unpinned since. Nothing of
/// ours has been sent yet that only the right server may read, but perhaps a certificate.
TlsChannel::Progress TlsChannel::check_pin() {
  const std::vector<std::string>& pins = context_.pins();
  if (pins.empty()) return Progress::done;
  const X509* const certificate = SSL_get0_peer_certificate(ssl_);
  const std::string pin = certificate == nullptr ? "missing" : pin_of(*certificate);
  if (std::find(pins.begin(), pins.end(), pin) != pins.end()) return Progress::done;
  has_failed_ = true;
  failure_.is_certificate = true;
  failure_.text = "the public key of the certificate is " + pin + ", which is not pinned";
  return Progress::failed;
}

std::string TlsChannel::take_error(int kind) {
  has_failed_ = true;
  if (kind == SSL_ERROR_SSL) return take_tls_error("unknown error of OpenSSL");
  ERR_clear_error();
  if (wire_.error != 0) return system_error_text(wire_.error);
  return "the peer closed the connection";
}

IoResult TlsChannel::read_some(base::MutableByteView buffer) {
  if (has_failed_) return IoResult::failed("the connection has failed before");
  if (buffer.empty()) return IoResult::moved(0);
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_read_ex(ssl_, buffer.data(), buffer.size(), &count);
  read_waits_for_ = Ready::read;
  return result == 1 ? IoResult::moved(count) : end_of_io(result, read_waits_for_);
}

IoResult TlsChannel::write_some(base::ByteView bytes) {
  if (has_failed_) return IoResult::failed("the connection has failed before");
  if (bytes.empty()) return IoResult::moved(0);
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &count);
  write_waits_for_ = Ready::write;
  return result == 1 ? IoResult::moved(count) : end_of_io(result, write_waits_for_);
}

IoResult TlsChannel::end_of_io(int result, Ready& waits_for) {
  const int kind = SSL_get_error(ssl_, result);
  if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) {
    waits_for = kind == SSL_ERROR_WANT_READ ? Ready::read : Ready::write;
    return IoResult::would_block();
  }
  if (kind == SSL_ERROR_ZERO_RETURN) return IoResult::ended();
  std::string error = take_error(kind);
  return IoResult::failed(kind == SSL_ERROR_SSL ? "TLS: " + error : std::move(error));
}

bool TlsChannel::has_decrypted() const noexcept {
  return !has_failed_ && SSL_pending(ssl_) > 0;
}

void TlsChannel::end_writing() noexcept {
  if (has_failed_) return;
  ERR_clear_error();
  SSL_shutdown(ssl_);
  ERR_clear_error();
}

TlsInfo TlsChannel::info() const {
  const char* const cipher = SSL_get_cipher_name(ssl_);
  return {SSL_get_version(ssl_), cipher == nullptr ? "" : cipher, SSL_session_reused(ssl_) == 1};
}

std::optional<PeerCertificate> TlsChannel::peer_certificate() const {
  if (!context_.is_verifying()) return std::nullopt;
  const X509* const certificate = SSL_get0_peer_certificate(ssl_);
  if (certificate == nullptr) return std::nullopt;
  return describe_certificate(*certificate);
}

}  // namespace heartwire::net
