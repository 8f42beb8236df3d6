#include "heartwire/sim/server_connection.hpp"

#include "tests/unit/sim/story.hpp"

#include <gtest/gtest.h>

namespace heartwire::sim::test {
namespace {

TEST(ServerConnection, ClosesInGoodOrder) {
  Scenario scenario = sound();
  scenario.deeds.push_back({Deed::Kind::server_close, instant(5s), 0, 1, 1001, {}});

  const Memory memory = play(scenario);

  const auto* ended = as<record::Ended>(*memory.first<record::Ended>());
  EXPECT_EQ(ended->cause, core::Cause::closed);
  EXPECT_EQ(ended->code, 1001);
  EXPECT_TRUE(ended->is_clean);
  EXPECT_TRUE(as<record::ServerEnded>(*memory.first<record::ServerEnded>())->is_clean);
}

TEST(ServerConnection, SaysWhenToReturn) {
  Scenario scenario = sound();
  scenario.deeds.push_back({Deed::Kind::server_close, instant(5s), 0, 1, 1012, {}});

  const Memory memory = play(scenario);

  EXPECT_EQ(as<record::Ended>(*memory.first<record::Ended>())->retry_after, 2s);
}

TEST(ServerConnection, ReapsWhoFellSilent) {
  Scenario scenario = sound();
  scenario.faults = {{FaultKind::client_sleep, 0, instant(10s), 40s, 0}};

  const Memory memory = play(scenario);

  const Record* ended = memory.first<record::ServerEnded>();
  ASSERT_NE(ended, nullptr);
  EXPECT_EQ(as<record::ServerEnded>(*ended)->cause, core::Cause::heartbeat);
  EXPECT_LE(ended->at, instant(10s + 9s));
}

TEST(ServerConnection, ReadsLittleAtATimeWhereItIsSlow) {
  Scenario scenario = sound();
  scenario.faults = {{FaultKind::slow_reader, 0, instant(2s), 30s, 100}};
  scenario.deeds.push_back({Deed::Kind::send, instant(3s), 0, 1, 5'000, {}});

  const Memory memory = play(scenario);

  const Record* received = memory.last<record::ServerReceived>();
  EXPECT_EQ(as<record::ServerReceived>(*received)->number, 1u);
  EXPECT_GT(received->at, instant(7s));
}

TEST(ServerConnection, AnswersARequestThatDidNotCome) {
  Scenario scenario = sound();
  // The request is lost; the server's patience ends before the hole does.
  scenario.servers[0].handshake_timeout = 3s;
  scenario.clients[0].link.latency = 100ms;
  scenario.faults = {{FaultKind::swallow_up, 0, instant(300ms), 3s, 0}};

  const Memory memory = play(scenario);

  const auto* ended = as<record::Ended>(*memory.first<record::Ended>());
  EXPECT_EQ(ended->cause, core::Cause::http_status);
  EXPECT_EQ(ended->code, 408);
}

}  // namespace
}  // namespace heartwire::sim::test
