#include "heartwire/sim/server_host.hpp"

#include "tests/unit/sim/story.hpp"

#include <gtest/gtest.h>

namespace heartwire::sim::test {
namespace {

TEST(ServerHost, AdmitsNoMoreThanItsRate) {
  Scenario scenario = sound();
  scenario.clients.resize(6, scenario.clients[0]);
  scenario.deeds.clear();
  for (std::uint32_t client = 0; client < 6; ++client)
    scenario.deeds.push_back({.at = instant(2s), .client = client});
  scenario.faults = {{FaultKind::overload, 0, instant(1s), 58s, 2}};

  const Memory memory = play(scenario);

  int at_once = 0;
  for (const Record& record : memory.records)
    at_once += as<record::ServerOpened>(record) && record.at < instant(2500ms) ? 1 : 0;
  EXPECT_EQ(at_once, 2);
  EXPECT_EQ(memory.count<record::ServerOpened>(), 6u);
}

TEST(ServerHost, ServesWhatCameWhileItWasAway) {
  Scenario scenario = sound();
  scenario.faults = {{FaultKind::server_stall, 0, instant(5s), 2s, 0}};
  scenario.deeds.push_back({Deed::Kind::send, instant(6s), 0, 1, 100, {}});

  const Memory memory = play(scenario);

  EXPECT_EQ(memory.count<record::ServerAway>(), 1u);
  EXPECT_EQ(memory.last<record::ServerReceived>()->at, instant(7s));
}

TEST(ServerHost, TakesNobodyInOnceItHasGone) {
  for (const FaultKind kind : {FaultKind::server_crash, FaultKind::server_power_loss}) {
    Scenario scenario = sound();
    scenario.clients[0].link.latency = 100ms;
    // The SYN is answered after 15 ms, and the answer is under way for 200 ms.
    scenario.faults = {{kind, 0, instant(100ms), 3s, 0}};

    const Memory memory = play(scenario);

    EXPECT_GT(memory.first<record::ServerOpened>()->at, instant(3s)) << name(kind);
    EXPECT_GE(memory.count<record::Connected>(), 2u);
  }
}

TEST(ServerHost, ForgetsItsConnectionsInACrash) {
  Scenario scenario = sound();
  scenario.faults = {{FaultKind::server_crash, 0, instant(5s), 2s, 0}};

  const Memory memory = play(scenario);

  EXPECT_EQ(memory.count<record::ServerGone>(), 1u);
  EXPECT_EQ(memory.count<record::ServerOpened>(), 2u);
}

}  // namespace
}  // namespace heartwire::sim::test
