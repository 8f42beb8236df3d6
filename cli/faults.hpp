#pragma once
// `heartwire faults LISTEN TARGET`: a TCP proxy that breaks connections on command.

#include <string>

namespace CLI {
class App;
}

namespace heartwire::cli {

/// As typed; empty: not given.
struct FaultsOptions {
  std::string listen;
  std::string target;
  std::string script;
  std::string freeze_after;
  std::string forget_idle;
  std::string delay;
  std::string throttle;
};

/// Runs the proxy until `quit`, SIGINT or SIGTERM, with orders from the script and from standard
/// input, and tells on standard error what happens. Returns the exit code: 0 when it ended as
/// ordered, 1 when it could not start, 2 for an option or address that
/// makes no sense.
int run_faults(const FaultsOptions& options);

/// Adds the subcommand to `app`; its run sets `exit_code`, which must outlive the parsing.
void add_faults_command(CLI::App& app, int& exit_code);

}  // namespace heartwire::cli
