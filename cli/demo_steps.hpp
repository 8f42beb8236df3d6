#pragma once
// The steps of the demo. Each brings something about, waits for what must follow, with a deadline,
// and says what it measured. They build on each other, in the order in which they stand here.

#include "cli/demo_stage.hpp"
#include "cli/demo_timeline.hpp"

#include <span>

namespace heartwire::cli {

struct DemoStep {
  const char* heading;
  const char* name;  ///< In the summary.
  DemoResult (*run)(DemoStage&);
};

std::span<const DemoStep> demo_steps();

// The path between client and server (demo_path.cpp).
DemoResult demo_opens(DemoStage& stage);
DemoResult demo_beats(DemoStage& stage);
DemoResult demo_notices_freeze(DemoStage& stage);
DemoResult demo_keeps_trying(DemoStage& stage);
DemoResult demo_comes_back(DemoStage& stage);
DemoResult demo_notices_while_busy(DemoStage& stage);

// The server's and the user's wishes (demo_wishes.cpp).
DemoResult demo_heeds_restart(DemoStage& stage);
DemoResult demo_bears_rejection(DemoStage& stage);
DemoResult demo_closes_while_waiting(DemoStage& stage);
DemoResult demo_closes_cleanly(DemoStage& stage);

}  // namespace heartwire::cli
