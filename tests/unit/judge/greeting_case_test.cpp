#include "heartwire/judge/greeting_case.hpp"

#include "tests/unit/judge/stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

TEST(GreetingCase, passes_who_greets_again) {
  Stage stage("greeting");
  stage.text(stage.come(), "subscribe");
  stage.at(3);
  EXPECT_EQ(stage.count<Reset>(), 1U);
  stage.at(4);
  const LinkId second = stage.come();
  stage.at(4.1);
  stage.text(second, "subscribe");

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "greeted again after 0.10 s");
  EXPECT_EQ(stage.note(), "");
}

TEST(GreetingCase, allows_other_words) {
  Stage stage("greeting");
  stage.text(stage.come(), "token 1");
  stage.at(4);
  stage.text(stage.come(), "token 2");

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_NE(stage.note(), "");
}

TEST(GreetingCase, fails_who_greets_once) {
  Stage stage("greeting");
  stage.text(stage.come(), "subscribe");
  stage.at(4);
  stage.come();
  stage.at(8);

  EXPECT_EQ(stage.verdict(), "fail");
  EXPECT_EQ(stage.hinges_on(), Ability::none);
}

TEST(GreetingCase, says_nothing_of_who_never_greets) {
  Stage stage("greeting");
  stage.come();
  stage.at(3);

  EXPECT_EQ(stage.verdict(), "not offered");
}

TEST(GreetingCase, fails_who_stays_away_for_want_of_reconnecting) {
  Stage stage("greeting");
  stage.text(stage.come(), "subscribe");
  stage.at(64);

  EXPECT_EQ(stage.verdict(), "fail");
  EXPECT_EQ(stage.hinges_on(), Ability::reconnect);
}

}  // namespace
}  // namespace heartwire::judge
