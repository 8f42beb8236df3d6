#pragma once
// `heartwire judge`: the command line of the examiners.

namespace CLI {
class App;
}

namespace heartwire::cli {

/// Adds the subcommand to `app`; its run sets `exit_code`, which must outlive the parsing.
void add_judge_command(CLI::App& app, int& exit_code);

}  // namespace heartwire::cli
