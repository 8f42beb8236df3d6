#include "heartwire/judge/return_case.hpp"

#include "tests/unit/judge/stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

/// Comes, is lost after two seconds where the case accepts, and returns `delay` after `lost_at`.
void lose_and_return(Stage& stage, double lost_at, double delay) {
  const LinkId link = stage.come();
  stage.at(lost_at);
  if (stage.count<SendClose>() > 0) stage.close(link, 1012);
  stage.at(lost_at + delay);
  stage.come();
}

TEST(ReturnCase, wants_a_random_delay_after_1012) {
  Stage right("close-1012");
  lose_and_return(right, 2, 11.2);
  EXPECT_EQ(right.last<SendClose>().code, 1012);
  EXPECT_EQ(right.verdict(), "pass");
  EXPECT_EQ(right.figure(), "back after 11.2 s");

  Stage early("close-1012");
  lose_and_return(early, 2, 1);
  EXPECT_EQ(early.verdict(), "warn");

  Stage late("close-1012");
  lose_and_return(late, 2, 50);
  EXPECT_EQ(late.verdict(), "warn");
}

TEST(ReturnCase, tells_the_range_of_several_clients) {
  Stage stage("close-1012", {1, 2});
  stage.come(1);
  stage.at(5);
  EXPECT_EQ(stage.count<SendClose>(), 0U);
  stage.come(2);
  stage.at(7);
  EXPECT_EQ(stage.count<SendClose>(), 2U);
  stage.at(14);
  stage.come(2);
  stage.at(27);
  stage.come(1);

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "back after 7.00 s to 20.0 s");
}

TEST(ReturnCase, does_not_wait_for_clients_that_never_come) {
  Stage stage("close-1012", {1, 3});
  stage.come(1);
  stage.at(20);

  EXPECT_EQ(stage.count<SendClose>(), 1U);
}

TEST(ReturnCase, fails_who_stays_away_for_want_of_reconnecting) {
  Stage stage("close-1013");
  stage.come();
  stage.at(123);

  EXPECT_EQ(stage.verdict(), "fail");
  EXPECT_EQ(stage.figure(), "not back after 120.0 s");
  EXPECT_EQ(stage.hinges_on(), Ability::reconnect);
}

TEST(ReturnCase, sends_both_forms_of_retry_after) {
  Stage seconds("retry-after-seconds");
  seconds.come();
  ASSERT_EQ(seconds.last<Refuse>().fields.size(), 2U);
  EXPECT_EQ(seconds.last<Refuse>().status, 503);
  EXPECT_EQ(seconds.last<Refuse>().fields[1].value, "10");

  Stage date("retry-after-date");
  date.come();
  ASSERT_EQ(date.last<Refuse>().fields.size(), 2U);
  EXPECT_EQ(date.last<Refuse>().fields[0].value, "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.last<Refuse>().fields[1].value, "Sun, 06 Nov 1994 08:49:47 GMT");
}

TEST(ReturnCase, judges_the_wait_that_was_asked_for) {
  for (const auto& [delay, verdict] : {std::pair{9.6, "pass"}, {14.0, "pass"}, {2.0, "warn"}}) {
    Stage stage("retry-after-seconds");
    lose_and_return(stage, 0, delay);
    EXPECT_EQ(stage.verdict(), verdict) << delay;
  }
}

TEST(ReturnCase, counts_from_when_it_listens_again) {
  Stage stage("refused");
  stage.come();
  stage.at(2);
  EXPECT_EQ(stage.count<Reset>(), 1U);
  EXPECT_EQ(stage.count<StopListening>(), 1U);
  EXPECT_EQ(stage.count<Listen>(), 0U);
  stage.at(22);
  EXPECT_EQ(stage.count<Listen>(), 1U);
  stage.at(30);
  stage.come();

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "back after 8.00 s");
}

TEST(ReturnCase, says_goodbye_before_a_restart) {
  Stage stage("server-restart");
  stage.come();
  stage.at(2);

  EXPECT_EQ(stage.last<SendClose>().code, 1001);
  EXPECT_EQ(stage.count<End>(), 1U);
}

TEST(ReturnCase, has_nothing_to_say_of_who_leaves_before) {
  Stage stage("refused");
  const LinkId link = stage.come();
  stage.at(1);
  stage.leave(link);

  EXPECT_EQ(stage.verdict(), "inconclusive");
}

TEST(ReturnCase, says_so_when_the_program_ended_instead_of_coming_back) {
  Stage stage("close-1013");
  const LinkId link = stage.come(1);
  stage.at(2);
  stage.close(link, 1013);
  stage.tell(ClientEnded{1});

  EXPECT_EQ(stage.verdict(), "fail");
  EXPECT_EQ(stage.figure(), "did not come back: its program ended");
  EXPECT_EQ(stage.hinges_on(), Ability::reconnect);
}

TEST(ReturnCase, has_nothing_to_say_of_several_who_all_leave_before) {
  Stage stage("close-1012", {1, 3});
  for (const ClientId client : {1U, 2U, 3U}) stage.leave(stage.come(client));
  stage.at(100);

  EXPECT_EQ(stage.verdict(), "inconclusive");
  EXPECT_EQ(stage.figure(), "left while they were served");
}

}  // namespace
}  // namespace heartwire::judge
