#include "heartwire/sim/world.hpp"

#include "tests/unit/sim/story.hpp"

#include <gtest/gtest.h>

namespace heartwire::sim::test {
namespace {

core::Cause cause_of(const Memory& memory) {
  const Record* ended = memory.first<record::Ended>();
  return ended ? as<record::Ended>(*ended)->cause : core::Cause::none;
}

Memory play_with(std::vector<Fault> faults) {
  Scenario scenario = sound();
  scenario.faults = std::move(faults);
  return play(scenario);
}

TEST(World, JoinsAClientToAServer) {
  const Memory memory = play(sound());

  EXPECT_EQ(memory.count<record::Opened>(), 1u);
  EXPECT_EQ(memory.count<record::ServerOpened>(), 1u);
  EXPECT_EQ(memory.count<record::Ended>(), 0u);
  EXPECT_GT(memory.count<record::Beaten>(), 5u);
  EXPECT_EQ(as<record::Turned>(*memory.last<record::Turned>())->state, core::State::open);
}

TEST(World, CarriesMessagesBothWays) {
  Scenario scenario = sound();
  scenario.deeds.push_back({Deed::Kind::send, instant(2s), 0, 11, 5'000, {}});
  scenario.deeds.push_back({Deed::Kind::server_send, instant(3s), 0, 12, 90'000, {}});

  const Memory memory = play(scenario);

  EXPECT_EQ(as<record::ServerReceived>(*memory.last<record::ServerReceived>())->number, 11u);
  EXPECT_EQ(as<record::Received>(*memory.last<record::Received>())->number, 12u);
}

TEST(World, LetsEachFaultOfThePathShow) {
  using K = FaultKind;
  EXPECT_EQ(cause_of(play_with({{K::hole_both, 0, instant(9s), 30s, 0}})), core::Cause::heartbeat);
  // The server hears nothing, and its reset gets through.
  EXPECT_EQ(cause_of(play_with({{K::hole_up, 0, instant(9s), 30s, 0}})), core::Cause::lost);
  EXPECT_EQ(cause_of(play_with({{K::swallow_down, 0, instant(9s), 30s, 0}})),
            core::Cause::heartbeat);
  EXPECT_EQ(cause_of(play_with({{K::reset, 0, instant(9s), 0s, 0}})), core::Cause::lost);
  EXPECT_EQ(cause_of(play_with({{K::forget_reset, 0, instant(3s), 50s, 2'000}})),
            core::Cause::lost);
  EXPECT_EQ(cause_of(play_with({{K::latency, 0, instant(3s), 50s, 200}})), core::Cause::none);
}

TEST(World, LetsEachFaultOfAServerShow) {
  using K = FaultKind;
  EXPECT_EQ(cause_of(play_with({{K::server_crash, 0, instant(9s), 5s, 0}})), core::Cause::lost);
  EXPECT_EQ(cause_of(play_with({{K::server_power_loss, 0, instant(9s), 30s, 0}})),
            core::Cause::heartbeat);
  EXPECT_EQ(cause_of(play_with({{K::server_stall, 0, instant(9s), 30s, 0}})),
            core::Cause::heartbeat);
  // It takes its own deafness for the client's silence.
  EXPECT_EQ(cause_of(play_with({{K::zero_window, 0, instant(9s), 30s, 0}})), core::Cause::lost);
  EXPECT_EQ(cause_of(play_with({{K::refuse, 0, instant(0s), 5s, 0}})), core::Cause::refused);
  EXPECT_EQ(cause_of(play_with({{K::accept_then_fin, 0, instant(0s), 5s, 0}})), core::Cause::lost);
  EXPECT_EQ(cause_of(play_with({{K::accept_then_close, 0, instant(0s), 5s, 1012}})),
            core::Cause::closed);
  EXPECT_EQ(cause_of(play_with({{K::http_status, 0, instant(0s), 5s, 503}})),
            core::Cause::http_status);
  EXPECT_EQ(cause_of(play_with({{K::ignore_request, 0, instant(0s), 30s, 0}})),
            core::Cause::connect_timeout);
  EXPECT_EQ(cause_of(play_with({{K::slow_handshake, 0, instant(0s), 5s, 3'000}})),
            core::Cause::none);
}

TEST(World, LetsEachFaultOfAClientShow) {
  using K = FaultKind;
  EXPECT_EQ(cause_of(play_with({{K::no_name, 0, instant(0s), 5s, 0}})), core::Cause::dns);
  EXPECT_EQ(play_with({{K::client_crash, 0, instant(9s), 5s, 0}}).count<record::Booted>(), 2u);
  EXPECT_EQ(play_with({{K::client_stall, 0, instant(9s), 3s, 0}}).count<record::Away>(), 1u);
  EXPECT_EQ(play_with({{K::stale_report, 0, instant(9s), 0s, 0}, {K::reset, 0, instant(5s), 0s, 0}})
                .count<record::Misreported>(),
            1u);
  EXPECT_EQ(play_with({{K::clock_jump, 0, instant(9s), 0s, 60'000}}).count<record::Ended>(), 0u);
}

TEST(World, ComesBackOnceFaultsAreOver) {
  const Memory memory = play_with({{FaultKind::hole_both, 0, instant(9s), 20s, 0},
                                   {FaultKind::refuse, 0, instant(30s), 10s, 0}});

  EXPECT_GE(memory.count<record::Opened>(), 2u);
  EXPECT_EQ(as<record::Turned>(*memory.last<record::Turned>())->state, core::State::open);
}

}  // namespace
}  // namespace heartwire::sim::test
