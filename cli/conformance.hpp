#pragma once
// `heartwire conformance`: lets an outside suite's server examine our client.

namespace CLI {
class App;
}

namespace heartwire::cli {

/// Adds the subcommand to `app`; its run sets `exit_code`, which must outlive the parsing.
void add_conformance_command(CLI::App& app, int& exit_code);

}  // namespace heartwire::cli
