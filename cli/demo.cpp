#include "cli/demo.hpp"

#include "cli/demo_stage.hpp"
#include "cli/demo_steps.hpp"
#include "cli/demo_timeline.hpp"
#include "cli/option_values.hpp"
#include "cli/text.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

namespace heartwire::cli {
namespace {

using Set = DemoSettings;

void introduce(DemoTimeline& timeline) {
  timeline.print(
      "heartwire demo: a server, a proxy that breaks on command, and a client that goes through "
      "it.\n"
      "One process, real sockets. The times are shorter than the defaults, so that it is soon "
      "over:");
  timeline.print("  heartbeat  after " + describe(Set::kInterval) +
                 " of silence, on both sides; no answer for " + describe(Set::kTimeout) +
                 " is death (default 25 s and 10 s)");
  timeline.print("  reconnect  after " + describe(Set::kRetryMin) + " to " +
                 describe(Set::kRetryMax) + ", drawn at random (default 500 ms to 30 s)");
}

DemoResult play(const DemoStep& step, DemoStage& stage) {
  DemoResult result;
  try {
    result = step.run(stage);
  } catch (const std::exception& error) {
    result = {{}, "to run", error.what(), false};
  }
  result.step = step.name;
  return result;
}

}  // namespace

int run_demo() {
  DemoTimeline timeline;
  introduce(timeline);
  std::vector<DemoResult> results;
  const auto steps = demo_steps();
  {
    DemoStage stage(timeline);
    for (const DemoStep& step : steps) {
      timeline.heading(results.size() + 1, step.heading);
      results.push_back(play(step, stage));
      timeline.result(results.back());
      // Each step builds on those before.
      if (!results.back().is_ok) break;
    }
  }
  timeline.summary(results, steps.size());
  const bool is_ok = results.size() == steps.size() && results.back().is_ok;
  return is_ok ? kExitOk : kExitFailed;
}

void add_demo_command(CLI::App& app, int& exit_code) {
  CLI::App* demo = app.add_subcommand(
      "demo", "Loses a connection in every way that matters, and shows it noticed and mended");
  demo->footer("Takes about 25 seconds. Exit status: 0 if every step did what it must, else 1.");
  demo->callback([&exit_code] { exit_code = run_demo(); });
}

}  // namespace heartwire::cli
