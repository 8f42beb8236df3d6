// The judge of a soak finds each kind of misdeed, and nothing in a transcript without one.

#include "tests/integration/network/soak_judge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace heartwire::soak {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr Bounds kBounds{.detection = 5s, .recovery = 2s, .delay_min = 100ms, .allowance = 1s};

class SoakJudge : public ::testing::Test {
 protected:
  /// One client that sends three messages, loses its connection to a black hole that has swallowed
  /// the second, and comes back with the third.
  void SetUp() override {
    faults = {{.kills = true, .begins = 10s, .in_force = 10s, .ends = 20s, .over = 20s}};
    tell(1s, What::opened, 1, 40'000);
    tell(2s, What::sent, 1);
    tell(2s, What::got, 1);
    tell(2s, What::echoed, 1);
    tell(11s, What::sent, 2);
    tell(13s, What::sent, 3);
    tell(14s, What::lost, 2);
    tell(14s, What::retry, 500);
    tell(16s, What::failed);
    tell(16s, What::retry, 500);
    tell(21s, What::opened, 3, 40'001);
    tell(21s, What::got, 3);
    tell(21s, What::echoed, 3);
    tell(30s, What::stopped);
  }

  void tell(Time at, What what, std::uint32_t number = 0, std::uint32_t extra = 0) {
    events.push_back({.at = at, .number = number, .extra = extra, .client = 0, .what = what});
  }

  /// The `count`-th of its kind, from 1.
  Event& event(What what, int count = 1) {
    return *std::find_if(events.begin(), events.end(),
                         [&](const Event& one) { return one.what == what && --count == 0; });
  }

  void remove(What what, int count = 1) {
    events.erase(events.begin() + (&event(what, count) - events.data()));
  }

  Judgement judgement() const { return judge(events, faults, 1, kBounds); }

  void expect_complaint(const char* words) const {
    EXPECT_THAT(judgement().violations, Contains(HasSubstr(words)));
  }

  std::vector<Event> events;
  std::vector<FaultRecord> faults;
};

TEST_F(SoakJudge, is_content_with_a_good_client) {
  const Judgement all = judgement();

  EXPECT_THAT(all.violations, ::testing::IsEmpty());
  EXPECT_EQ(all.tally.noticed_max, 4s);
  EXPECT_EQ(all.tally.recovered_max, 1s);
  EXPECT_EQ(all.tally.sent, 3u);
  EXPECT_EQ(all.tally.in_doubt, 1u);
}

TEST_F(SoakJudge, sees_a_false_death) {
  faults.front().kills = false;
  expect_complaint("no fault struck");
}

TEST_F(SoakJudge, sees_a_death_by_a_fault_that_struck_others) {
  faults.front().port_first = 50'000;
  expect_complaint("no fault struck");
}

TEST_F(SoakJudge, sees_a_death_that_came_too_late) {
  event(What::lost).at = 16'500ms;
  expect_complaint("too late");
}

TEST_F(SoakJudge, sees_a_death_that_never_came) {
  remove(What::lost);
  remove(What::opened, 2);
  expect_complaint("too late");
}

TEST_F(SoakJudge, wants_an_end_by_what_ends_all_however_short) {
  faults.front().ends = faults.front().over = 10'100ms;
  faults.front().ends_all = true;
  event(What::lost).at = 16'500ms;
  expect_complaint("too late");
}

TEST_F(SoakJudge, sees_a_slow_recovery) {
  event(What::opened, 2).at = 23'500ms;
  expect_complaint("too long");
}

TEST_F(SoakJudge, sees_a_client_that_never_came_back) {
  remove(What::opened, 2);
  expect_complaint("never came back");
}

TEST_F(SoakJudge, sees_two_transports_at_once) {
  remove(What::lost);
  expect_complaint("opened twice");
}

TEST_F(SoakJudge, sees_a_stale_generation) {
  event(What::opened, 2).number = 1;
  expect_complaint("old generation");
}

TEST_F(SoakJudge, sees_a_hot_loop) {
  event(What::retry).number = 1;
  expect_complaint("least delay");
}

TEST_F(SoakJudge, sees_an_attempt_before_its_time) {
  event(What::retry).number = 10'000;
  expect_complaint("before its time");
}

TEST_F(SoakJudge, sees_a_message_that_was_lost) {
  remove(What::got, 2);
  expect_complaint("message 3 was lost");
}

TEST_F(SoakJudge, sees_a_message_that_was_echoed_twice) {
  tell(22s, What::echoed, 3);
  expect_complaint("message 3 arrived twice");
}

TEST_F(SoakJudge, sees_a_message_that_was_sent_again_though_it_had_left) {
  tell(21s, What::got, 1);
  expect_complaint("message 1 arrived twice");
}

TEST_F(SoakJudge, sees_a_gap_in_what_left) {
  event(What::echoed).number = 2;
  expect_complaint("left before one that arrived");
}

TEST_F(SoakJudge, hears_nothing_after_stop) {
  tell(31s, What::failed);
  expect_complaint("after stop");
}

TEST_F(SoakJudge, sees_one_who_gives_up) {
  tell(25s, What::gave_up);
  expect_complaint("gave up");
}

}  // namespace
}  // namespace heartwire::soak
