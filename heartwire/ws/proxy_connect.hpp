#pragma once
// A tunnel through an HTTP proxy: the method CONNECT (RFC 9110 section 9.3.6), with basic
// authentication (RFC 7617). See proxy_step.hpp for how it is driven.

#include "heartwire/base/bytes.hpp"
#include "heartwire/ws/authority.hpp"
#include "heartwire/ws/http_head_reader.hpp"
#include "heartwire/ws/proxy_step.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace heartwire::ws {

/// Movable. After a step that is done, or a failure, it may not be called again.
class ProxyConnect {
 public:
  /// To `host` (a name, or an address without brackets); what a proxy URL yields is valid.
  ProxyConnect(std::string host, std::uint16_t port, std::optional<UserInfo> user_info);

  base::Bytes start() const;
  /// Any 2xx opens the tunnel. Bytes right behind the answer are a fault: in a WebSocket, over TLS
  /// or not, the client speaks first, so they cannot be the target's.
  ProxyResult receive(base::ByteView input);

 private:
  ProxyFailure failure_of(const Head& head) const;
  std::string advice(const Head& head) const;

  std::string authority_;
  std::optional<UserInfo> user_info_;
  HeadReader reader_{HeadKind::response};
};

}  // namespace heartwire::ws
