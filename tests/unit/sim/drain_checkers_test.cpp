#include "heartwire/sim/drain_checkers.hpp"

#include "tests/unit/sim/story.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace heartwire::sim::test {
namespace {

using namespace record;
using testing::ElementsAre;
using testing::IsEmpty;

Scenario draining() {
  Scenario scenario = sound();
  scenario.faults = {{FaultKind::server_drain, 0, instant(10s), 5s, 0}};
  return scenario;
}
const Scenario kScenario = draining();

Record sent_away(base::Duration time, base::Duration after) {
  return at(time, ServerSentAway{1, 1, 0, after});
}
Ended ended(core::Cause cause) {
  Ended one{.was_open = true, .will_retry = true, .delay = 20s};
  one.cause = cause;
  one.generation = 1;
  if (cause == core::Cause::closed) {
    one.code = 1012;
    one.retry_after = 15s;
  }
  return one;
}

TEST(DrainsKindly, HoldsForAClientThatGoesAndReturnsInTime) {
  EXPECT_THAT(
      judged<DrainsKindly>(kScenario, {sent_away(10s, 15s), at(11s, ended(core::Cause::closed)),
                                       at(31s, Dialled{2, 1, 0})}),
      IsEmpty());
}

TEST(DrainsKindly, IsBrokenByAnEarlyReturn) {
  EXPECT_THAT(
      judged<DrainsKindly>(kScenario, {sent_away(10s, 15s), at(11s, ended(core::Cause::closed)),
                                       at(25s, Dialled{2, 1, 0})}),
      ElementsAre("an attempt before the time that the server told"));
  EXPECT_THAT(judged<DrainsKindly>(
                  kScenario, {sent_away(10s, 15s), at(11s, ended(core::Cause::closed)),
                              at(12s, Wished{Wished::Kind::reconnect}), at(12s, Dialled{2, 1, 0})}),
              IsEmpty());
}

TEST(DrainsKindly, IsBrokenByADeathOrALossWithoutAFault) {
  Ended one = ended(core::Cause::heartbeat);
  EXPECT_THAT(judged<DrainsKindly>(kScenario, {sent_away(10s, 15s), at(11s, one)}),
              ElementsAre("a death, though the server said that it goes"));
  const base::Duration under_way = kScenario.clients[0].link.latency;
  EXPECT_THAT(judged<DrainsKindly>(kScenario, {sent_away(10s, 15s), at(10s + under_way, one)}),
              IsEmpty());
  one.is_tainted = true;
  EXPECT_THAT(judged<DrainsKindly>(kScenario, {sent_away(10s, 15s), at(11s, one)}), IsEmpty());
  one = ended(core::Cause::lost);
  EXPECT_THAT(judged<DrainsKindly>(kScenario, {sent_away(10s, 15s), at(11s, one)}),
              ElementsAre("a loss, though the server said that it goes"));
  EXPECT_THAT(
      judged<DrainsKindly>(kScenario, {sent_away(10s, 15s), at(10s, ServerGone{1}), at(11s, one)}),
      IsEmpty());
}

TEST(DrainsKindly, TakesNoWordToAProcessThatCrashedForOneToTheNext) {
  const Record lost = at(11s, ended(core::Cause::lost));

  EXPECT_THAT(judged<DrainsKindly>(kScenario, {at(5s, ServerOpened{1}), at(8s, Booted{}),
                                               sent_away(10s, 15s), lost}),
              IsEmpty());
  EXPECT_THAT(judged<DrainsKindly>(kScenario, {at(4s, Booted{}), at(5s, ServerOpened{1}),
                                               sent_away(10s, 15s), lost}),
              ElementsAre("a loss, though the server said that it goes"));
}

TEST(DrainsKindly, IsBrokenByAWordThatIsMisunderstoodOrExceeded) {
  Ended one = ended(core::Cause::closed);
  one.delay = 31s;
  EXPECT_THAT(judged<DrainsKindly>(kScenario, {sent_away(10s, 15s), at(11s, one)}),
              ElementsAre("the client returns later than it was told"));
  one.retry_after = 14s;
  EXPECT_THAT(judged<DrainsKindly>(kScenario, {sent_away(10s, 15s), at(11s, one)}),
              ElementsAre("the client did not understand when to return"));
}

TEST(DrainsKindly, IsBrokenByAServerThatIsNotYetBack) {
  EXPECT_THAT(judged<DrainsKindly>(kScenario, {sent_away(10s, 4s)}),
              ElementsAre("told to return while the server is still away"));
}

}  // namespace
}  // namespace heartwire::sim::test
