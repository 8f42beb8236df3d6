#pragma once
// `heartwire sim detectors`: failure detectors compared on simulated links.

#include "heartwire/base/instant.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace CLI {
class App;
}

namespace heartwire::cli {

struct DetectorsOptions {
  /// Connection-days that each detector lives through on each link.
  std::uint32_t days = 1'000;
  /// From one heartbeat to the next, in whole milliseconds.
  base::Duration interval = std::chrono::seconds{25};
  std::uint64_t seed = 1;
  /// Of sim::detector_links(); empty: all of them.
  std::string link;
  /// Where a plot is written; with several links, a file each: `plot.svg` becomes `plot-4g.svg`.
  /// Empty: none.
  std::string svg;
  bool is_json = false;
};

/// Prints what was found on standard output, and how long it took on standard error. 0, or 1 when
/// a plot cannot be written.
int run_detectors(const DetectorsOptions& options);

/// Adds the subcommand to `sim`; its run sets `exit_code`, which must outlive the parsing.
void add_detectors_command(CLI::App& sim, int& exit_code);

}  // namespace heartwire::cli
