#pragma once
// One world from beginning to end, judged: what a test, the tool and a person who replays a seed
// all call.

#include "heartwire/sim/checker.hpp"
#include "heartwire/sim/scenario.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::sim {

struct Report {
  std::vector<Complaint> complaints;
  std::uint64_t steps = 0;    ///< Events that the world served.
  std::uint64_t records = 0;  ///< That the jury saw.
  /// Of what kind of thing happened when to whom, in order: the same on every machine for the same
  /// scenario.
  std::uint64_t digest = 0;
};

/// What wants to see each record, if anybody does.
using Watcher = std::function<void(const Record&)>;

Report simulate(const Scenario& scenario, const Watcher& watch = {});

/// What there is to know of a scenario before it begins, for transcripts: hosts, faults, deeds.
std::string to_text(const Scenario& scenario);

}  // namespace heartwire::sim
