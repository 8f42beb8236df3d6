#pragma once
// What a comparison of failure detectors found: as a table for people, as JSON, and as a plot.

#include "cli/line_plot.hpp"
#include "heartwire/sim/detector_link.hpp"
#include "heartwire/sim/detector_policy.hpp"
#include "heartwire/sim/detector_trial.hpp"

#include <string>
#include <vector>

namespace heartwire::cli {

/// One link's comparison; `policies` are those whose scores `trial` has.
struct DetectorsReport {
  const sim::DetectorLink& link;
  const std::vector<sim::DetectorPolicy>& policies;
  const sim::DetectorTrial& trial;
};

std::string detectors_table(const DetectorsReport& report);

/// One object a policy, a line each.
std::string detectors_json(const DetectorsReport& report);

/// False deaths a connection-day against detection time; a series a family.
LinePlot detectors_plot(const DetectorsReport& report);

}  // namespace heartwire::cli
