#include "cli/storm.hpp"

#include "cli/option_values.hpp"
#include "cli/storm_report.hpp"
#include "cli/text.hpp"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <sys/resource.h>

namespace heartwire::cli {
namespace {

constexpr const char* kName = "heartwire sim storm";

std::string wrong_option(const char* wrong) {
  return in_option_names(wrong, {{"accept_rate", "--accept-rate"},
                                 {"backlog", "--backlog"},
                                 {"clients", "--clients"},
                                 {"down", "--down"},
                                 {"handshake_timeout", "--server-timeout"},
                                 {"refusal_cost_percent", "--refusal-cost"},
                                 {"watch", "--watch"}});
}

bool write_file(const char* option, const std::string& path, const std::string& text) {
  if (path.empty()) return true;
  std::FILE* file = std::fopen(path.c_str(), "w");
  bool is_written = file != nullptr;
  if (is_written) is_written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (file != nullptr) is_written = std::fclose(file) == 0 && is_written;
  if (!is_written)
    std::fprintf(stderr, "%s: %s: cannot write %s: %s\n", kName, option, path.c_str(),
                 std::strerror(errno));
  return is_written;
}

/// Of this process, at its worst.
std::uint64_t resident_bytes_max() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

void tell_cost(const sim::StormOptions& options, const char* what, base::Duration time) {
  const std::uint64_t bytes = resident_bytes_max();
  std::fprintf(stderr, "%s: %s, %llu MiB resident at the most, %llu bytes a client\n", what,
               describe(time).c_str(), static_cast<unsigned long long>(bytes >> 20),
               static_cast<unsigned long long>(bytes / options.clients));
}

Choices<sim::StormPolicy> policy_choices() {
  Choices<sim::StormPolicy> choices;
  for (const sim::StormPolicy policy : sim::storm_policies())
    choices.emplace_back(sim::name(policy), policy);
  choices.emplace_back(sim::name(sim::StormPolicy::decorrelated), sim::StormPolicy::decorrelated);
  return choices;
}

Parsed<base::Unit> add_policy(std::vector<sim::StormPolicy>& policies, const std::string& text) {
  std::string names;
  for (const auto& [word, policy] : policy_choices()) {
    if (word == text) {
      policies.push_back(policy);
      return base::Unit{};
    }
    names += (names.empty() ? "" : "|") + word;
  }
  return base::Failure{"\"" + text + "\" is none of " + names};
}

void add_server_options(CLI::App& command, sim::StormOptions& storm) {
  command
      .add_option("--accept-rate", storm.server.accept_rate,
                  "Handshakes that the server can complete a second")
      ->capture_default_str();
  add_duration(command, "--down", storm.down, "From the crash until it accepts again");
  add_choice<sim::Departure>(command, "--departure", storm.departure,
                             {{"crash", sim::Departure::crash},
                              {"silence", sim::Departure::silence},
                              {"drain", sim::Departure::drain}},
                             "How the server goes: every connection is reset, nobody answers any "
                             "more, or each is closed with 1012 and told when to return");
  command.add_flag("--admission", storm.has_admission,
                   "Let in no more than the accept rate, and tell the others when to come");
  command.add_option("--backlog", storm.server.backlog,
                     "Connections that may wait for their handshake; default no limit");
  add_duration(command, "--server-timeout", storm.server.handshake_timeout,
               "How long one may wait for its handshake");
  command
      .add_option("--refusal-cost", storm.server.refusal_cost_percent,
                  "What turning one away costs, in percent of a handshake")
      ->capture_default_str();
}

}  // namespace

int run_storm_command(const StormRunOptions& options) {
  if (const char* wrong = sim::validate(options.storm)) {
    std::fprintf(stderr, "%s: %s\n", kName, wrong_option(wrong).c_str());
    return kExitUsage;
  }
  const auto policies = options.policies.empty() ? sim::storm_policies() : options.policies;
  const auto begin = std::chrono::steady_clock::now();
  if (!options.is_json) std::printf("%s\n\n", describe(options.storm).c_str());
  std::vector<StormRow> rows;
  for (const sim::StormPolicy policy : policies) {
    StormRow row{options.storm, {}};
    row.options.policy = policy;
    const auto start = std::chrono::steady_clock::now();
    row.result = sim::run_storm(row.options);
    tell_cost(row.options, sim::name(policy).data(), std::chrono::steady_clock::now() - start);
    if (options.is_json) std::fputs(storm_json(row).c_str(), stdout);
    rows.push_back(std::move(row));
  }
  if (!options.is_json)
    std::printf("%s\nideal: %s\n", storm_table(rows).c_str(),
                describe(rows.front().result.ideal).c_str());
  tell_cost(options.storm, "all", std::chrono::steady_clock::now() - begin);
  const bool is_written =
      write_file("--svg", options.svg_file, to_svg(connections_plot(rows))) &&
      write_file("--attempts-svg", options.attempts_svg_file, to_svg(attempts_plot(rows)));
  return is_written ? kExitOk : kExitFailed;
}

void add_storm_command(CLI::App& sim, int& exit_code) {
  const auto options = std::make_shared<StormRunOptions>();  // Lives as long as the parser does.
  CLI::App* storm = sim.add_subcommand(
      "storm", "All clients of one server lose it at once and come back, by each reconnect policy");
  storm->add_option("--clients", options->storm.clients, "How many")->capture_default_str();
  add_server_options(*storm, options->storm);
  storm->add_option("--seed", options->storm.seed, "Decides all")->capture_default_str();
  add_repeated(
      *storm, "--policy", "NAME",
      [options](const std::string& text) { return add_policy(options->policies, text); },
      "Only this one: default, none, full, equal, decorrelated, constant-1s, constant-5s");
  add_duration(*storm, "--watch", options->storm.watch,
               "How long to watch after the server accepts again");
  storm->add_option("--svg", options->svg_file, "Draw connections over time in this file");
  storm->add_option("--attempts-svg", options->attempts_svg_file,
                    "Draw attempts a second over time in this file");
  storm->add_flag("--json", options->is_json, "Lines of JSON instead of a table");
  storm->footer(
      "The same options give the same figures and plots on every machine; what the run took goes "
      "to standard error.\nExit status: 0 done; 1 a file cannot be written; 2 bad usage.");
  storm->callback([options, &sim, &exit_code] {
    for (const CLI::Option* option : sim.get_options())
      if (option->count() > 0)
        throw CLI::ValidationError(option->get_name(), "is for worlds; a storm's go behind it");
    exit_code = run_storm_command(*options);
  });
}

}  // namespace heartwire::cli
