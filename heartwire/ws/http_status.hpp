#pragma once
// The names of HTTP statuses that a WebSocket server, or a proxy, has reason to send (RFC 9110
// section 15).

#include <string_view>

namespace heartwire::ws {

/// `Not Found` for 404; for a status not listed, the name of its class.
std::string_view http_status_name(int status) noexcept;

}  // namespace heartwire::ws
