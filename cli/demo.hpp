#pragma once
// `heartwire demo`: loses a connection in every way that matters, and shows it noticed and mended.

namespace CLI {
class App;
}

namespace heartwire::cli {

/// Plays the demo. 0 only if every step did what it must.
int run_demo();

/// Adds the subcommand to `app`; its run sets `exit_code`, which must outlive the parsing.
void add_demo_command(CLI::App& app, int& exit_code);

}  // namespace heartwire::cli
