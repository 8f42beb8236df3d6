#pragma once
// A public key by its hash: `sha256//` and base64, as curl's --pinnedpubkey has it.

#include <string>
#include <string_view>

struct x509_st;

namespace heartwire::net {

/// Whether `text` is written as pin_of() writes.
bool is_pin(std::string_view text) noexcept;

/// Of the certificate's SubjectPublicKeyInfo, so that a new certificate for the same key has the
/// same pin.
std::string pin_of(const x509_st& certificate);

}  // namespace heartwire::net
