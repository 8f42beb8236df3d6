#pragma once
// How a TLS connection is made and whom it trusts: plain data, for client and server alike.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heartwire::net {

enum class TlsVersion : std::uint8_t { tls_1_2, tls_1_3 };

/// What a server that was told whom to trust does with a client that shows no certificate.
enum class ClientCertificate : std::uint8_t {
  required,  ///< Refuses it.
  optional,  ///< Lets it in; one that is shown must verify all the same.
};

struct TlsOptions {
  /// PEM file of the certificates to trust instead of the system's store. Default none: the
  /// system's store. On a server: whoever connects must (or may, see client_certificate) show a
  /// certificate issued by one of these.
  std::string ca_file{};
  /// The same as text. Both may be given; both are trusted then.
  std::string ca_pem{};
  /// Whether the peer's certificate and host name must verify. Default true: without it anyone on
  /// the path can pose as the peer. Turn it off for experiments only.
  bool verify = true;
  /// The name to ask for (SNI) and to find in the certificate, or an address to find there. Default
  /// empty: the host that is dialled. Client only.
  std::string server_name{};
  /// Public keys of which the server's must be one, each written `sha256//` and the base64 of the
  /// SHA-256 of its SubjectPublicKeyInfo, as curl's --pinnedpubkey has it. They are checked besides
  /// the chain and the host name; with `verify` off, instead of them. The key that counts is that
  /// of the server's own certificate. Name the next key as well, or changing it locks everybody
  /// out. Default none; at most 32. Client only.
  std::vector<std::string> pins{};
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
  /// Default required: a server with a CA of its own most likely means to know everybody. Server
  /// with ca_file or ca_pem only.
  ClientCertificate client_certificate = ClientCertificate::required;

  bool operator==(const TlsOptions&) const = default;
};

/// The first thing wrong with the options of a client, or of a server with TLS, for people, naming
/// the option; or nothing. No file is looked at.
std::optional<std::string> validate_client(const TlsOptions& options);
std::optional<std::string> validate_server(const TlsOptions& options);

}  // namespace heartwire::net
