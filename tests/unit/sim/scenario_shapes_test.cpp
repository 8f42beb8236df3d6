#include "heartwire/sim/scenario_shapes.hpp"

#include "tests/unit/sim/story.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace heartwire::sim::test {
namespace {

TEST(ScenarioShapes, AddsDrainsLeapsAndTransfersInOrderAndInTime) {
  std::array<int, kFaultKinds> worlds{};
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    Scenario scenario = sound();
    base::Rng rng(seed);

    draw_shapes(rng, scenario);

    std::array<int, kFaultKinds> faults{};
    for (const Fault& fault : scenario.faults) {
      EXPECT_LE(fault.begins + fault.lasts, scenario.calm_at);
      ++faults[static_cast<std::size_t>(fault.kind)];
    }
    for (std::size_t kind = 0; kind < kFaultKinds; ++kind) worlds[kind] += faults[kind] > 0 ? 1 : 0;
    EXPECT_TRUE(std::is_sorted(scenario.faults.begin(), scenario.faults.end(),
                               [](const Fault& a, const Fault& b) { return a.begins < b.begins; }));
    EXPECT_TRUE(std::is_sorted(scenario.deeds.begin(), scenario.deeds.end(),
                               [](const Deed& a, const Deed& b) { return a.at < b.at; }));
    const bool is_endless = faults[static_cast<std::size_t>(FaultKind::swallow_up)] > 0;
    EXPECT_EQ(scenario.deeds.size() > 1, is_endless);
  }

  const auto share = [&](FaultKind kind) { return worlds[static_cast<std::size_t>(kind)]; };
  EXPECT_GT(share(FaultKind::server_drain), 60);
  EXPECT_GT(share(FaultKind::clock_jump), 10);
  EXPECT_GT(share(FaultKind::swallow_up), 10);
  EXPECT_EQ(share(FaultKind::swallow_down), share(FaultKind::swallow_up));
}

TEST(ScenarioShapes, LeavesAWorldAloneThatIsTooShort) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Scenario scenario = sound();
    scenario.calm_at = instant(1s);
    base::Rng rng(seed);

    draw_shapes(rng, scenario);

    EXPECT_TRUE(scenario.faults.empty());
  }
}

}  // namespace
}  // namespace heartwire::sim::test
