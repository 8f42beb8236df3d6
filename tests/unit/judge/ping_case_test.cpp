#include "heartwire/judge/ping_case.hpp"

#include "tests/unit/judge/stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

TEST(BusyPingCase, passes_who_answers_among_messages) {
  Stage stage("busy-pings");
  const LinkId link = stage.come();
  for (std::size_t i = 0; i < BusyPingCase::kPings; ++i) {
    stage.at(static_cast<double>(i) + 1.25);
    stage.tell(PongCame{link, std::to_string(i)});
  }

  EXPECT_EQ(stage.count<SendPing>(), 10U);
  EXPECT_EQ(stage.count<Send>(), 2000U);
  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "10 of 10 pings answered, the slowest after 0.25 s");
}

TEST(BusyPingCase, warns_of_late_answers) {
  Stage stage("busy-pings");
  const LinkId link = stage.come();
  stage.at(12);
  stage.tell(PongCame{link, "9"});

  EXPECT_EQ(stage.verdict(), "warn");
}

TEST(BusyPingCase, fails_who_answers_nothing_or_leaves) {
  Stage stays("busy-pings");
  stays.come();
  stays.at(21);
  EXPECT_EQ(stays.verdict(), "fail");
  EXPECT_EQ(stays.figure(), "0 of 10 pings answered");

  Stage leaves("busy-pings");
  const LinkId link = leaves.come();
  leaves.at(3);
  leaves.leave(link);
  EXPECT_EQ(leaves.verdict(), "fail");
}

TEST(BusyPingCase, blames_nobody_who_leaves_before_it_asks) {
  Stage stage("busy-pings");
  stage.leave(stage.come());

  EXPECT_EQ(stage.verdict(), "inconclusive");
}

TEST(BusyPingCase, believes_no_pong_that_it_did_not_ask_for) {
  Stage stage("busy-pings");
  const LinkId link = stage.come();
  stage.at(1);
  stage.tell(PongCame{link, "9"});
  stage.tell(PongCame{link, ""});
  stage.at(21);

  EXPECT_EQ(stage.figure(), "0 of 10 pings answered");
}

/// All rounds, each as soon as the one before has left.
LinkId flood(Stage& stage) {
  const LinkId link = stage.come();
  for (std::size_t i = 0; i <= PingFloodCase::kRounds + 1; ++i) stage.tell(Flushed{link});
  return link;
}

TEST(PingFloodCase, passes_who_answers_the_last) {
  Stage stage("ping-flood");
  const LinkId link = flood(stage);
  EXPECT_EQ(stage.count<SendPing>(), 10001U);
  stage.at(0.5);
  stage.tell(PongCame{link, stage.last<SendPing>().payload});

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "1 pong for 10001 pings, the last after 0.50 s");
}

TEST(PingFloodCase, lets_a_client_refuse_by_policy_only) {
  Stage refuses("ping-flood");
  refuses.close(flood(refuses), 1008);
  EXPECT_EQ(refuses.verdict(), "pass");

  Stage falls("ping-flood");
  falls.leave(flood(falls));
  EXPECT_EQ(falls.verdict(), "fail");
}

TEST(PingFloodCase, warns_of_who_loses_the_last_and_fails_who_stalls) {
  Stage loses("ping-flood");
  const LinkId link = flood(loses);
  loses.at(30);
  EXPECT_EQ(loses.last<SendPing>().payload, "afterwards");
  loses.tell(PongCame{link, "afterwards"});
  EXPECT_EQ(loses.verdict(), "warn");

  Stage stalls("ping-flood");
  flood(stalls);
  stalls.at(40);
  EXPECT_EQ(stalls.verdict(), "fail");
}

}  // namespace
}  // namespace heartwire::judge
