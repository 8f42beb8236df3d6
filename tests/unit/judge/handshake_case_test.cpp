#include "heartwire/judge/handshake_case.hpp"

#include "tests/unit/judge/stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

TEST(HandshakeCase, passes_who_gives_up_soon_and_takes_a_slow_answer) {
  Stage stage("slow-handshake");
  const LinkId link = stage.come();
  EXPECT_EQ(stage.count<Accept>(), 0U);
  stage.at(10);
  stage.leave(link);
  stage.at(11);
  stage.come();
  EXPECT_EQ(stage.count<Accept>(), 0U);
  stage.at(14);
  EXPECT_EQ(stage.count<Accept>(), 1U);
  stage.at(15);

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "gave up after 10.0 s, took an answer that was slow");
}

TEST(HandshakeCase, passes_who_gives_up_for_good) {
  Stage stage("slow-handshake");
  const LinkId link = stage.come();
  stage.at(10);
  stage.leave(link);
  stage.at(71);

  EXPECT_EQ(stage.verdict(), "pass");
}

TEST(HandshakeCase, fails_who_waits_for_ever_and_warns_of_long) {
  Stage never("slow-handshake");
  never.come();
  never.at(120);
  EXPECT_EQ(never.verdict(), "fail");

  Stage late("slow-handshake");
  const LinkId link = late.come();
  late.at(60);
  late.leave(link);
  late.at(121);
  EXPECT_EQ(late.verdict(), "warn");
}

TEST(HandshakeCase, warns_of_a_client_that_cannot_wait) {
  Stage leaves("slow-handshake");
  leaves.leave(leaves.come());
  const LinkId second = leaves.come();
  leaves.at(1);
  leaves.leave(second);
  EXPECT_EQ(leaves.verdict(), "warn");

  Stage doubles("slow-handshake");
  doubles.leave(doubles.come());
  doubles.come();
  doubles.come();
  EXPECT_EQ(doubles.verdict(), "warn");
}

}  // namespace
}  // namespace heartwire::judge
