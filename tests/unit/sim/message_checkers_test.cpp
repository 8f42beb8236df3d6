#include "heartwire/sim/message_checkers.hpp"

#include "tests/unit/sim/story.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace heartwire::sim::test {
namespace {

using namespace record;
using testing::ElementsAre;
using testing::IsEmpty;

const Scenario kScenario = sound();

Record turn(base::Duration time, std::size_t queued) {
  return at(time, Turned{.state = core::State::open, .generation = 1, .queued = queued});
}
Record greeting() {
  return at(0s, ServerReceived{1, 1, 0});
}

TEST(NothingIsLost, HoldsForWhatIsDelivered) {
  EXPECT_THAT(
      judged<NothingIsLost>(
          kScenario, {greeting(), at(1s, Sent{7, 1, false}), turn(1s, 1), at(1s, Left{1, 1}),
                      turn(1s, 0), at(2s, ServerReceived{1, 1, 7}), at(9s, Finished{}, kNobody)}),
      IsEmpty());
}

TEST(NothingIsLost, IsBrokenByAMessageThatVanishes) {
  EXPECT_THAT(judged<NothingIsLost>(kScenario, {at(1s, Sent{7, 1, false}), turn(1s, 0)}),
              ElementsAre("the outbox holds 0 messages, but 1 are owed"));
}

TEST(NothingIsLost, IsBrokenByAMessageThatNeverComes) {
  EXPECT_THAT(judged<NothingIsLost>(kScenario, {at(1s, Sent{7, 1, false}), at(1s, Left{1, 1}),
                                                turn(1s, 0), at(9s, Finished{}, kNobody)}),
              ElementsAre("message 7 left, but never came"));
}

TEST(NothingIsLost, IsBrokenByACleanCloseThatLosesOne) {
  EXPECT_THAT(judged<NothingIsLost>(
                  kScenario, {at(1s, Sent{7, 1, false}), at(1s, Left{1, 3}),
                              at(2s, Ended{.was_open = true, .is_clean = true, .generation = 3})}),
              ElementsAre("message 7 left, but never came"));
}

TEST(NothingIsLost, IsBrokenByRepetitionAndDisorder) {
  EXPECT_THAT(judged<NothingIsLost>(
                  kScenario, {greeting(), at(1s, Sent{7, 1, false}), at(1s, Sent{8, 2, false}),
                              at(1s, Left{1, 1}), at(1s, Left{2, 1}),
                              at(2s, ServerReceived{1, 1, 8}), at(2s, ServerReceived{1, 1, 7})}),
              ElementsAre("message 7 came out of order"));
  EXPECT_THAT(judged<NothingIsLost>(
                  kScenario, {greeting(), at(1s, Sent{7, 1, false}), at(1s, Left{1, 1}),
                              at(2s, ServerReceived{1, 1, 7}), at(3s, greeting().what, 0),
                              at(3s, ServerReceived{2, 2, 0}), at(3s, ServerReceived{2, 2, 7})}),
              ElementsAre("a second greeting", "message 7 came twice"));
}

TEST(NothingIsLost, IsBrokenByAMessageBeforeTheGreeting) {
  EXPECT_THAT(judged<NothingIsLost>(kScenario, {at(1s, Sent{7, 1, false}), at(1s, Left{1, 1}),
                                                at(2s, ServerReceived{1, 1, 7})}),
              ElementsAre("a message before the greeting"));
}

TEST(NothingIsLost, IsBrokenByAMessageAfterTheServersClose) {
  EXPECT_THAT(judged<NothingIsLost>(
                  kScenario, {greeting(), at(1s, Sent{7, 1, false}), at(1s, Left{1, 1}),
                              at(1s, ServerClosing{1, 1000}), at(2s, ServerReceived{1, 1, 7})}),
              ElementsAre("a message was delivered after the server's close"));
}

TEST(NothingIsLost, IsBrokenByStrangeFates) {
  EXPECT_THAT(judged<NothingIsLost>(kScenario, {at(1s, Left{4, 1})}),
              ElementsAre("something left that nobody sent"));
  EXPECT_THAT(judged<NothingIsLost>(kScenario, {at(1s, Sent{7, 1, false}), at(2s, Expired{1})}),
              ElementsAre("message 7 may not expire"));
  EXPECT_THAT(judged<NothingIsLost>(
                  kScenario, {at(1s, Sent{7, 1, true}), at(2s, Left{1, 1}), at(3s, Expired{1})}),
              ElementsAre("message 7 expired, but had left"));
}

TEST(NothingIsLost, IsBrokenByAMessageThatWaitsOnAnOpenConnection) {
  EXPECT_THAT(judged<NothingIsLost>(
                  kScenario, {at(1s, Sent{7, 1, false}), turn(1s, 1), at(9s, Finished{}, kNobody)}),
              ElementsAre("1 messages wait on an open connection"));
}

TEST(LeftHasLeft, HoldsForWhatTheKernelTook) {
  EXPECT_THAT(judged<LeftHasLeft>(kScenario, {at(1s, Sent{7, 1, false}), at(1s, Carried{7, 1}),
                                              at(1s, Left{1, 1}), turn(1s, 0)}),
              IsEmpty());
}

TEST(LeftHasLeft, IsBrokenByAMessageThatLeavesEarlyOrElsewhere) {
  EXPECT_THAT(judged<LeftHasLeft>(kScenario, {at(1s, Sent{7, 1, false}), at(1s, Left{1, 1})}),
              ElementsAre("message 7 is said to have left, but its end has not"));
  EXPECT_THAT(judged<LeftHasLeft>(kScenario, {at(1s, Sent{7, 1, false}), at(1s, Carried{7, 1}),
                                              at(1s, Left{1, 2})}),
              ElementsAre("message 7 is said to have left, but its end has not"));
}

TEST(LeftHasLeft, IsBrokenByAMessageThatLeavesUntold) {
  EXPECT_THAT(judged<LeftHasLeft>(kScenario,
                                  {at(1s, Sent{7, 1, false}), at(1s, Carried{7, 1}), turn(1s, 1)}),
              ElementsAre("message 7 has left, and nobody says so"));
}

TEST(StreamsAreWhole, IsBrokenByAGap) {
  EXPECT_THAT(
      judged<StreamsAreWhole>(kScenario, {at(1s, ServerSent{1, 1, 5}), at(1s, ServerSent{1, 1, 6}),
                                          at(2s, Received{1, 6})}),
      ElementsAre("message 6 came out of order"));
}

TEST(StreamsAreWhole, IsBrokenByAMessageAfterTheUsersClose) {
  EXPECT_THAT(judged<StreamsAreWhole>(
                  kScenario, {at(1s, ServerSent{1, 1, 5}), at(1s, Wished{Wished::Kind::close}),
                              at(2s, Received{1, 5})}),
              ElementsAre("a message was delivered after the user's close"));
}

TEST(StreamsAreWhole, IsBrokenByWhatNeverComes) {
  EXPECT_THAT(judged<StreamsAreWhole>(kScenario, {at(1s, ServerSent{1, 1, 5}), turn(2s, 0),
                                                  at(9s, Finished{}, kNobody)}),
              ElementsAre("1 messages of the server never came"));
}

}  // namespace
}  // namespace heartwire::sim::test
