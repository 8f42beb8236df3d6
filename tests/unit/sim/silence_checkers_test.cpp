#include "heartwire/sim/silence_checkers.hpp"

#include "tests/unit/sim/story.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace heartwire::sim::test {
namespace {

using namespace record;
using testing::ElementsAre;
using testing::IsEmpty;

const Scenario kScenario = sound();  // An interval of 5 s, a timeout of 4 s.

Record open(base::Duration time) {
  return at(time, Opened{1});
}
Record turn(base::Duration time, std::size_t unacknowledged) {
  return at(time, Turned{.state = core::State::open, .unacknowledged = unacknowledged});
}
Record dead(base::Duration time, bool is_tainted = false) {
  Ended ended{.was_open = true, .will_retry = true};
  ended.cause = core::Cause::heartbeat;
  ended.is_tainted = is_tainted;
  return at(time, ended);
}
Record reaped(base::Duration time, bool is_tainted = false) {
  ServerEnded ended{.flow = 1};
  ended.cause = core::Cause::heartbeat;
  ended.is_tainted = is_tainted;
  return at(time, ended);
}

TEST(SilenceIsDeath, IsBrokenByAClientThatStaysOpen) {
  EXPECT_THAT(judged<SilenceIsDeath>(kScenario, {open(0s), at(1s, Read{1}), at(11s, Pulse{})}),
              ElementsAre("still open after 10000 ms of silence"));
  EXPECT_THAT(judged<SilenceIsDeath>(kScenario, {open(0s), at(1s, Read{1}), at(10s, Pulse{})}),
              IsEmpty());
}

TEST(SilenceIsDeath, TakesNoSendingForASignOfLife) {
  EXPECT_THAT(judged<SilenceIsDeath>(kScenario, {open(0s), at(5s, Wrote{100, false}),
                                                 at(9s, Wrote{100, false}), at(14s, Pulse{})}),
              ElementsAre("still open after 14000 ms of silence"));
}

TEST(SilenceIsDeath, ExcusesWhatStillDrainsButNotForEver) {
  EXPECT_THAT(judged<SilenceIsDeath>(kScenario,
                                     {open(0s), turn(2s, 9000), turn(8s, 5000), at(16s, Pulse{})}),
              IsEmpty());
  EXPECT_THAT(
      judged<SilenceIsDeath>(kScenario, {open(0s), turn(2s, 9000), turn(8s, 5000), turn(30s, 9000),
                                         turn(45s, 5000), at(46s, Pulse{})}),
      ElementsAre("still open after 16000 ms of silence"));
}

TEST(SilenceIsDeath, TakesAFewMessagesForNoTransfer) {
  EXPECT_THAT(
      judged<SilenceIsDeath>(kScenario, {open(0s), turn(5s, 4000), turn(6s, 0), at(14s, Pulse{})}),
      ElementsAre("still open after 14000 ms of silence"));
}

TEST(SilenceIsDeath, ExcusesAHostThatWasAway) {
  EXPECT_THAT(judged<SilenceIsDeath>(kScenario, {open(0s), at(60s, Away{50s}), at(61s, Pulse{})}),
              IsEmpty());
}

TEST(SilentClientsAreReaped, IsBrokenByAServerThatKeepsTheDead) {
  EXPECT_THAT(judged<SilentClientsAreReaped>(
                  kScenario, {at(0s, ServerOpened{1}), at(2s, ServerRead{1, 5}), at(16s, Pulse{})}),
              ElementsAre("flow 1 is still open after 14000 ms of silence"));
  EXPECT_THAT(judged<SilentClientsAreReaped>(
                  kScenario, {at(0s, ServerOpened{1}), reaped(10s), at(16s, Pulse{})}),
              IsEmpty());
}

TEST(AccusesNoOneFalsely, IsBrokenByAVerdictOnASoundServer) {
  EXPECT_THAT(judged<AccusesNoOneFalsely>(kScenario, {open(0s), dead(9s)}),
              ElementsAre("the client declared a sound server dead"));
}

TEST(AccusesNoOneFalsely, IsBrokenByAHostThatWasItselfAway) {
  EXPECT_THAT(judged<AccusesNoOneFalsely>(kScenario, {open(0s), at(60s, Away{59s}), dead(60s)}),
              ElementsAre("the client declared a sound server dead"));
}

TEST(AccusesNoOneFalsely, ExcusesALeapOfTheClockWithinTheWaitAndNoLongerOne) {
  const auto judged_after = [](std::uint64_t leap_ms) {
    Scenario scenario = sound();
    scenario.faults = {{FaultKind::clock_jump, 0, instant(8s), 1s, leap_ms}};
    return judged<AccusesNoOneFalsely>(scenario,
                                       {open(0s), at(8s, FaultBegan{0}, kNobody), dead(9s)});
  };

  EXPECT_THAT(judged_after(3'999), IsEmpty());
  EXPECT_THAT(judged_after(4'000), ElementsAre("the client declared a sound server dead"));
}

TEST(AccusesNoOneFalsely, LetsThePathAndTheServerBeBlamed) {
  Scenario scenario = sound();
  scenario.faults = {{FaultKind::server_stall, 0, instant(3s), 30s, 0}};

  EXPECT_THAT(judged<AccusesNoOneFalsely>(scenario, {open(0s), dead(9s, true)}), IsEmpty());
  EXPECT_THAT(
      judged<AccusesNoOneFalsely>(scenario, {open(0s), at(3s, FaultBegan{0}, kNobody), dead(9s)}),
      IsEmpty());
}

TEST(AccusesNoOneFalsely, IsBrokenByAVerdictOnASoundClient) {
  EXPECT_THAT(judged<AccusesNoOneFalsely>(
                  kScenario, {at(1s, ServerOpened{1}), at(2s, ServerRead{1, 1}), reaped(11s)}),
              ElementsAre("the server declared a sound client dead"));
  EXPECT_THAT(
      judged<AccusesNoOneFalsely>(kScenario, {at(1s, ServerOpened{1}), at(2s, ServerRead{1, 1}),
                                              at(9s, Away{5s}), reaped(11s)}),
      IsEmpty());
}

}  // namespace
}  // namespace heartwire::sim::test
