#pragma once
// Replays a script with a fault put in at every step: what succeeds on a good day must end well on
// every bad one.

#include "heartwire/core/lifecycle.hpp"
#include "tests/support/step.hpp"

#include <string>
#include <vector>

namespace heartwire::support {

/// The faults that are put in: the transport or attempt ends, the peer falls silent, our bytes do
/// not leave, the machine sleeps, stale reports come, the user changes his mind.
const Script& faults();

/// Plays `script` as it is, then once for each place and each fault, in two ways: the fault alone,
/// and the rest of the script after it. Each time no invariant may break, and once all is well
/// again the client must be where the user wants it. Returns what went wrong, each with the script
/// that shows it; empty: nothing.
std::vector<std::string> replay_with_faults(const core::LifecycleOptions& options,
                                            const Script& script);

/// What is wrong with a life that was played to its end and settled; empty: nothing.
std::string final_complaint(const core::LifecycleOptions& options, const Script& script);

}  // namespace heartwire::support
