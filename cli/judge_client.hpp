#pragma once
// `heartwire judge client`: the command line of the examiner of clients.

namespace CLI {
class App;
}

namespace heartwire::cli {

/// Adds the subcommand to `judge`; its run sets `exit_code`, which must outlive the parsing.
void add_judge_client_command(CLI::App& judge, int& exit_code);

}  // namespace heartwire::cli
