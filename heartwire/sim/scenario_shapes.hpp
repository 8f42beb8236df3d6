#pragma once
// Draws what random faults seldom make of themselves: several of a kind that belong together, at
// times that fit. From a generator of its own, as scenario_dialects.hpp.

#include "heartwire/base/rng.hpp"
#include "heartwire/sim/scenario.hpp"

namespace heartwire::sim {

/// Adds faults and deeds to a scenario that has its others.
void draw_shapes(base::Rng& rng, Scenario& scenario);

}  // namespace heartwire::sim
