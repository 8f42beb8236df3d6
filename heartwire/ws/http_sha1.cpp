#include "heartwire/ws/http_sha1.hpp"

#include <openssl/sha.h>

namespace heartwire::ws {

std::array<std::uint8_t, 20> sha1(base::ByteView bytes) {
  std::array<std::uint8_t, 20> digest;
  static_assert(SHA_DIGEST_LENGTH == digest.size());
  SHA1(bytes.data(), bytes.size(), digest.data());
  return digest;
}

}  // namespace heartwire::ws
