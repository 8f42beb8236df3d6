#include "heartwire/net/tls_pin.hpp"

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/check.hpp"
#include "heartwire/ws/base64.hpp"

#include <openssl/sha.h>
#include <openssl/x509.h>

#include <array>
#include <cstddef>
#include <memory>

namespace heartwire::net {
namespace {

constexpr std::string_view kPrefix = "sha256//";

}  // namespace

bool is_pin(std::string_view text) noexcept {
  return text.starts_with(kPrefix) &&
         ws::base64_decoded_size(text.substr(kPrefix.size())) == SHA256_DIGEST_LENGTH;
}

std::string pin_of(const X509& certificate) {
  unsigned char* key = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), &key);
  HW_CHECK(size > 0);
  const auto free_key = [](unsigned char* bytes) { OPENSSL_free(bytes); };
  const std::unique_ptr<unsigned char, decltype(free_key)> owned(key, free_key);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(key, static_cast<std::size_t>(size), digest.data());
  return std::string{kPrefix} + ws::base64_encode(digest);
}

}  // namespace heartwire::net
