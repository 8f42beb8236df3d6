#pragma once
// Whom a certificate that has verified names.

#include <string>

struct x509_st;

namespace heartwire::net {

struct PeerCertificate {
  /// As RFC 4514 writes it: `CN=alice,O=Example`. Printable ASCII; the rest is escaped.
  std::string subject{};
  /// The last common name in it, as it is in the certificate, in UTF-8; empty if there is none.
  std::string common_name{};
  /// The SHA-256 of the whole certificate, 64 hexadecimal digits in lower case.
  std::string fingerprint{};

  bool operator==(const PeerCertificate&) const = default;
};

PeerCertificate describe_certificate(const x509_st& certificate);

}  // namespace heartwire::net
