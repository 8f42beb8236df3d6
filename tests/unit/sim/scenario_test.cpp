#include "heartwire/sim/scenario.hpp"

#include <gtest/gtest.h>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;

TEST(Scenario, IsTheSameForTheSameSeed) {
  const Scenario one = make_scenario(77);
  const Scenario two = make_scenario(77);

  EXPECT_EQ(one.faults, two.faults);
  EXPECT_EQ(one.deeds.size(), two.deeds.size());
  EXPECT_EQ(one.calm_at, two.calm_at);
  EXPECT_EQ(one.clients.size(), two.clients.size());
}

TEST(Scenario, KeepsToItsLimits) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Scenario scenario = make_scenario(seed, {.clients_max = 2, .chaos_max = 30s});

    EXPECT_GE(scenario.clients.size(), 1u);
    EXPECT_LE(scenario.clients.size(), 2u);
    EXPECT_LE(scenario.calm_at, base::instant(30s));
    for (const Deed& deed : scenario.deeds) {
      EXPECT_LT(deed.client, scenario.clients.size());
      EXPECT_LE(deed.at, scenario.calm_at);
    }
  }
}

TEST(Scenario, NumbersItsMessages) {
  const Scenario scenario = make_scenario(9);

  std::uint32_t before = 0;
  for (const Deed& deed : scenario.deeds) {
    EXPECT_GT(deed.number, before);
    before = deed.number;
  }
}

TEST(Scenario, BoundsSilenceAsTheModeDoes) {
  core::HeartbeatOptions beat;
  beat.interval = 20s;
  beat.timeout = 5s;
  EXPECT_EQ(silence_bound(beat), 25s);
  beat.misses_max = 3;
  EXPECT_EQ(silence_bound(beat), 25s) << "only counted by the plain rule";
  beat.reply = core::Reply::fixed;
  EXPECT_EQ(silence_bound(beat), 35s);
  beat.sending = core::Sending::watchdog;
  beat.silence_max = 90s;
  EXPECT_EQ(silence_bound(beat), 90s);
  beat.sending = core::Sending::off;
  EXPECT_FALSE(silence_bound(beat));
}

TEST(Scenario, LeavesTimeToRecover) {
  Scenario scenario;
  scenario.clients.resize(1);
  const core::LifecycleOptions& life = scenario.clients[0].endpoint.lifecycle;

  EXPECT_GT(recovery_bound(scenario),
            life.heartbeat.interval + life.heartbeat.timeout + life.reconnect.backoff.delay_max);
}

}  // namespace
}  // namespace heartwire::sim
