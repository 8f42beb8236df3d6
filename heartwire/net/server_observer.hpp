#pragma once
// What a server's connections ask and tell. Each loop of a server has an observer of its own, which
// is called on that loop's thread only, and never inside another of its calls.

#include "heartwire/core/message.hpp"
#include "heartwire/endpoint/server_endpoint.hpp"
#include "heartwire/net/address.hpp"
#include "heartwire/net/peer_certificate.hpp"
#include "heartwire/ws/handshake_server.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace heartwire::net {

class ServerConnection;
using ServerConnectionPtr = std::shared_ptr<ServerConnection>;

/// The client may come in.
struct ServerAcceptance {
  std::string subprotocol{};  ///< One of those offered, or empty.
  std::string dialect{};      ///< The name of a dialect of the server's, or empty: by the rest.
  std::vector<ws::Field> headers{};
  std::string identity{};  ///< For ServerConnection::identity().
};

using ServerDecision = std::variant<ServerAcceptance, ws::HttpRefusal>;

/// An implementation does not throw.
class ServerObserver {
 public:
  virtual ~ServerObserver() = default;

  /// Followed at once by on_open if the client comes in. `certificate`: the client's, verified.
  virtual ServerDecision on_request(const ws::UpgradeRequest& request, const Address& peer,
                                    std::optional<PeerCertificate> certificate) = 0;
  virtual void on_open(const ServerConnectionPtr& connection) = 0;
  virtual void on_message(const ServerConnectionPtr& connection, core::MessageView message) = 0;
  /// Exactly once for each on_open, unless the server was stopped before.
  virtual void on_close(const ServerConnectionPtr& connection,
                        const endpoint::server_action::End& end) = 0;
  virtual void on_suspect(const ServerConnectionPtr& connection, base::Duration silence) = 0;
  virtual void on_cleared(const ServerConnectionPtr& connection, base::Duration silence) = 0;
  virtual void on_heartbeat(const ServerConnectionPtr& connection, base::Duration round_trip) = 0;
  /// For people. What a peer said is escaped.
  virtual void on_error(std::string_view what) = 0;
};

}  // namespace heartwire::net
