#pragma once
// A host with one server: accepts, admits by core::Admission, and suffers what faults do to hosts.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/core/admission.hpp"
#include "heartwire/core/drain_plan.hpp"
#include "heartwire/sim/clock.hpp"
#include "heartwire/sim/fault.hpp"
#include "heartwire/sim/flow.hpp"
#include "heartwire/sim/scenario.hpp"
#include "heartwire/sim/server_connection.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace heartwire::sim {

class World;

class ServerHost {
 public:
  ServerHost(World& world, std::uint32_t index);

  /// A connection that the kernel has accepted.
  void accept(Flow& flow);
  void on_timer(std::uint32_t flow);
  void on_flow(std::uint32_t flow);
  /// The application does something with one connection.
  void do_deed(std::uint32_t flow, const Deed& deed);
  void set_condition(const ServerCondition& condition);
  /// Every connection is gone. `is_orderly`: the kernel lives and ends them.
  void crash(bool is_orderly);
  /// Closes every connection within `close_window`, each told to return `downtime` after the last
  /// or later, as net::ServerShard does.
  void drain(base::Duration close_window, base::Duration downtime);
  void continue_drain();
  /// The process that drained ends, and another takes its place.
  void end_drain();
  /// What a drain tells one who comes too late; nothing while there is none.
  std::optional<std::chrono::seconds> drain_retry_after();

  const ServerCondition& condition() const noexcept { return condition_; }
  const ServerSetup& setup() const noexcept;
  base::Instant local() const noexcept;
  base::Instant world_time(base::Instant local) const noexcept { return clock_.world(local); }

 private:
  struct Drain {
    core::DrainPlan plan;
    std::vector<std::uint32_t> order;  ///< Flows, by their place in the plan.
    std::uint32_t latecomers = 0;
  };

  void take_turn(std::uint32_t flow);
  bool is_away() const noexcept { return condition_.is_stalled || condition_.is_down; }

  World& world_;
  const std::uint32_t index_;
  HostClock clock_;
  ServerCondition condition_;
  std::optional<core::Admission> admission_;  ///< While there is an accept rate.
  std::optional<Drain> drain_;
  base::Rng rng_;
  /// By flow, so that there is an order.
  std::map<std::uint32_t, std::unique_ptr<ServerConnection>> connections_;
  base::Instant away_since_{};
};

}  // namespace heartwire::sim
