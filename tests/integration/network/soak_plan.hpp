#pragma once
// Random real faults, from a seed.

#include "heartwire/base/rng.hpp"
#include "tests/integration/network/network.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace heartwire::soak {

struct FaultKind {
  const char* name;
  bool kills;           ///< It may end connections.
  bool ends_all;        ///< Nothing that was open when it came stays, however short it is.
  bool may_be_partial;  ///< It can strike some ports only.
};

inline constexpr std::array<FaultKind, 10> kFaultKinds{{
    {"black hole, up", true, false, true},
    {"black hole, down", true, false, true},
    {"black hole, both", true, false, true},
    {"reset injected", true, false, true},
    {"route removed", true, false, false},
    {"link down, new address", true, true, false},
    {"conntrack flushed", true, true, false},
    {"delay 500 ms ± 200", false, false, false},
    {"loss 2 %", false, false, false},
    {"2 Mbit/s", false, false, false},
}};

struct PlannedFault {
  std::size_t kind = 0;
  integration::Ports ports{};
  std::chrono::milliseconds length{};
};

/// The next fault of a plan. Half of those that can strike some of the clients only. `first`: one
/// that is long enough to be noticed.
PlannedFault plan_fault(base::Rng& rng, bool is_first);

void strike(integration::Network& network, const PlannedFault& fault);
void mend(integration::Network& network, const PlannedFault& fault);

}  // namespace heartwire::soak
