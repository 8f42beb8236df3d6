#include "heartwire/sim/client_host.hpp"

#include "tests/unit/sim/story.hpp"

#include <gtest/gtest.h>

namespace heartwire::sim::test {
namespace {

TEST(ClientHost, StopsFromInsideOfAHookAndIsSilentThen) {
  Scenario scenario = sound();
  scenario.deeds.push_back({Deed::Kind::stop, instant(20s), 0, 1, 0, {}});

  const Memory memory = play(scenario);

  ASSERT_EQ(memory.count<record::Stopped>(), 1u);
  const base::Instant stopped_at = memory.first<record::Stopped>()->at;
  EXPECT_LE(memory.last<record::Turned>()->at, stopped_at);
  EXPECT_EQ(memory.count<record::ServerEnded>(), 1u);
}

TEST(ClientHost, HoldsWhatUsersDoWhileItIsAway) {
  Scenario scenario = sound();
  scenario.faults = {{FaultKind::client_stall, 0, instant(5s), 2s, 0}};
  scenario.deeds.push_back({Deed::Kind::send, instant(6s), 0, 1, 100, {}});

  const Memory memory = play(scenario);

  ASSERT_EQ(memory.count<record::Sent>(), 1u);
  EXPECT_EQ(memory.first<record::Sent>()->at, instant(7s));
}

TEST(ClientHost, AsksAtOnceAfterASleepThatItsClockDidNotCount) {
  Scenario scenario = sound();
  scenario.faults = {{FaultKind::client_sleep, 0, instant(20s), 10s, 0}};

  const Memory memory = play(scenario);

  const Record* wished = memory.last<record::Wished>();
  int checks = 0;
  for (const Record& record : memory.records)
    if (const auto* one = as<record::Wished>(record))
      checks += one->kind == record::Wished::Kind::check_now && record.at == instant(30s) ? 1 : 0;
  ASSERT_NE(wished, nullptr);
  EXPECT_EQ(checks, 1);
}

TEST(ClientHost, ChangesNothingByStaleReports) {
  Scenario scenario = sound();
  for (int i = 0; i < 30; ++i)
    scenario.faults.push_back({FaultKind::stale_report, 0, instant(10s + i * 100ms), 0s, 0});
  scenario.faults.insert(scenario.faults.begin(), {FaultKind::reset, 0, instant(5s), 0s, 0});

  const Memory memory = play(scenario);

  EXPECT_EQ(memory.count<record::Misreported>(), 30u);
  for (const Record& record : memory.records) {
    const auto* report = as<record::Misreported>(record);
    EXPECT_FALSE(report && report->has_changed);
  }
}

TEST(ClientHost, BeginsAgainAfterACrash) {
  Scenario scenario = sound();
  scenario.faults = {{FaultKind::client_crash, 0, instant(10s), 5s, 0}};

  const Memory memory = play(scenario);

  EXPECT_EQ(memory.last<record::Booted>()->at, instant(15s));
  EXPECT_EQ(memory.count<record::Opened>(), 2u);
}

TEST(ClientHost, GivesUpAndIsAskedAgainOnceAllIsCalm) {
  Scenario scenario = sound();
  scenario.clients[0].endpoint.lifecycle.reconnect.attempts_max = 1;
  scenario.faults = {{FaultKind::refuse, 0, instant(0s), 50s, 0}};

  const Memory memory = play(scenario);

  EXPECT_EQ(memory.count<record::GaveUp>(), 1u);
  EXPECT_GE(memory.last<record::Opened>()->at, instant(60s));
}

}  // namespace
}  // namespace heartwire::sim::test
