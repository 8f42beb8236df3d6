#pragma once
// `heartwire sim`: the machines of production in simulated worlds, each drawn from one seed, held
// against every promise.

#include <cstdint>
#include <string>

namespace CLI {
class App;
}

namespace heartwire::cli {

struct SimOptions {
  /// Worlds to run, and the first one's seed.
  std::uint64_t seeds = 1'000;
  std::uint64_t from = 1;
  /// One world only.
  bool is_one = false;
  std::uint64_t seed = 1;
  /// Print what happened in it.
  bool has_transcript = false;
  /// Faults instead of the drawn ones, as sim::parse_faults reads them. Empty: the drawn ones.
  std::string faults;
  /// Go on after a world that broke a promise.
  bool keeps_going = false;
};

/// Runs the worlds and tells what broke on standard error, and how much was run on standard output.
/// 0 when every promise held, 1 when one did not, 2 for faults that cannot be read.
int run_sim(const SimOptions& options);

/// Adds the subcommand to `app`; its run sets `exit_code`, which must outlive the parsing.
void add_sim_command(CLI::App& app, int& exit_code);

}  // namespace heartwire::cli
