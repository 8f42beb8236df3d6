#include "heartwire/sim/simulation.hpp"

#include "tests/unit/sim/story.hpp"

#include <gtest/gtest.h>

namespace heartwire::sim::test {
namespace {

TEST(Simulation, HasOneHistoryASeed) {
  for (const std::uint64_t seed : {3u, 50u, 51u}) {
    const Report one = simulate(make_scenario(seed));
    const Report two = simulate(make_scenario(seed));

    EXPECT_EQ(one.digest, two.digest);
    EXPECT_GT(one.records, 100u);
  }
  EXPECT_NE(simulate(make_scenario(50)).digest, simulate(make_scenario(51)).digest);
}

/// The same on every machine: whoever changes what a seed means changes this on purpose.
TEST(Simulation, HasTheSameHistoryEverywhere) {
  EXPECT_EQ(simulate(sound()).digest, 3536696838869291635u);
}

TEST(Simulation, ShowsEachRecord) {
  std::uint64_t seen = 0;
  const Report report = simulate(sound(), [&seen](const Record&) { ++seen; });

  EXPECT_EQ(seen, report.records);
  EXPECT_TRUE(report.complaints.empty());
}

TEST(Simulation, TellsWhatAScenarioIs) {
  Scenario scenario = sound();
  scenario.faults = {{FaultKind::hole_up, 0, instant(5s), 3s, 0}};
  scenario.clients[0].endpoint.lifecycle.dialect = core::dialect::stomp();
  scenario.clients[0].endpoint.deflate.emplace();

  const std::string text = to_text(scenario);

  EXPECT_NE(text.find("seed 42\n"), std::string::npos);
  EXPECT_NE(text.find("client 0: interval=5000ms"), std::string::npos);
  EXPECT_NE(text.find(" dialect=stomp compresses\n"), std::string::npos);
  EXPECT_NE(text.find("server 0: interval=5000ms"), std::string::npos);
  EXPECT_NE(text.find("fault 0: hole_up 0 5000 3000\n"), std::string::npos);
}

/// Random worlds, each held against every promise. `heartwire sim` runs more.
class RandomWorlds : public testing::TestWithParam<std::uint64_t> {};

constexpr std::uint64_t kSeeds = 5'000;
constexpr std::uint64_t kSeedsEach = 1'000;  ///< Of one test, so that they run beside each other.

TEST_P(RandomWorlds, KeepEveryPromise) {
  for (std::uint64_t seed = GetParam(); seed < GetParam() + kSeedsEach; ++seed) {
    const Report report = simulate(make_scenario(seed));
    for (const Complaint& complaint : report.complaints)
      ADD_FAILURE() << to_text(complaint) << "\nreplay: heartwire sim --seed " << seed
                    << " --transcript";
  }
}

INSTANTIATE_TEST_SUITE_P(From, RandomWorlds,
                         testing::Range<std::uint64_t>(1, kSeeds + 1, kSeedsEach));

}  // namespace
}  // namespace heartwire::sim::test
