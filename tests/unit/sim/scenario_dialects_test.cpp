#include "heartwire/sim/scenario_dialects.hpp"

#include "tests/unit/sim/story.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace heartwire::sim::test {
namespace {

using testing::UnorderedElementsAre;

std::string spoken(const Scenario& scenario) {
  const auto& dialect = scenario.clients[0].endpoint.lifecycle.dialect;
  return std::string{dialect ? dialect->name() : "ping"};
}

Scenario drawn(std::uint64_t seed) {
  Scenario scenario = sound();
  base::Rng rng(seed);
  draw_dialects(rng, scenario);
  return scenario;
}

TEST(ScenarioDialects, DrawsEachThatHeartwireSpeaks) {
  std::set<std::string> names;
  for (std::uint64_t seed = 0; seed < 300; ++seed) names.insert(spoken(drawn(seed)));

  EXPECT_THAT(names, UnorderedElementsAre("ping", "text", "json", "phoenix", "graphql-transport-ws",
                                          "engine.io", "sockjs", "stomp", "mqtt"));
}

TEST(ScenarioDialects, DrawsEachModeForClientsAndServers) {
  std::set<core::Sending> sending;
  std::set<core::Evidence> evidence;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Scenario scenario = drawn(seed);
    const auto& beat = scenario.servers[0].endpoint.heartbeat;
    sending.insert(beat.sending);
    evidence.insert(scenario.clients[0].endpoint.lifecycle.heartbeat.evidence);
    EXPECT_FALSE(core::validate(beat));
  }

  EXPECT_THAT(sending, UnorderedElementsAre(core::Sending::on_silence, core::Sending::periodic,
                                            core::Sending::watchdog));
  EXPECT_THAT(evidence, UnorderedElementsAre(core::Evidence::any_traffic,
                                             core::Evidence::round_trip, core::Evidence::one_way));
}

/// The application gets its greeting and welcome, and no heartbeat; what was agreed on counts.
TEST(ScenarioDialects, LetsEachBeHeardInASoundWorldAndMissedInAHole) {
  std::map<std::string, Scenario> by_name;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Scenario scenario = drawn(seed);
    by_name.emplace(spoken(scenario), std::move(scenario));
  }
  for (auto& [name, scenario] : by_name) {
    scenario.deeds.push_back({Deed::Kind::send, instant(2s), 0, 1, 100, {}});
    scenario.deeds.push_back({Deed::Kind::server_send, instant(3s), 0, 2, 100, {}});
    const bool is_welcomed = scenario.servers[0].welcome.has_value();

    const Memory memory = play(scenario);
    scenario.faults = {{FaultKind::hole_both, 0, instant(20s), 40s, 0}};
    const Memory in_a_hole = play(scenario);

    EXPECT_EQ(memory.count<record::ServerReceived>(), 2u) << name;
    EXPECT_EQ(memory.count<record::Received>(), is_welcomed ? 2u : 1u) << name;
    EXPECT_EQ(memory.count<record::Ended>(), 0u) << name;
    ASSERT_GE(in_a_hole.count<record::Ended>(), 1u) << name;
    EXPECT_EQ(as<record::Ended>(*in_a_hole.first<record::Ended>())->cause, core::Cause::heartbeat)
        << name;
  }
}

TEST(ScenarioDialects, DrawsCompressionThatBothEndsUse) {
  std::size_t compressed = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Scenario scenario = sound();
    base::Rng rng(seed);
    draw_compression(rng, scenario);
    scenario.deeds.push_back({Deed::Kind::send, instant(2s), 0, 1, 9'000, {}});

    const Memory memory = play(scenario);

    std::size_t read = 0;
    for (const Record& record : memory.records)
      if (const auto* one = as<record::ServerRead>(record)) read += one->count;
    const bool is_agreed =
        scenario.clients[0].endpoint.deflate && scenario.servers[0].endpoint.deflate;
    EXPECT_EQ(read < 5'000, is_agreed) << seed;
    compressed += is_agreed ? 1 : 0;
  }

  EXPECT_GT(compressed, 3u);
}

}  // namespace
}  // namespace heartwire::sim::test
