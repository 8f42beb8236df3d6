#pragma once
// Draws what a world's connections speak: dialects with what their protocols announce, one-way
// heartbeats, compression.
//
// They have a generator of their own: whatever is drawn here leaves the rest of a seed's world as
// it was.

#include "heartwire/base/rng.hpp"
#include "heartwire/sim/scenario.hpp"

namespace heartwire::sim {

/// Half of all worlds keep the dialect and the modes that they have.
void draw_dialects(base::Rng& rng, Scenario& scenario);

/// In a quarter of all worlds servers compress, and most clients offer it.
void draw_compression(base::Rng& rng, Scenario& scenario);

}  // namespace heartwire::sim
