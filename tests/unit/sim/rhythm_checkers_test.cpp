#include "heartwire/sim/rhythm_checkers.hpp"

#include "tests/unit/sim/story.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace heartwire::sim::test {
namespace {

using namespace record;
using testing::ElementsAre;
using testing::IsEmpty;

Scenario agreeing() {
  Scenario scenario = sound();
  scenario.clients[0].agreed_silence = 6s;
  scenario.servers[0].agreed_silence = 6s;
  scenario.faults = {{FaultKind::server_stall, 0, instant(3s), 30s, 0}};
  return scenario;
}
const Scenario kScenario = agreeing();

TEST(KeepsRhythm, IsBrokenByAClientThatGoesByItsOwn) {
  EXPECT_THAT(
      judged<KeepsRhythm>(kScenario, {at(0s, Opened{1}), at(1s, Received{1, 0}), at(7s, Pulse{})}),
      ElementsAre("the client is open after 7000 ms of silence, in spite of what was "
                  "agreed"));
}

TEST(KeepsRhythm, HoldsWhereNothingIsAgreedYetOrTheHostWasAway) {
  EXPECT_THAT(judged<KeepsRhythm>(kScenario, {at(0s, Opened{1}), at(7s, Pulse{})}), IsEmpty());
  EXPECT_THAT(judged<KeepsRhythm>(kScenario, {at(0s, Opened{1}), at(1s, Received{1, 0}),
                                              at(5s, Away{3s}), at(7s, Pulse{})}),
              IsEmpty());
  EXPECT_THAT(judged<KeepsRhythm>(kScenario, {at(0s, Opened{1}), at(1s, Received{1, 0}),
                                              at(5s, Read{1}), at(7s, Pulse{})}),
              IsEmpty());
}

TEST(KeepsRhythm, IsBrokenByAServerThatGoesByItsOwn) {
  EXPECT_THAT(judged<KeepsRhythm>(kScenario, {at(0s, ServerOpened{4, 1}), at(1s, ServerRead{4, 9}),
                                              at(1s, ServerReceived{4, 1, 0}), at(8s, Pulse{})}),
              ElementsAre("flow 4 is open after 7000 ms of silence, in spite of what was agreed"));
}

TEST(KeepsRhythm, ExcusesAServerThatWasAway) {
  EXPECT_THAT(
      judged<KeepsRhythm>(kScenario, {at(0s, ServerOpened{4, 1}), at(1s, ServerReceived{4, 1, 0}),
                                      at(3s, FaultBegan{0}, kNobody), at(20s, Pulse{}),
                                      at(33s, FaultEnded{0}, kNobody), at(34s, Pulse{})}),
      IsEmpty());
}

}  // namespace
}  // namespace heartwire::sim::test
