#include "heartwire/judge/server_case.hpp"

#include "tests/unit/judge/server_stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

TEST(ServerCase, answers_pings_and_a_close_unless_it_is_mute) {
  ServerStage stage("drains");
  stage.open();
  stage.tell(PingCame{1, "p"});
  EXPECT_EQ(stage.last<SendPong>(), (SendPong{1, "p"}));
  stage.tell(CloseCame{1, std::uint16_t{1012}, ""});
  EXPECT_EQ(stage.last<SendClose>(), (SendClose{1, std::uint16_t{1012}, ""}));

  ServerStage mute("reaps-silent");
  mute.open();
  mute.tell(PingCame{1, "p"});
  EXPECT_EQ(mute.count<SendPong>(), 0U);
  mute.tell(CloseCame{1, std::uint16_t{1012}, ""});
  EXPECT_EQ(mute.count<SendClose>(), 0U);
}

TEST(ServerCase, says_nothing_of_a_server_that_is_not_there) {
  ServerStage stage("half-open");
  stage.tell(Opened{1});
  stage.tell(NotOpened{2, "refused"});

  EXPECT_EQ(stage.verdict(), "inconclusive");
}

TEST(ServerCase, does_not_wait_for_ever_for_connections) {
  ServerStage stage("half-open");
  stage.tell(Opened{1});
  stage.tell(Opened{1});
  stage.at(30);

  EXPECT_EQ(stage.verdict(), "inconclusive");
}

TEST(ServerCase, hears_nothing_of_links_that_it_does_not_have) {
  ServerStage stage("reaps-silent");
  stage.open();
  for (const LinkId link : {0U, 2U}) {
    stage.tell(CloseCame{link, std::uint16_t{1000}, ""});
    stage.tell(Gone{link, ""});
    stage.tell(NotOpened{link, ""});
  }

  EXPECT_FALSE(stage.is_judged());
}

TEST(ServerCase, can_be_ended_by_its_user) {
  ServerStage stage("reaps-silent");
  stage.open();
  stage.tell(Interrupted{});

  EXPECT_EQ(stage.verdict(), "inconclusive");
}

}  // namespace
}  // namespace heartwire::judge
