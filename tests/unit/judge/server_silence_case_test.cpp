#include "heartwire/judge/server_silence_case.hpp"

#include "tests/unit/judge/server_stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

TEST(ServerReapCase, passes_who_reaps_in_time) {
  ServerStage stage("reaps-silent");
  stage.open();
  stage.at(30);
  stage.tell(PingCame{1, ""});
  stage.at(60);
  stage.tell(Gone{1, "ended"});

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "reaped after 60.0 s, 1 ping");
}

TEST(ServerReapCase, tells_who_asks_in_vain_from_who_never_asks) {
  ServerStage asks("reaps-silent");
  asks.open();
  asks.tell(PingCame{1, ""});
  asks.at(240);
  EXPECT_EQ(asks.verdict(), "fail");

  ServerStage waits("reaps-silent");
  waits.open();
  waits.at(240);
  EXPECT_EQ(waits.verdict(), "not offered");

  ServerStage late("reaps-silent");
  late.open();
  late.at(150);
  late.tell(CloseCame{1, std::uint16_t{1001}, ""});
  EXPECT_EQ(late.verdict(), "warn");
}

TEST(ServerHalfOpenCase, passes_who_serves_the_living) {
  ServerStage stage("half-open");
  stage.open();
  EXPECT_EQ(stage.count<StopReading>(), ServerHalfOpenCase::kDead);
  for (std::size_t i = 0; i < ServerHalfOpenCase::kPings; ++i) {
    stage.at(static_cast<double>(i) + 0.3);
    stage.tell(PongCame{51, stage.last<SendPing>().payload});
  }

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "beside 50 dead clients a healthy one was answered within 0.30 s");
}

TEST(ServerHalfOpenCase, fails_who_lets_the_living_wait_or_fall) {
  ServerStage waits("half-open");
  waits.open();
  waits.at(5);
  EXPECT_EQ(waits.verdict(), "fail");

  ServerStage falls("half-open");
  falls.open();
  falls.tell(Gone{3, "ended"});
  EXPECT_FALSE(falls.is_judged());
  falls.tell(Gone{51, "ended"});
  EXPECT_EQ(falls.verdict(), "fail");

  ServerStage slow("half-open");
  slow.open();
  for (int i = 0; i < 20; ++i) {
    slow.at(2.0 * (i + 1));
    slow.tell(PongCame{51, slow.last<SendPing>().payload});
  }
  EXPECT_EQ(slow.verdict(), "warn");
}

}  // namespace
}  // namespace heartwire::judge
