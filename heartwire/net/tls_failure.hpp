#pragma once
// What went wrong with TLS, in words that help: what OpenSSL's codes mean to whoever must put it
// right.

#include <string>
#include <string_view>

struct x509_store_ctx_st;

namespace heartwire::net {

struct TlsFailure {
  /// The peer's certificate did not verify; otherwise the handshake itself failed.
  bool is_certificate = false;
  /// For people: `the certificate expired on 2024-05-01`. What the peer named is escaped.
  std::string text;

  bool operator==(const TlsFailure&) const = default;
};

/// Why the certificate that OpenSSL has just rejected was rejected. `host` is who it should be for.
std::string describe_rejected_certificate(x509_store_ctx_st* verification, std::string_view host);

/// The first error in this thread's queue of OpenSSL, which is emptied; `otherwise` if there is
/// none.
std::string take_tls_error(std::string_view otherwise);

}  // namespace heartwire::net
