#include "heartwire/judge/silence_case.hpp"

#include "tests/unit/judge/stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

TEST(SilenceCase, passes_who_leaves_and_is_back_within_a_minute) {
  Stage stage("silent-peer");
  const LinkId link = stage.come();
  stage.at(25);
  stage.ping(link);
  stage.at(34.2);
  stage.leave(link);
  EXPECT_FALSE(stage.is_judged());
  stage.at(35);
  stage.come();

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "left after 34.2 s, back after 35.0 s");
  EXPECT_EQ(stage.count<SendPong>(), 0U);
}

TEST(SilenceCase, passes_who_leaves_for_good) {
  Stage stage("silent-peer");
  const LinkId link = stage.come();
  stage.at(40);
  stage.leave(link);
  stage.at(101);

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "left after 40.0 s, did not come back");
}

TEST(SilenceCase, warns_of_a_late_notice_and_of_a_close_that_waits_for_ever) {
  Stage late("silent-peer");
  const LinkId link = late.come();
  late.at(90);
  late.leave(link);
  late.come();
  EXPECT_EQ(late.verdict(), "warn");

  Stage waiting("silent-peer");
  waiting.close(waiting.come());
  waiting.at(61);
  EXPECT_EQ(waiting.verdict(), "warn");
  EXPECT_EQ(waiting.count<SendClose>(), 0U);
}

TEST(SilenceCase, fails_who_stays_for_want_of_a_heartbeat) {
  Stage stage("silent-peer");
  stage.come();
  stage.at(120);

  EXPECT_EQ(stage.verdict(), "fail");
  EXPECT_EQ(stage.hinges_on(), Ability::heartbeat);
}

TEST(SilenceCase, a_second_connection_is_a_notice_too) {
  Stage stage("silent-peer");
  stage.come();
  stage.at(30);
  stage.come();

  EXPECT_EQ(stage.figure(), "left after 30.0 s, back after 30.0 s");
}

TEST(SilenceCase, asks_a_busy_client_to_be_busy) {
  Stage idle("silent-busy");
  const LinkId link = idle.come();
  idle.at(40);
  idle.leave(link);
  idle.come();
  EXPECT_EQ(idle.verdict(), "not offered");

  Stage busy("silent-busy");
  const LinkId other = busy.come();
  for (int second = 1; second < 40; ++second) {
    busy.at(second);
    busy.text(other, "message " + std::to_string(second));
  }
  busy.leave(other);
  busy.come();
  EXPECT_EQ(busy.verdict(), "pass");
  EXPECT_EQ(busy.figure(), "left after 34.0 s, back after 34.0 s");
}

TEST(SilenceCase, serves_before_the_silence_where_it_says_so) {
  Stage early("half-open");
  const LinkId link = early.come();
  early.at(30);
  early.leave(link);
  EXPECT_EQ(early.verdict(), "inconclusive");

  Stage stage("half-open");
  const LinkId other = stage.come();
  stage.at(39);
  EXPECT_EQ(stage.count<SendPing>(), 4U);
  stage.ping(other);
  EXPECT_EQ(stage.count<SendPong>(), 1U);
  stage.at(75);
  stage.leave(other);
  stage.come();
  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "left after 35.0 s, back after 35.0 s");
}

}  // namespace
}  // namespace heartwire::judge
