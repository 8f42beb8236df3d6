// The heartwire tool: one subcommand a file.

#include "cli/conformance.hpp"
#include "cli/connect.hpp"
#include "cli/demo.hpp"
#include "cli/faults.hpp"
#include "cli/judge.hpp"
#include "cli/option_values.hpp"
#include "cli/serve.hpp"
#include "cli/sim.hpp"
#include "heartwire/base/escape.hpp"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <utility>

namespace {

using namespace heartwire;

constexpr const char* kHelpHint = "heartwire --help says more";

/// CLI11's own message for a word that is no command does not say which words are.
int refuse_command(const CLI::App& app, const std::string& word) {
  std::string known;
  for (const CLI::App* command : app.get_subcommands(nullptr))
    known += (known.empty() ? "" : ", ") + command->get_name();
  std::fprintf(stderr, "heartwire: there is no command \"%s\"; there are %s; %s\n",
               base::escape_for_log(word).c_str(), known.c_str(), kHelpHint);
  return cli::kExitUsage;
}

/// Help and version are asked for, and go to standard output; errors go to standard error.
int tell(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) {
    app.exit(error);
    if (std::cout.flush() || errno == EPIPE) return cli::kExitOk;
    std::perror("heartwire: cannot write to standard output");
    return cli::kExitFailed;
  }
  const auto chosen = app.get_subcommands();
  const std::string command = chosen.empty() ? "" : ' ' + chosen.front()->get_name();
  std::fprintf(stderr, "heartwire%s: %s\nheartwire%s --help says more\n", command.c_str(),
               error.what(), command.c_str());
  return cli::kExitUsage;
}

int run(int argc, char** argv) {
  CLI::App app{"Keeps WebSocket connections alive: notices the dead ones, and brings them back"};
  app.name("heartwire");
  app.set_version_flag("--version", std::string{"heartwire "} + HEARTWIRE_VERSION);
  app.require_subcommand(1);
  int exit_code = cli::kExitOk;
  cli::add_connect_command(app, exit_code);
  cli::add_serve_command(app, exit_code);
  cli::add_faults_command(app, exit_code);
  cli::add_demo_command(app, exit_code);
  cli::add_conformance_command(app, exit_code);
  cli::add_judge_command(app, exit_code);
  cli::add_sim_command(app, exit_code);
  if (argc < 2) {
    std::fputs(app.help().c_str(), stderr);
    return cli::kExitUsage;
  }
  const std::string word = argv[1];
  const auto is_it = [&word](const CLI::App* command) { return command->get_name() == word; };
  if (!word.starts_with('-') && std::as_const(app).get_subcommands(is_it).empty())
    return refuse_command(app, word);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return tell(app, error);
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  // A reader of our output that goes away, or a peer, shows as an error of the write.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "heartwire: %s\n", error.what());
    return heartwire::cli::kExitFailed;
  }
}
