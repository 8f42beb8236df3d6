#pragma once
// Between the connections of one loop and the user's hooks: shapes what they are told, keeps them
// from running once the server is stopped, and catches what they throw.

#include "heartwire/net/server_observer.hpp"
#include "heartwire/server/connection.hpp"
#include "heartwire/server/options.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::server {

/// What the observers of a server share.
struct Shared {
  Hooks hooks;
  /// A hook that saw it open has begun, as far as anybody can tell.
  std::atomic<bool> is_stopped{false};
};

class Observer final : public net::ServerObserver {
 public:
  explicit Observer(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

  net::ServerDecision on_request(const ws::UpgradeRequest& request, const net::Address& peer,
                                 std::optional<net::PeerCertificate> certificate) override;
  void on_open(const net::ServerConnectionPtr& connection) override;
  void on_message(const net::ServerConnectionPtr& connection, core::MessageView message) override;
  void on_close(const net::ServerConnectionPtr& connection,
                const endpoint::server_action::End& end) override;
  void on_suspect(const net::ServerConnectionPtr& connection, base::Duration silence) override;
  void on_cleared(const net::ServerConnectionPtr& connection, base::Duration silence) override;
  void on_heartbeat(const net::ServerConnectionPtr& connection, base::Duration round_trip) override;
  void on_error(std::string_view what) override;

 private:
  /// Calls `hook`, if there is one and the server is not stopped; `name` is its own, for people.
  /// False if it threw.
  template <typename Function, typename... Arguments>
  bool call(const char* name, const Function& hook, Arguments&&... arguments);

  const std::shared_ptr<Shared> shared_;  // With the server and the observers of its other loops.
  Request request_;  ///< Of the client that on_open is about, from on_request on.
};

}  // namespace heartwire::server
