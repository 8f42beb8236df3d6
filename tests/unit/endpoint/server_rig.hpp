#pragma once
// One ServerEndpoint, driven as docs/driver.md says; the test is its client, its application and
// its kernel.

#include "heartwire/endpoint/server_endpoint.hpp"
#include "tests/unit/endpoint/wire.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace heartwire::endpoint::test {

/// No probe sooner than half of a minute.
ServerEndpointOptions plain_server();
core::DialectSet dialects(std::vector<core::DialectPtr> some);

class ServerRig {
 public:
  explicit ServerRig(ServerEndpointOptions options = plain_server(),
                     std::uint8_t dialect = core::DialectSet::kUndecided,
                     const std::optional<ws::DeflateParams>& agreed = {});
  ServerRig(const ServerRig&) = delete;
  ServerRig& operator=(const ServerRig&) = delete;

  ServerRig& handle(const ServerEvent& event);
  ServerRig& receive(base::Bytes bytes);
  ServerRig& receive(const std::vector<Frame>& frames);
  ServerRig& lose();
  /// Ticks whenever a deadline says so.
  ServerRig& pass(base::Duration time);
  base::Result<base::Unit, core::SendError> send(const Frame& message);
  base::Result<base::Unit, core::SendError> send_encoded(const base::Bytes& frame);
  ServerRig& close(std::uint16_t code, std::string_view reason = {});
  /// From now on the kernel takes so many bytes more.
  ServerRig& set_room(std::size_t bytes);

  /// The whole frames that left since the last call.
  std::vector<Frame> frames();
  std::size_t kept() const { return kept_.size(); }

  template <typename Action>
  std::size_t count() const {
    std::size_t count = 0;
    for (const ServerAction& one : told) count += std::holds_alternative<Action>(one);
    return count;
  }
  /// How it ended; nothing if it did not.
  std::optional<server_action::End> end() const;

  const ServerEndpointOptions options;
  base::Instant now = base::instant(std::chrono::hours{500});
  ServerEndpoint machine;
  std::vector<ServerAction> told;        ///< Deliver is not among them.
  std::vector<core::Message> delivered;  ///< What the application got.

 private:
  void drive();
  bool flush();

  SeededMaskKeys masks_;
  Workspace workspace_{masks_};
  base::Bytes kept_;  ///< What the kernel did not take.
  base::Bytes wire_;  ///< What left.
  std::size_t room_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace heartwire::endpoint::test
