#pragma once
// How a TLS connection is made and whom it trusts: plain data, for client and server alike.

#include <cstdint>
#include <string>

namespace heartwire::net {

enum class TlsVersion : std::uint8_t { tls_1_2, tls_1_3 };

struct TlsOptions {
  /// PEM file of the certificates to trust instead of the system's store. Default none: the
  /// system's store. On a server: whoever connects must show a certificate issued by one of these.
  std::string ca_file{};
  /// The same as text. Both may be given; both are trusted then.
  std::string ca_pem{};
  /// Whether the peer's certificate and host name must verify. Default true: without it anyone on
  /// the path can pose as the peer. Turn it off for experiments only.
  bool verify = true;
  /// The name to ask for (SNI) and to find in the certificate, or an address to find there. Default
  /// empty: the host that is dialled. Client only.
  std::string server_name{};
  /// PEM files of our own certificate, with its chain after it, and of its private key. A server
  /// needs them; a client has them only if the server asks who it is. An empty key_file means that
  /// the key is in certificate_file. Default none.
  std::string certificate_file{};
  std::string key_file{};
  /// Older versions are refused. Default 1.2: what came before is broken (RFC 8996).
  TlsVersion minimum_version = TlsVersion::tls_1_2;
  /// Whether a reconnect may resume the last session with the same host, which saves both sides the
  /// costly half of a handshake. Default true: it matters most when a whole fleet comes back.
  /// Client only; a server always hands out tickets.
  bool resume_sessions = true;

  bool operator==(const TlsOptions&) const = default;
};

}  // namespace heartwire::net
