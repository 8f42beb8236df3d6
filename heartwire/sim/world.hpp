#pragma once
// A world in virtual time: clients, servers, the paths between them, and what befalls them. It
// owns time and chance; hosts drive the machines of production in it, and one witness sees all.
//
// Everything follows from the scenario: the same one gives the same records, everywhere.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/endpoint/workspace.hpp"
#include "heartwire/sim/client_host.hpp"
#include "heartwire/sim/event_queue.hpp"
#include "heartwire/sim/flow.hpp"
#include "heartwire/sim/record.hpp"
#include "heartwire/sim/scenario.hpp"
#include "heartwire/sim/server_host.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace heartwire::sim {

/// Sees every record, in the order in which things happen.
class Witness {
 public:
  virtual ~Witness() = default;
  virtual void see(const Record& record) = 0;
};

class World {
 public:
  /// Both are borrowed and must outlive this object.
  World(const Scenario& scenario, Witness& witness);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// To the end of the scenario.
  void run();
  /// Events that were served.
  std::uint64_t steps() const noexcept { return steps_; }

  // For the hosts.
  base::Instant now() const noexcept { return now_; }
  const Scenario& scenario() const noexcept { return scenario_; }
  base::Rng& rng() noexcept { return rng_; }
  endpoint::Workspace& workspace() noexcept { return workspace_; }
  bool is_calm() const noexcept { return now_ >= scenario_.calm_at; }
  void tell(const Record& record) { witness_.see(record); }
  void push(const Event& event) { queue_.push(event); }
  /// What an attempt of `client` to reach `server` meets now.
  DialAttempt::Surroundings surroundings(std::uint32_t client, std::uint32_t server);
  /// A connection that both kernels agree on; the server is told of it.
  Flow& connect(std::uint32_t client, std::uint32_t generation, std::uint32_t server);
  Flow& flow(std::uint32_t id) { return *flows_[id].flow; }
  /// After anything was done to `flow`.
  void touch(Flow& flow);
  /// The host of `side` is out of reach, or back, for all of its connections.
  void set_down(Side side, std::uint32_t host, bool is_down);

 private:
  class MaskKeys final : public endpoint::MaskKeySource {
   public:
    explicit MaskKeys(std::uint64_t seed) noexcept : rng_(seed) {}
    std::uint32_t next_mask_key() override { return static_cast<std::uint32_t>(rng_.next()); }

   private:
    base::Rng rng_;
  };
  struct Course {
    std::unique_ptr<Flow> flow;
    std::optional<base::Instant> moves_at{};  ///< An event is on its way.
  };

  void plan();
  void serve(const Event& event);
  void move_flow(std::uint32_t id);
  void do_deed(const Deed& deed);
  void begin_fault(std::uint32_t index);
  void end_fault(std::uint32_t index);
  void strike(const Fault& fault);
  /// Makes paths and hosts what the faults in force say.
  void settle();
  void pulse();
  void become_calm();
  void tell_world(const What& what) { tell({now_, now_, kNobody, what}); }

  const Scenario& scenario_;
  Witness& witness_;
  base::Rng rng_;
  MaskKeys mask_keys_;
  endpoint::Workspace workspace_{mask_keys_};
  base::Instant now_{};
  EventQueue queue_;
  std::vector<Link> links_;  ///< By client.
  std::vector<Course> flows_;
  std::vector<std::unique_ptr<ClientHost>> clients_;
  std::vector<std::unique_ptr<ServerHost>> servers_;
  std::vector<std::uint32_t> faults_in_force_;
  std::uint64_t steps_ = 0;
};

}  // namespace heartwire::sim
