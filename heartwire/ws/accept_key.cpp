#include "heartwire/ws/accept_key.hpp"

#include "heartwire/ws/base64.hpp"
#include "heartwire/ws/http_sha1.hpp"

namespace heartwire::ws {

std::string accept_key(std::string_view key) {
  constexpr std::string_view kSalt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::string salted{key};
  salted += kSalt;
  return base64_encode(sha1(base::as_bytes(salted)));
}

}  // namespace heartwire::ws
