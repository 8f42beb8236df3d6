#pragma once
// `heartwire sim storm`: all clients of one server lose it at once and come back, by each reconnect
// policy. The table (or JSON) goes to standard output and is the same on every machine; what the
// run took goes to standard error.

#include "heartwire/sim/storm.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace heartwire::cli {

struct StormRunOptions {
  sim::StormOptions storm{};
  /// Empty: all.
  std::vector<sim::StormPolicy> policies;
  /// Where the plots are written; empty: nowhere.
  std::string svg_file;
  std::string attempts_svg_file;
  bool is_json = false;
};

/// 0; 1 where a file cannot be written; 2 for options out of range.
int run_storm_command(const StormRunOptions& options);

/// Adds the subcommand to `sim`; its run sets `exit_code`, which must outlive the parsing.
void add_storm_command(CLI::App& sim, int& exit_code);

}  // namespace heartwire::cli
