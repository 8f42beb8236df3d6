#pragma once
// TLS over one non-blocking socket, which it borrows. It never waits: whenever it cannot go on it
// says for what the socket must become ready. Stream does the waiting.

#include "heartwire/base/bytes.hpp"
#include "heartwire/net/descriptor.hpp"
#include "heartwire/net/io_result.hpp"
#include "heartwire/net/peer_certificate.hpp"
#include "heartwire/net/tls_context.hpp"
#include "heartwire/net/tls_failure.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_session_st;
struct x509_store_ctx_st;

namespace heartwire::net {

struct TlsInfo {
  std::string version;  ///< `TLSv1.3`
  std::string cipher;   ///< `TLS_AES_256_GCM_SHA384`
  bool is_resumed = false;

  bool operator==(const TlsInfo&) const = default;
};

class TlsChannel {
 public:
  enum class Progress : std::uint8_t {
    done,
    needs_read,   ///< Go on when the socket is readable.
    needs_write,  ///< Go on when the socket is writable.
    failed,       ///< See failure().
  };

  /// `fd` must stay open as long as this object is used. A client verifies that the peer is `host`,
  /// a name or an address, unless the context names another; a server ignores it.
  TlsChannel(TlsContext context, int fd, std::string_view host);
  ~TlsChannel();
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;

  /// Does what can be done of the handshake.
  Progress shake_hands();
  /// After `failed`.
  const TlsFailure& failure() const noexcept { return failure_; }

  /// As Stream::read_some and write_some. After would_block, read_waits_for() and write_waits_for()
  /// say for what; it need not be what the name suggests, since TLS has messages of its own.
  IoResult read_some(base::MutableByteView buffer);
  IoResult write_some(base::ByteView bytes);
  Ready read_waits_for() const noexcept { return read_waits_for_; }
  Ready write_waits_for() const noexcept { return write_waits_for_; }

  /// Whether read_some has bytes although the socket may never become readable again.
  bool has_decrypted() const noexcept;

  /// Tells the peer that no more will come, if the socket takes it now.
  void end_writing() noexcept;

  TlsInfo info() const;

  /// Of a peer that has shown one, and been verified; also when the session is a resumed one.
  std::optional<PeerCertificate> peer_certificate() const;

  /// Called by OpenSSL when the peer hands out a session to resume; TlsContext sets it.
  static int on_session(ssl_st* ssl, ssl_session_st* session);

 private:
  /// Of the socket, as the BIO saw it.
  struct Wire {
    int fd = -1;
    int error = 0;        ///< errno, once it has failed.
    bool is_end = false;  ///< The peer's FIN was read.
  };
  struct Bio;

  static int on_verify(int is_good, x509_store_ctx_st* verification);
  void prepare_client();
  Progress check_pin();
  IoResult end_of_io(int result, Ready& waits_for);
  std::string take_error(int kind);

  TlsContext context_;
  std::string host_;
  Wire wire_;
  ssl_st* ssl_ = nullptr;
  bool has_failed_ = false;  ///< OpenSSL must not be called again but to free.
  Ready read_waits_for_ = Ready::read;
  Ready write_waits_for_ = Ready::write;
  std::string rejection_;  ///< Of the certificate, by on_verify.
  TlsFailure failure_;
};

}  // namespace heartwire::net
