#pragma once
// One ClientEndpoint, driven as docs/driver.md says; the test is its server, its user and its
// kernel.

#include "heartwire/endpoint/client_endpoint.hpp"
#include "tests/unit/endpoint/wire.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace heartwire::endpoint::test {

/// Retries after a second, always; no probe sooner than half of a minute.
ClientEndpointOptions plain_client();

class ClientRig {
 public:
  explicit ClientRig(ClientEndpointOptions options = plain_client());
  ClientRig(const ClientRig&) = delete;
  ClientRig& operator=(const ClientRig&) = delete;

  // The whole way to a connection, and its steps.
  ClientRig& open();
  ClientRig& dial();
  ClientRig& connect(std::vector<std::string> subprotocols = {});

  ClientRig& handle(const ClientEvent& event);
  ClientRig& wish(const ClientEvent& event) { return handle(event); }
  /// Of the current transport.
  ClientRig& receive(base::Bytes bytes);
  ClientRig& receive(const std::vector<Frame>& frames);
  ClientRig& lose(core::Cause cause = core::Cause::lost);
  /// Ticks whenever a deadline says so.
  ClientRig& pass(base::Duration time);
  /// A message, and what follows from it; the endpoint's answer.
  base::Result<core::MessageId, core::SendError> send(const Frame& message,
                                                      core::SendOptions options = {});
  /// From now on the kernel takes so many bytes more.
  ClientRig& set_room(std::size_t bytes);

  /// The whole frames that left since the last call. The request's head is dropped.
  std::vector<Frame> frames();
  std::size_t kept() const { return kept_.size(); }

  template <typename Action>
  std::size_t count() const {
    std::size_t count = 0;
    for (const ClientAction& one : told) count += std::holds_alternative<Action>(one);
    return count;
  }
  template <typename Action>
  std::optional<Action> last() const {
    std::optional<Action> found;
    for (const ClientAction& one : told)
      if (const auto* action = std::get_if<Action>(&one)) found = *action;
    return found;
  }

  core::State state() const { return machine.lifecycle().state(); }
  const core::Outcome& outcome() const { return machine.lifecycle().last_outcome(); }
  std::uint32_t generation() const { return machine.lifecycle().generation(); }

  const ClientEndpointOptions options;
  ClientEndpoint machine;
  base::Instant now = base::instant(std::chrono::hours{500});
  std::vector<ClientAction> told;        ///< Deliver is not among them.
  std::vector<core::Message> delivered;  ///< What the application got.
  /// What AskGreeting is answered with, at once; nothing: it is not.
  std::optional<std::vector<core::Message>> greeting = std::vector<core::Message>{};
  /// Called for each NotifyWritable, while it is carried out.
  std::function<void(ClientRig&)> on_writable{};
  /// Called for each Deliver, while it is carried out.
  std::function<void(ClientRig&, const core::Message&)> on_message{};

 private:
  void drive();
  bool flush();
  void read_wire();
  void perform(const ClientAction& action);

  SeededMaskKeys masks_;
  Workspace workspace_{masks_};
  base::Bytes kept_;  ///< What the kernel did not take.
  base::Bytes wire_;  ///< What left on this transport and is not among frames_.
  std::vector<Frame> frames_;
  std::size_t room_ = std::numeric_limits<std::size_t>::max();
  std::uint32_t transport_ = 0;
};

}  // namespace heartwire::endpoint::test
