#pragma once
// Between the driver and the user's hooks and callbacks: shapes what they are told, keeps them
// behind the gate, and catches what they throw.

#include "heartwire/client/hook_gate.hpp"
#include "heartwire/client/options.hpp"
#include "heartwire/client/plan.hpp"
#include "heartwire/net/client_driver.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::client {

class Observer final : public net::ClientObserver {
 public:
  /// For a client with options of its own; throws as Plan does.
  explicit Observer(Options options);
  /// Tells the plan's hooks.
  explicit Observer(PlanPtr plan);
  /// Tells `hooks` instead.
  Observer(PlanPtr plan, Hooks hooks);

  const PlanPtr& plan() const noexcept { return plan_; }
  HookGate& gate() noexcept { return gate_; }

  bool is_wanted() override;
  base::Result<net::ClientTarget, std::string> make_target(std::uint32_t attempt,
                                                           std::uint32_t url_index) override;
  std::vector<core::Message> make_greeting() override;
  void on_open(const core::lifecycle_action::NotifyOpen& open,
               const net::ClientTransport& transport) override;
  void on_message(core::MessageView message) override;
  void on_end(const core::lifecycle_action::NotifyEnd& end, const core::Outcome& outcome) override;
  void on_retry(const core::lifecycle_action::NotifyRetry& retry) override;
  void on_gave_up(const core::lifecycle_action::NotifyGaveUp& gave_up) override;
  void on_suspect(base::Duration silence) override;
  void on_cleared(base::Duration silence) override;
  void on_heartbeat(base::Duration round_trip, const core::RoundTrip& estimate) override;
  void on_expired(core::MessageId id) override;
  void on_writable() override;

  /// What the user decides on an outcome; nothing if there is no callback, or it threw.
  std::optional<core::Verdict> judge(const core::Outcome& outcome);
  /// Tells on_error, behind the gate.
  void report(std::string_view what);

 private:
  /// Says once that nobody checks who the server is, if so it is.
  void warn_of_blind_trust();
  /// Runs `work` behind the gate and reports what it throws; `name` is the user's, for people.
  template <typename Work>
  void guarded(const char* name, const Work& work);
  /// Calls `hook`, if there is one.
  template <typename Function, typename... Arguments>
  void call(const char* name, const Function& hook, const Arguments&... arguments);

  const PlanPtr plan_;
  const std::shared_ptr<const Hooks> hooks_;  // The plan's, and owned with it, or our own.
  HookGate gate_;
  bool has_warned_ = false;                    ///< Of blind trust.
  std::unique_ptr<const CloseInfo> last_end_;  ///< Since it was open, if it ended.
};

/// The transport as the user sees it.
TransportInfo describe(const net::ClientTransport& transport);

}  // namespace heartwire::client
