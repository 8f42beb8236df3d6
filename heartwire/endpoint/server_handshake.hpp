#pragma once
// The opening handshake of one accepted transport, as a server: from bytes to a request that the
// application may judge, and the bytes that answer it. It ends before a ServerEndpoint begins, so
// that an open connection carries nothing of it.

#include "heartwire/base/bytes.hpp"
#include "heartwire/ws/handshake_server.hpp"
#include "heartwire/ws/http_head_reader.hpp"

#include <optional>
#include <string>
#include <variant>

namespace heartwire::endpoint {

class ServerHandshake {
 public:
  explicit ServerHandshake(ws::HeadLimits limits) noexcept
      : reader_(ws::HeadKind::request, limits) {}

  /// A request that is in order, or the refusal that a bad one deserves.
  using Step = std::variant<ws::UpgradeRequest, ws::HttpRefusal>;

  /// Takes the request from the front of `input`, whose rest then belongs to frames. Nothing: more
  /// is needed. After a step it may not be called again.
  std::optional<Step> receive(base::MutableByteView& input);

 private:
  ws::HeadReader reader_;
};

}  // namespace heartwire::endpoint
