#pragma once
// `heartwire judge server`: the command line of the examiner of servers.

namespace CLI {
class App;
}

namespace heartwire::cli {

/// Adds the subcommand to `judge`; its run sets `exit_code`, which must outlive the parsing.
void add_judge_server_command(CLI::App& judge, int& exit_code);

}  // namespace heartwire::cli
