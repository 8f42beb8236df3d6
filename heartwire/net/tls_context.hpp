#pragma once
// What all TLS connections of one configuration share: trusted issuers, our certificate, sessions
// to resume. Made once; reading files and the system's store takes milliseconds.

#include "heartwire/base/result.hpp"
#include "heartwire/net/tls_options.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct ssl_ctx_st;
struct ssl_session_st;

namespace heartwire::net {

enum class TlsRole : std::uint8_t { client, server };

/// A counted reference: copies share, and may be used on several threads at once.
class TlsContext {
 public:
  /// The error is for people, and names the file and what is wrong with it.
  static base::Result<TlsContext, std::string> client(const TlsOptions& options);
  static base::Result<TlsContext, std::string> server(const TlsOptions& options);

  TlsContext(const TlsContext& other) noexcept;
  TlsContext(TlsContext&& other) noexcept;
  TlsContext& operator=(TlsContext other) noexcept;
  ~TlsContext();

  TlsRole role() const noexcept;
  /// What the peer must prove to be, if not the host that is dialled.
  const std::string& server_name() const noexcept;
  /// Whether a certificate of the peer's must verify: a client's peer's unless that was turned off,
  /// a server's only if it was told whom to trust.
  bool is_verifying() const noexcept;
  /// Whether a client without a certificate is refused by a server that is verifying.
  bool is_certificate_required() const noexcept;
  /// See TlsOptions::pins.
  const std::vector<std::string>& pins() const noexcept;

  /// The last session with `name`, a counted reference that is the caller's; null if there is none.
  /// One of TLS 1.3 is handed out once (RFC 8446 appendix C.4). One of TLS 1.2 stays, since a
  /// server need not follow a resumed handshake by a new ticket.
  ssl_session_st* take_session(const std::string& name) const;
  /// Takes over `session`.
  void keep_session(const std::string& name, ssl_session_st* session) const;

  ssl_ctx_st* native() const noexcept { return native_; }

 private:
  struct Shared;
  explicit TlsContext(ssl_ctx_st* native) noexcept : native_(native) {}
  static base::Result<TlsContext, std::string> make(TlsRole role, const TlsOptions& options);
  Shared& shared() const noexcept;

  ssl_ctx_st* native_;
};

}  // namespace heartwire::net
