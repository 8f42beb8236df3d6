#pragma once
// Sec-WebSocket-Accept: a server's proof that it read the key and speaks WebSocket, and is not a
// cache or another protocol's server (RFC 6455 section 4.2.2).

#include <string>
#include <string_view>

namespace heartwire::ws {

/// The value that answers `key`, a Sec-WebSocket-Key as it stands in the request.
std::string accept_key(std::string_view key);

}  // namespace heartwire::ws
