#include "cli/judge.hpp"

#include "cli/judge_client.hpp"
#include "cli/judge_server.hpp"

#include <CLI/CLI.hpp>

namespace heartwire::cli {

void add_judge_command(CLI::App& app, int& exit_code) {
  CLI::App* judge =
      app.add_subcommand("judge", "Examine any WebSocket client or server from outside");
  judge->require_subcommand(1);
  judge->footer(
      "heartwire judge client --exec 'node my-client.js {url}' --html report.html\n"
      "heartwire judge server wss://example.org/ --html report.html");
  add_judge_client_command(*judge, exit_code);
  add_judge_server_command(*judge, exit_code);
}

}  // namespace heartwire::cli
