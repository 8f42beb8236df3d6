#pragma once
// Random lengths for the comparison of failure detectors, drawn by integers alone: a logarithm or a
// power from the system's library differs in its last bit from machine to machine, and one bit
// would move everything that comes after it.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/rng.hpp"

namespace heartwire::sim {

/// Exponential with this mean, as the time between events that know nothing of each other. Source:
/// von Neumann, "Various Techniques Used in Connection With Random Digits" (1951), which needs only
/// comparisons.
base::Duration draw_exponential(base::Duration mean, base::Rng& rng) noexcept;

/// Pareto with shape 1, cut off: longer than `x` with a probability of `least` / `x`. `least` is
/// under an hour. Paxson found that losses in the Internet last so: their variance has no bound.
base::Duration draw_pareto(base::Duration least, base::Duration greatest, base::Rng& rng) noexcept;

}  // namespace heartwire::sim
