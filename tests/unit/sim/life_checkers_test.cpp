#include "heartwire/sim/life_checkers.hpp"

#include "tests/unit/sim/story.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace heartwire::sim::test {
namespace {

using namespace record;
using core::State;
using testing::ElementsAre;
using testing::IsEmpty;
using Wish = Wished::Kind;

const Scenario kScenario = sound();

Record wish(base::Duration time, Wish kind) {
  return at(time, Wished{kind});
}

Record turn(base::Duration time, State state, std::optional<base::Instant> deadline = {}) {
  return at(time, Turned{.state = state, .generation = 1, .deadline = deadline});
}

Record ended(base::Duration time, core::Cause cause, bool will_retry) {
  Ended one{.was_open = true, .will_retry = will_retry};
  one.cause = cause;
  return at(time, one);
}

TEST(OneTransport, IsBrokenByASecondDial) {
  EXPECT_THAT(judged<OneTransport>(kScenario, {at(1s, Dialled{1, 0, 0}), at(2s, Dialled{2, 0, 0})}),
              ElementsAre("dialled beside generation 1"));
}

TEST(OneTransport, IsBrokenByAnOldGeneration) {
  EXPECT_THAT(judged<OneTransport>(kScenario, {at(1s, Dialled{2, 0, 0}), at(2s, Aborted{2}),
                                               at(3s, Dialled{2, 0, 0})}),
              ElementsAre("an old generation was used again"));
}

TEST(OneTransport, IsBrokenByAnEndOfWhatIsNotThere) {
  EXPECT_THAT(judged<OneTransport>(kScenario, {at(1s, Dropped{1})}),
              ElementsAre("the end of what was not there"));
}

TEST(OneTransport, HoldsForOneAfterTheOther) {
  EXPECT_THAT(judged<OneTransport>(
                  kScenario, {at(1s, Dialled{1, 0, 0}), at(2s, Connected{1}), at(2s, Opened{1}),
                              at(3s, Lost{1}), at(4s, Dialled{2, 1, 0})}),
              IsEmpty());
}

TEST(CloseIsFinal, IsBrokenByAnAttemptAfterIt) {
  EXPECT_THAT(judged<CloseIsFinal>(kScenario, {wish(1s, Wish::start), wish(2s, Wish::close),
                                               at(3s, Dialled{2, 0, 0})}),
              ElementsAre("an attempt that the user does not want"));
}

TEST(CloseIsFinal, IsBrokenByALossThatIsLaidToTheUser) {
  EXPECT_THAT(
      judged<CloseIsFinal>(kScenario, {wish(1s, Wish::start), ended(2s, core::Cause::user, true)}),
      ElementsAre("an end is laid to the user, who wished none"));
}

TEST(CloseIsFinal, IsBrokenByAStateThatTheUserDidNotWish) {
  EXPECT_THAT(judged<CloseIsFinal>(kScenario, {wish(1s, Wish::start), turn(2s, State::closed)}),
              ElementsAre("closed, though the user wants it open"));
}

TEST(CloseIsFinal, IsBrokenByAnAttemptThatTheUserHolds) {
  EXPECT_THAT(judged<CloseIsFinal>(kScenario, {wish(1s, Wish::suspend), wish(2s, Wish::start),
                                               at(2s, Dialled{1, 0, 0})}),
              ElementsAre("an attempt while the user holds attempts"));
}

TEST(CloseIsFinal, HoldsWhereTheUserStartsAgain) {
  EXPECT_THAT(
      judged<CloseIsFinal>(kScenario, {wish(1s, Wish::start), wish(2s, Wish::close),
                                       ended(3s, core::Cause::user, false), turn(3s, State::closed),
                                       wish(4s, Wish::start), at(4s, Dialled{2, 0, 0})}),
      IsEmpty());
}

TEST(StaleChangesNothing, IsBrokenByAChange) {
  EXPECT_THAT(judged<StaleChangesNothing>(kScenario, {at(1s, Misreported{"ended", true})}),
              ElementsAre("\"ended\" of an old generation did"));
  EXPECT_THAT(judged<StaleChangesNothing>(kScenario, {at(1s, Misreported{"ended", false})}),
              IsEmpty());
}

TEST(NoOrphanDeadline, IsBrokenByADeadlineInAnEndedLife) {
  EXPECT_THAT(judged<NoOrphanDeadline>(kScenario, {turn(1s, State::closed, instant(9s))}),
              ElementsAre("a deadline in closed"));
}

TEST(NoOrphanDeadline, IsBrokenByAStateWithoutItsOwn) {
  EXPECT_THAT(
      judged<NoOrphanDeadline>(kScenario, {at(1s, Dialled{1, 0, 0}), turn(1s, State::connecting)}),
      ElementsAre("connecting without its deadline"));
  EXPECT_THAT(judged<NoOrphanDeadline>(kScenario, {turn(1s, State::open)}),
              ElementsAre("open without a heartbeat's deadline"));
  EXPECT_THAT(judged<NoOrphanDeadline>(kScenario, {turn(1s, State::closing, instant(7s))}),
              ElementsAre("closing without its deadline"));
  EXPECT_THAT(judged<NoOrphanDeadline>(
                  kScenario, {at(1s, Retrying{1, 2s}), turn(1s, State::waiting, instant(4s))}),
              ElementsAre("waiting without its deadline"));
  EXPECT_THAT(judged<NoOrphanDeadline>(kScenario, {turn(1s, State::suspended, instant(4s))}),
              ElementsAre("suspended with a deadline"));
}

TEST(GivesUpOnce, IsBrokenBySayingItTwice) {
  EXPECT_THAT(
      judged<GivesUpOnce>(kScenario, {wish(1s, Wish::start), at(2s, GaveUp{}), at(3s, GaveUp{})}),
      ElementsAre("said twice"));
}

TEST(GivesUpOnce, IsBrokenBySilence) {
  EXPECT_THAT(
      judged<GivesUpOnce>(kScenario, {wish(1s, Wish::start), ended(2s, core::Cause::lost, false),
                                      turn(2s, State::waiting)}),
      ElementsAre("no retry is to come, and nobody was told"));
}

TEST(GivesUpOnce, IsBrokenByAnAttemptAfterIt) {
  EXPECT_THAT(judged<GivesUpOnce>(
                  kScenario, {wish(1s, Wish::start), at(2s, GaveUp{}), at(3s, Dialled{3, 1, 0})}),
              ElementsAre("an attempt after giving up"));
}

TEST(GivesUpOnce, IsBrokenByOneAttemptTooMany) {
  Scenario scenario = sound();
  scenario.clients[0].endpoint.lifecycle.reconnect.attempts_max = 2;

  EXPECT_THAT(judged<GivesUpOnce>(scenario, {wish(1s, Wish::start), at(2s, Dialled{3, 3, 0})}),
              ElementsAre("attempt 3 is one too many"));
}

TEST(ClosingEnds, IsBrokenByAClientThatHangs) {
  EXPECT_THAT(judged<ClosingEnds>(kScenario, {turn(1s, State::closing), at(7s, Pulse{})}),
              ElementsAre("the client still closes after close_timeout"));
  EXPECT_THAT(judged<ClosingEnds>(
                  kScenario, {turn(1s, State::closing), turn(5s, State::closed), at(7s, Pulse{})}),
              IsEmpty());
}

TEST(ClosingEnds, IsBrokenByAServerThatHangs) {
  EXPECT_THAT(judged<ClosingEnds>(kScenario, {at(1s, ServerClosing{4, 1000}), at(8s, Pulse{})}),
              ElementsAre("the server still closes after close_timeout"));
}

TEST(Recovers, IsBrokenByWhoIsNotBack) {
  EXPECT_THAT(judged<Recovers>(kScenario, {wish(1s, Wish::start), turn(2s, State::waiting),
                                           at(9s, Recovered{}, kNobody)}),
              ElementsAre("still waiting"));
}

TEST(Recovers, IsBrokenByWhoIsLostAgain) {
  EXPECT_THAT(judged<Recovers>(kScenario, {wish(1s, Wish::start), turn(2s, State::open),
                                           at(9s, Recovered{}, kNobody),
                                           ended(10s, core::Cause::heartbeat, true)}),
              ElementsAre("lost again, though nothing is wrong: heartbeat"));
}

TEST(Recovers, LeavesAloneWhoIsNotWanted) {
  EXPECT_THAT(judged<Recovers>(kScenario, {wish(1s, Wish::start), wish(2s, Wish::close),
                                           turn(2s, State::closed), at(9s, Recovered{}, kNobody)}),
              IsEmpty());
}

TEST(StopIsSilent, IsBrokenByAnythingAfterIt) {
  EXPECT_THAT(judged<StopIsSilent>(kScenario, {at(1s, Stopped{}), at(2s, Read{3})}),
              ElementsAre("something came after it"));
  EXPECT_THAT(judged<StopIsSilent>(kScenario, {at(1s, Stopped{}), at(2s, ServerRead{0, 3})}),
              IsEmpty());
}

}  // namespace
}  // namespace heartwire::sim::test
