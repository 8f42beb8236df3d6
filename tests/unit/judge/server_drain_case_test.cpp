#include "heartwire/judge/server_drain_case.hpp"

#include "tests/unit/judge/server_stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

/// Each link is closed with `code` after `gap` more seconds.
void drain(ServerStage& stage, std::uint16_t code, double gap, const char* reason = "") {
  for (LinkId link = 1; link <= ServerDrainCase::kClients; ++link) {
    stage.at(5 + gap * link);
    stage.tell(CloseCame{link, code, reason});
    stage.tell(Gone{link, "ended"});
  }
}

TEST(ServerDrainCase, passes_a_drain_over_time) {
  ServerStage stage("drains");
  stage.open();
  EXPECT_EQ(stage.count<AskToDrain>(), 1U);
  drain(stage, 1012, 0.25);

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "of 20 clients 20 were told 1012, 0 1001, over 4.75 s");
}

TEST(ServerDrainCase, passes_all_at_once_if_each_is_told_when_to_return) {
  ServerStage told("drains");
  told.open();
  drain(told, 1012, 0, "retry-after=20");
  EXPECT_EQ(told.verdict(), "pass");

  ServerStage untold("drains");
  untold.open();
  drain(untold, 1012, 0);
  EXPECT_EQ(untold.verdict(), "warn");
}

TEST(ServerDrainCase, fails_an_end_without_a_close) {
  ServerStage stage("drains");
  stage.open();
  for (LinkId link = 1; link <= ServerDrainCase::kClients; ++link) stage.tell(Gone{link, "reset"});

  EXPECT_EQ(stage.verdict(), "fail");
}

TEST(ServerDrainCase, counts_nobody_twice) {
  ServerStage stage("drains");
  stage.open();
  for (LinkId link = 1; link < ServerDrainCase::kClients; ++link) {
    stage.tell(CloseCame{link, std::nullopt, ""});
    stage.tell(Gone{link, "ended"});
  }

  EXPECT_FALSE(stage.is_judged());
}

TEST(ServerDrainCase, fails_who_forgets_some) {
  ServerStage stage("drains");
  stage.open();
  stage.tell(CloseCame{1, std::uint16_t{1012}, ""});
  stage.at(120);

  EXPECT_EQ(stage.verdict(), "fail");
}

TEST(ServerDrainCase, says_nothing_when_nothing_happens) {
  ServerStage stage("drains");
  stage.open();
  stage.at(120);

  EXPECT_EQ(stage.verdict(), "inconclusive");
}

}  // namespace
}  // namespace heartwire::judge
