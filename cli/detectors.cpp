#include "cli/detectors.hpp"

#include "cli/detectors_report.hpp"
#include "cli/line_plot.hpp"
#include "cli/option_values.hpp"
#include "cli/text.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace heartwire::cli {
namespace {

bool write_plot(const DetectorsOptions& options, const DetectorsReport& report) {
  std::filesystem::path path{options.svg};
  if (options.link.empty()) {
    const std::string stem = path.stem().string() + "-" + std::string{report.link.name};
    path.replace_filename(stem + path.extension().string());
  }
  std::ofstream file(path, std::ios::binary);
  file << to_svg(detectors_plot(report));
  if (file.flush()) return true;
  std::fprintf(stderr, "heartwire sim detectors: cannot write %s\n", path.string().c_str());
  return false;
}

}  // namespace

int run_detectors(const DetectorsOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const auto policies = sim::detector_policies(options.interval);
  std::vector<std::pair<const sim::DetectorLink*, std::future<sim::DetectorTrial>>> trials;
  for (const sim::DetectorLink& link : sim::detector_links()) {
    if (!options.link.empty() && options.link != link.name) continue;
    trials.emplace_back(&link, std::async(std::launch::async, [&] {
      return sim::try_detectors(link, policies, options.interval, options.days, options.seed);
    }));
  }
  bool is_written = true;
  for (auto& [link, future] : trials) {
    const sim::DetectorTrial trial = future.get();
    const DetectorsReport report{*link, policies, trial};
    if (link != trials.front().first && !options.is_json) std::fputs("\n", stdout);
    std::fputs((options.is_json ? detectors_json(report) : detectors_table(report)).c_str(),
               stdout);
    is_written &= options.svg.empty() || write_plot(options, report);
  }
  std::fprintf(stderr, "in %s\n", describe(std::chrono::steady_clock::now() - start).c_str());
  return is_written ? kExitOk : kExitFailed;
}

void add_detectors_command(CLI::App& sim, int& exit_code) {
  const auto options = std::make_shared<DetectorsOptions>();  // Lives as long as the parser does.
  CLI::App* detectors = sim.add_subcommand(
      "detectors", "Failure detectors compared: false deaths against time to detect a death");
  detectors->add_option("--days", options->days, "Connection-days on each link")
      ->check(CLI::Range(1u, 100'000u))
      ->capture_default_str();
  CLI::Option* interval =
      add_duration(*detectors, "--interval", options->interval, "From one heartbeat to the next");
  detectors->add_option("--seed", options->seed, "What decides everything")->capture_default_str();
  Choices<std::string> links{{"all", ""}};
  for (const sim::DetectorLink& link : sim::detector_links())
    links.emplace_back(link.name, link.name);
  add_choice(*detectors, "--link", options->link, std::move(links), "On this link only");
  detectors
      ->add_option("--svg", options->svg,
                   "Draw a plot; of several links in a file each, named after the link")
      ->type_name("FILE");
  detectors->add_flag("--json", options->is_json, "Print JSON, a line for each policy and link");
  detectors->footer("The same options give the same figures on every machine.");
  detectors->callback([options, interval, &exit_code] {
    using namespace std::chrono_literals;
    if (options->interval < 1s || options->interval > 1h)
      throw CLI::ValidationError(interval->get_name(), "must be 1s to 1h");
    exit_code = run_detectors(*options);
  });
}

}  // namespace heartwire::cli
