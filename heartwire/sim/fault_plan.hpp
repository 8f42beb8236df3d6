#pragma once
// Random faults, in the manner of swarm testing: each seed draws first which kinds of fault there
// are in its world, and how often each, then the faults. Worlds that have few kinds go deeper into
// those than worlds in which everything happens at once.
// Source: Groce et al., "Swarm Testing", ISSTA 2012.

#include "heartwire/base/rng.hpp"
#include "heartwire/sim/fault.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace heartwire::sim {

struct FaultPlanOptions {
  std::uint32_t clients = 1;
  std::uint32_t servers = 1;
  std::uint32_t faults_max = 16;
  /// No fault is in force from then on.
  base::Duration until = std::chrono::minutes{3};
};

/// How often each kind comes, relative to the others; 0: never.
using FaultWeights = std::array<std::uint32_t, kFaultKinds>;

FaultWeights draw_weights(base::Rng& rng) noexcept;

/// Faults in the order in which they begin.
std::vector<Fault> draw_faults(const FaultPlanOptions& options, const FaultWeights& weights,
                               base::Rng& rng);

}  // namespace heartwire::sim
