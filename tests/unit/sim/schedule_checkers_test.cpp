#include "heartwire/sim/schedule_checkers.hpp"

#include "tests/unit/sim/story.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace heartwire::sim::test {
namespace {

using namespace record;
using testing::ElementsAre;
using testing::IsEmpty;

Scenario plain() {
  Scenario scenario = sound();
  auto& backoff = scenario.clients[0].endpoint.lifecycle.reconnect.backoff;
  backoff = {1s, 30s, 2.0, core::Jitter::none};
  return scenario;
}
const Scenario kScenario = plain();

Record start() {
  return at(0s, Wished{Wished::Kind::start});
}
Record dial(base::Duration time, std::uint32_t attempt) {
  return at(time, Dialled{1, attempt, 0});
}
Record open(base::Duration time) {
  return at(time, Opened{1});
}
Record lost(base::Duration time, base::Duration delay) {
  return at(time, Ended{.was_open = true, .will_retry = true, .delay = delay});
}

TEST(KeepsSchedule, HoldsForAGrowingSeries) {
  EXPECT_THAT(judged<KeepsSchedule>(kScenario,
                                    {start(), dial(0s, 0), lost(1s, 1s), dial(2s, 1), lost(3s, 2s),
                                     dial(5s, 2), open(6s), lost(12s, 1s), dial(13s, 1)}),
              IsEmpty());
}

TEST(KeepsSchedule, IsBrokenByACountThatBeginsAgainAtOpen) {
  EXPECT_THAT(judged<KeepsSchedule>(kScenario, {start(), dial(0s, 0), lost(1s, 1s), dial(2s, 1),
                                                open(3s), lost(4s, 1s), dial(5s, 1)}),
              ElementsAre("the delay before attempt 2 is too short", "attempt 1 where 2 was due"));
}

TEST(KeepsSchedule, IsBrokenByAnEarlyAttempt) {
  EXPECT_THAT(
      judged<KeepsSchedule>(kScenario, {start(), dial(0s, 0), lost(1s, 1s), dial(1'900ms, 1)}),
      ElementsAre("an attempt earlier than announced"));
}

TEST(KeepsSchedule, IsBrokenByARestartThatIsNotWaitedFor) {
  Ended ended{.was_open = true, .will_retry = true, .delay = 4s};
  ended.cause = core::Cause::closed;
  ended.code = 1012;
  EXPECT_THAT(judged<KeepsSchedule>(kScenario, {start(), dial(0s, 0), at(1s, ended)}),
              ElementsAre("the delay is shorter than a restart demands"));
  ended.code = 1013;
  EXPECT_THAT(judged<KeepsSchedule>(kScenario, {start(), dial(0s, 0), at(1s, ended)}),
              ElementsAre("the delay is shorter than an overload demands"));
  ended.delay = 10s;
  EXPECT_THAT(judged<KeepsSchedule>(kScenario, {start(), dial(0s, 0), at(1s, ended)}), IsEmpty());
}

TEST(KeepsSchedule, IsBrokenByADemandThatIsIgnored) {
  Ended ended{.was_open = true, .will_retry = true, .delay = 5s};
  ended.retry_after = 20s;

  EXPECT_THAT(judged<KeepsSchedule>(kScenario, {start(), dial(0s, 0), at(1s, ended)}),
              ElementsAre("the delay is shorter than the peer demanded"));
}

TEST(KeepsSchedule, BeginsAgainWhenTheUserSaysSo) {
  EXPECT_THAT(
      judged<KeepsSchedule>(kScenario, {start(), dial(0s, 0), lost(1s, 1s),
                                        at(1s, Wished{Wished::Kind::reconnect}), dial(1s, 0)}),
      IsEmpty());
}

TEST(KeepsSchedule, KnowsTheLeastDelayOfEachJitter) {
  using core::Jitter;
  const auto floor = [](Jitter jitter, std::uint32_t step) {
    return delay_floor({1s, 10s, 2.0, jitter}, step);
  };
  EXPECT_EQ(floor(Jitter::none, 3), 8s - 1us);
  EXPECT_EQ(floor(Jitter::none, 9), 10s - 1us);
  EXPECT_EQ(floor(Jitter::equal, 3), 4s - 1us);
  EXPECT_EQ(floor(Jitter::full, 3), 500ms);
  EXPECT_EQ(floor(Jitter::decorrelated, 3), 1s);
}

TEST(NoHotLoop, IsBrokenBySpinning) {
  EXPECT_THAT(judged<NoHotLoop>(kScenario, {at(1s, Spun{})}),
              ElementsAre("it asked for ever more at one time"));
}

TEST(NoHotLoop, IsBrokenByTicksWithoutEnd) {
  NoHotLoop checker(kScenario);
  for (int i = 0; i < 400; ++i) checker.see(at(1s + i * 1ms, Turned{.is_tick = true}));

  EXPECT_EQ(checker.complaints().size(), 1u);
}

TEST(NoHotLoop, BearsATickNowAndThen) {
  NoHotLoop checker(kScenario);
  for (int i = 0; i < 4'000; ++i) checker.see(at(i * 10ms, Turned{.is_tick = true}));

  EXPECT_TRUE(checker.complaints().empty());
}

TEST(BoundedDials, IsBrokenByAStorm) {
  BoundedDials checker(kScenario);
  for (int i = 0; i < 70; ++i) checker.see(at(i * 100ms, Dialled{}));

  EXPECT_FALSE(checker.complaints().empty());
}

TEST(BoundedDials, AllowsWhatUsersAskFor) {
  BoundedDials checker(kScenario);
  for (int i = 0; i < 70; ++i) {
    checker.see(at(i * 100ms, Wished{Wished::Kind::reconnect}));
    checker.see(at(i * 100ms, Dialled{}));
  }

  EXPECT_TRUE(checker.complaints().empty());
}

}  // namespace
}  // namespace heartwire::sim::test
