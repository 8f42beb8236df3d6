#include "heartwire/judge/server_probe_case.hpp"

#include "tests/unit/judge/server_stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

TEST(ServerProbeCase, wants_the_ping_s_own_payload_back) {
  ServerStage stage("answers-ping");
  stage.open();
  stage.tell(PongCame{1, "another"});
  EXPECT_FALSE(stage.is_judged());
  stage.at(0.2);
  stage.tell(PongCame{1, stage.last<SendPing>().payload});

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "answered after 0.20 s");
}

TEST(ServerProbeCase, fails_who_gives_no_pong_and_warns_of_a_late_one) {
  ServerStage none("answers-ping");
  none.open();
  none.at(10);
  EXPECT_EQ(none.verdict(), "fail");

  ServerStage late("answers-ping");
  late.open();
  late.at(3);
  late.tell(PongCame{1, late.last<SendPing>().payload});
  EXPECT_EQ(late.verdict(), "warn");
}

TEST(ServerProbeCase, takes_any_message_for_an_answer_to_a_text) {
  ServerStage stage("answers-text");
  stage.open();
  EXPECT_EQ(stage.last<Send>().payload, "ping");
  stage.tell(MessageCame{1, base::MessageType::text, 4, "pong"});
  EXPECT_EQ(stage.verdict(), "pass");

  ServerStage none("answers-text");
  none.open();
  none.at(10);
  EXPECT_EQ(none.verdict(), "not offered");
}

TEST(ServerProbeCase, wants_a_close_with_its_code_and_then_the_end) {
  ServerStage stage("closes");
  stage.open();
  stage.tell(CloseCame{1, std::uint16_t{1000}, ""});
  EXPECT_FALSE(stage.is_judged());
  stage.tell(Gone{1, "ended"});
  EXPECT_EQ(stage.verdict(), "pass");

  ServerStage other("closes");
  other.open();
  other.tell(CloseCame{1, std::uint16_t{1001}, ""});
  other.tell(Gone{1, "ended"});
  EXPECT_EQ(other.verdict(), "warn");

  ServerStage rude("closes");
  rude.open();
  rude.tell(Gone{1, "ended"});
  EXPECT_EQ(rude.verdict(), "warn");
}

TEST(ServerProbeCase, fails_a_closing_that_hangs) {
  ServerStage hangs("closes");
  hangs.open();
  hangs.at(10);
  EXPECT_EQ(hangs.verdict(), "fail");

  ServerStage stays("closes");
  stays.open();
  stays.tell(CloseCame{1, std::uint16_t{1000}, ""});
  stays.at(10);
  EXPECT_EQ(stays.verdict(), "warn");
}

}  // namespace
}  // namespace heartwire::judge
