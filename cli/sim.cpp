#include "cli/sim.hpp"

#include "cli/detectors.hpp"
#include "cli/option_values.hpp"
#include "cli/storm.hpp"
#include "cli/text.hpp"
#include "heartwire/sim/simulation.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace heartwire::cli {
namespace {

using Faults = std::optional<std::vector<sim::Fault>>;

sim::Scenario make_world(std::uint64_t seed, const Faults& faults) {
  sim::Scenario scenario = sim::make_scenario(seed);
  if (!faults) return scenario;
  scenario.faults = *faults;
  for (const sim::Fault& fault : scenario.faults)
    scenario.calm_at = std::max(scenario.calm_at, fault.begins + fault.lasts);
  return scenario;
}

/// What is wrong with a fault's target in this world, if anything.
std::optional<std::string> wrong_target(const sim::Scenario& scenario) {
  for (const sim::Fault& fault : scenario.faults) {
    const bool is_server = sim::place(fault.kind) == sim::FaultPlace::server;
    const std::size_t count = is_server ? scenario.servers.size() : scenario.clients.size();
    if (fault.target >= count)
      return "\"" + to_text(fault) + "\": there are only " +
             count_of(count, is_server ? "server" : "client") + " in this world";
  }
  return std::nullopt;
}

/// The world that runs: a machine that finds a bug in itself stops the program, and whoever looks
/// must learn where.
std::atomic<std::uint64_t> seed_under_way{0};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

/// Only what a signal handler may do.
void tell_stop(int signal) {
  std::array<char, 100> text{};
  constexpr std::string_view kBefore = "replay: heartwire sim --transcript --seed ";
  std::copy(kBefore.begin(), kBefore.end(), text.begin());
  char* end =
      std::to_chars(text.data() + kBefore.size(), text.data() + text.size(), seed_under_way.load())
          .ptr;
  *end++ = '\n';
  [[maybe_unused]] const auto written =
      ::write(STDERR_FILENO, text.data(), static_cast<std::size_t>(end - text.data()));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void tell_failure(std::uint64_t seed, const sim::Report& report, const std::string& faults) {
  std::fprintf(stderr, "seed %llu broke a promise:\n", static_cast<unsigned long long>(seed));
  for (const sim::Complaint& complaint : report.complaints)
    std::fprintf(stderr, "  %s\n", to_text(complaint).c_str());
  const std::string more = faults.empty() ? "" : " --faults \"" + faults + "\"";
  std::fprintf(stderr, "replay: heartwire sim --seed %llu --transcript%s\n",
               static_cast<unsigned long long>(seed), more.c_str());
}

int run_one(const SimOptions& options, const Faults& faults) {
  const sim::Scenario scenario = make_world(options.seed, faults);
  if (const auto wrong = wrong_target(scenario)) {
    std::fprintf(stderr, "heartwire sim: --faults: %s\n", wrong->c_str());
    return kExitUsage;
  }
  sim::Watcher watch;
  if (options.has_transcript) {
    std::fputs(to_text(scenario).c_str(), stdout);
    watch = [](const sim::Record& record) {
      if (sim::as<sim::record::Pulse>(record)) return;  // Checkers look; nothing happens.
      std::printf("%s\n", to_text(record).c_str());
    };
  }
  seed_under_way = options.seed;
  const sim::Report report = sim::simulate(scenario, watch);
  std::printf("seed %llu: %llu records, digest %016llx\n",
              static_cast<unsigned long long>(options.seed),
              static_cast<unsigned long long>(report.records),
              static_cast<unsigned long long>(report.digest));
  if (report.complaints.empty()) return kExitOk;
  std::fflush(stdout);
  tell_failure(options.seed, report, options.faults);
  return kExitFailed;
}

int run_many(const SimOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  std::uint64_t failed = 0;
  std::uint64_t worlds = 0;
  std::uint64_t records = 0;
  base::Duration virtual_time{};
  for (std::uint64_t seed = options.from; worlds < options.seeds; ++seed) {
    const sim::Scenario scenario = make_world(seed, std::nullopt);
    seed_under_way = seed;
    const sim::Report report = sim::simulate(scenario);
    ++worlds;
    records += report.records;
    virtual_time += scenario.ends_at().time_since_epoch();
    if (report.complaints.empty()) continue;
    ++failed;
    tell_failure(seed, report, {});
    if (!options.keeps_going) break;
  }
  const base::Duration time = std::chrono::steady_clock::now() - start;
  std::printf("%llu worlds, %s of life in %s, %llu records, %llu broke a promise\n",
              static_cast<unsigned long long>(worlds), describe(virtual_time).c_str(),
              describe(time).c_str(), static_cast<unsigned long long>(records),
              static_cast<unsigned long long>(failed));
  return failed == 0 ? kExitOk : kExitFailed;
}

}  // namespace

int run_sim(const SimOptions& options) {
  std::signal(SIGABRT, tell_stop);
  if (!options.is_one) return run_many(options);
  Faults faults;
  if (!options.faults.empty()) {
    auto parsed = sim::parse_faults(options.faults);
    if (!parsed) {
      std::fprintf(stderr, "heartwire sim: --faults: %s\n", parsed.error().c_str());
      return kExitUsage;
    }
    faults = *std::move(parsed);
  }
  return run_one(options, faults);
}

void add_sim_command(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<SimOptions>();  // Lives as long as the parser does.
  CLI::App* sim = app.add_subcommand(
      "sim", "Clients and servers in simulated worlds, with faults, held against every promise");
  CLI::Option* one =
      add_number(*sim, "--seed", options->seed, 0, "Run the world of this seed only");
  one->default_str("");
  add_number(*sim, "--seeds", options->seeds, 1, "How many worlds to run")->excludes(one);
  add_number(*sim, "--from", options->from, 0, "The first one's seed")->excludes(one);
  sim->add_flag("--transcript", options->has_transcript, "Print all that happens in it")
      ->needs(one);
  sim->add_option("--faults", options->faults,
                  "These faults instead of the drawn ones: KIND TARGET BEGINS LASTS [AMOUNT]; ... "
                  "with times in milliseconds, as \"hole_up 0 12500 3000\"")
      ->needs(one);
  sim->add_flag("--keep-going", options->keeps_going, "Go on after a world that broke a promise")
      ->excludes(one);
  sim->footer(
      "The same seed gives the same world on every machine.\n"
      "Exit status: 0 every promise held; 1 one was broken; 2 bad usage.");
  add_storm_command(*sim, exit_code);
  add_detectors_command(*sim, exit_code);
  sim->callback([sim, options, one, &exit_code] {
    if (!sim->get_subcommands().empty()) return;  // That has run instead.
    options->is_one = one->count() > 0;
    exit_code = run_sim(*options);
  });
}

}  // namespace heartwire::cli
