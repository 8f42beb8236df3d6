#include "heartwire/judge/stale_case.hpp"

#include "tests/unit/judge/stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

TEST(StaleCase, passes_a_new_connection_that_outlives_the_old_socket) {
  Stage stage("stale-socket");
  const LinkId link = stage.come();
  stage.at(2);
  EXPECT_EQ(stage.last<SendClose>().code, 1001);
  stage.close(link, 1001);
  EXPECT_EQ(stage.count<End>(), 0U);
  stage.at(7);
  stage.come();
  stage.at(9);
  EXPECT_EQ(stage.last<Reset>().link, link);
  stage.at(17);

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "back after 5.00 s, and the old socket's end changed nothing");
}

TEST(StaleCase, passes_who_shuts_the_old_socket_itself) {
  Stage stage("stale-socket");
  const LinkId link = stage.come();
  stage.at(2);
  stage.close(link, 1001);
  stage.leave(link);
  stage.at(3);
  stage.come();
  stage.at(13);

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.count<Reset>(), 0U);
}

TEST(StaleCase, fails_who_confuses_the_two) {
  for (const bool comes_again : {true, false}) {
    Stage stage("stale-socket");
    stage.come();
    stage.at(5);
    const LinkId second = stage.come();
    stage.at(8);
    if (comes_again) {
      stage.come();
    } else {
      stage.leave(second);
    }

    EXPECT_EQ(stage.verdict(), "fail") << comes_again;
  }
}

TEST(StaleCase, warns_of_a_long_wait_and_fails_an_endless_one) {
  Stage late("stale-socket");
  late.come();
  late.at(42);
  late.come();
  late.at(55);
  EXPECT_EQ(late.verdict(), "warn");

  Stage never("stale-socket");
  never.come();
  never.at(80);
  EXPECT_EQ(never.verdict(), "fail");
  EXPECT_EQ(never.hinges_on(), Ability::reconnect);
}

}  // namespace
}  // namespace heartwire::judge
