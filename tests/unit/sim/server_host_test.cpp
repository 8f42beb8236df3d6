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

TEST(ServerHost, SendsItsClientsAwayAndTakesThemBack) {
  Scenario scenario = sound();
  scenario.clients.resize(3, scenario.clients[0]);
  for (std::uint32_t client = 1; client < 3; ++client)
    scenario.deeds.push_back({.at = instant(10ms), .client = client});
  scenario.faults = {{FaultKind::server_drain, 0, instant(10s), 6s, 2'000}};

  const Memory memory = play(scenario);

  EXPECT_EQ(memory.count<record::ServerSentAway>(), 3u);
  EXPECT_LE(memory.last<record::ServerSentAway>()->at, instant(12s));
  std::size_t returned = 0;
  for (const Record& record : memory.records) {
    const auto* ended = as<record::Ended>(record);
    EXPECT_EQ(ended ? ended->code : 1012, 1012);
    if (!as<record::Dialled>(record) || record.at < instant(10s)) continue;
    EXPECT_GE(record.at, instant(16s));
    ++returned;
  }
  EXPECT_EQ(returned, 3u);
  EXPECT_EQ(memory.count<record::ServerOpened>(), 6u);
}

TEST(ServerHost, RefusesWhoComesDuringADrain) {
  Scenario scenario = sound();
  scenario.clients[0].link.latency = 100ms;
  // Its request is under way when the drain begins.
  scenario.faults = {{FaultKind::server_drain, 0, instant(300ms), 6s, 2'000}};

  const Memory memory = play(scenario);

  const auto* ended = as<record::Ended>(*memory.first<record::Ended>());
  EXPECT_EQ(ended->code, 503);
  EXPECT_GE(ended->retry_after, 6s);
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
