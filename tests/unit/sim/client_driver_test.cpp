// The driver's half of ClientHost.

#include "heartwire/sim/simulation.hpp"
#include "tests/unit/sim/story.hpp"

#include <gtest/gtest.h>

namespace heartwire::sim::test {
namespace {

TEST(ClientDriver, ReadsBeforeItTicks) {
  Scenario scenario = sound();
  // The answer to a probe waits in the kernel while the loop stands past the verdict.
  scenario.faults = {{FaultKind::client_stall, 0, instant(5s), 40s, 0}};
  scenario.servers[0].endpoint.heartbeat.interval = 60s;

  const Memory memory = play(scenario);

  EXPECT_EQ(memory.count<record::Ended>(), 0u);
}

TEST(ClientDriver, TellsWhatLeavesAndInWhichOrder) {
  Scenario scenario = sound();
  for (std::uint32_t number = 1; number <= 5; ++number)
    scenario.deeds.push_back({Deed::Kind::send, instant(2s), 0, number, 30'000, {}});

  const Memory memory = play(scenario);

  std::vector<core::MessageId> left;
  for (const Record& record : memory.records)
    if (const auto* one = as<record::Left>(record)) left.push_back(one->id);
  EXPECT_EQ(left, (std::vector<core::MessageId>{1, 2, 3, 4, 5}));
}

TEST(ClientDriver, SaysWhenAWriteFollowsABlockedOne) {
  Scenario scenario = sound();
  scenario.clients[0].link.send_buffer_bytes = 4'096;
  scenario.deeds.push_back({Deed::Kind::send, instant(2s), 0, 1, 50'000, {}});

  const Memory memory = play(scenario);

  std::size_t blocked = 0;
  for (const Record& record : memory.records)
    if (const auto* one = as<record::Wrote>(record)) blocked += one->was_blocked ? 1 : 0;
  EXPECT_GT(blocked, 5u);
  EXPECT_EQ(memory.count<record::Left>(), 1u);
}

TEST(ClientDriver, TellsWhatExpiredBeforeWhatLeft) {
  Scenario scenario = sound();
  scenario.deeds = {{Deed::Kind::send, instant(1ms), 0, 1, 10, 100ms},
                    {Deed::Kind::send, instant(2ms), 0, 2, 10, {}},
                    {Deed::Kind::start, instant(5s), 0, 3, 0, {}}};

  const Memory memory = play(scenario);

  ASSERT_EQ(memory.count<record::Expired>(), 1u);
  EXPECT_EQ(as<record::Expired>(*memory.first<record::Expired>())->id, 1u);
  ASSERT_EQ(memory.count<record::Left>(), 1u);
  EXPECT_EQ(as<record::Left>(*memory.first<record::Left>())->id, 2u);
}

TEST(ClientDriver, TellsWhatExpiresWhileOthersLeave) {
  // The greeting comes up to a second after the connection, and timers fire late: in some of these
  // worlds what the greeting lets leave finds messages before it that have expired untold.
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Scenario scenario = sound();
    scenario.seed = seed;
    scenario.clients[0].timer_slack = 200ms;
    for (base::Duration age = 20ms; age < 1s; age += 20ms) {
      const auto number = static_cast<std::uint32_t>(scenario.deeds.size());
      scenario.deeds.push_back({Deed::Kind::send, instant(11ms), 0, number, 10, age});
    }
    scenario.deeds.push_back({Deed::Kind::send, instant(12ms), 0, 99, 10, {}});

    EXPECT_TRUE(simulate(scenario).complaints.empty()) << seed;
  }
}

TEST(ClientDriver, GivesAHandshakeUpInTime) {
  Scenario scenario = sound();
  scenario.faults = {{FaultKind::ignore_request, 0, instant(0s), 15s, 0}};

  const Memory memory = play(scenario);

  const auto* lost = as<record::Lost>(*memory.first<record::Lost>());
  EXPECT_EQ(lost->cause, core::Cause::connect_timeout);
  EXPECT_LT(memory.first<record::Lost>()->at, instant(10'200ms));
}

}  // namespace
}  // namespace heartwire::sim::test
