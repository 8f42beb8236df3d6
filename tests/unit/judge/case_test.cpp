#include "heartwire/judge/case.hpp"

#include "tests/unit/judge/stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

TEST(Case, answers_pings_and_texts_until_it_is_muted) {
  Stage stage("half-open");
  const LinkId link = stage.come();
  stage.ping(link);
  stage.text(link, "ping");
  stage.text(link, "heartbeat");

  EXPECT_EQ(stage.count<SendPong>(), 1U);
  EXPECT_EQ(stage.count<Send>(), 2U);
  EXPECT_EQ(stage.last<Send>().payload, "heartbeat");

  stage.at(41);
  stage.ping(link);
  stage.text(link, "heartbeat");

  EXPECT_EQ(stage.count<SendPong>(), 1U);
  EXPECT_EQ(stage.count<Send>(), 2U);
}

TEST(Case, does_not_echo_an_echo_for_ever) {
  Stage stage("half-open");
  const LinkId link = stage.come();
  for (int i = 0; i < 100; ++i) stage.text(link, "again");

  EXPECT_EQ(stage.count<Send>(), 1U);
}

TEST(Case, takes_part_in_closing) {
  Stage stage("half-open");
  const LinkId link = stage.come();
  stage.at(1);
  stage.close(link, 1001);

  EXPECT_EQ(stage.last<SendClose>(), (SendClose{link, std::uint16_t{1001}, ""}));
  EXPECT_EQ(stage.count<End>(), 1U);
}

TEST(Case, answers_no_code_that_may_not_be_sent) {
  Stage stage("half-open");
  const LinkId link = stage.come();
  stage.tell(CloseCame{link, std::nullopt, ""});

  EXPECT_EQ(stage.last<SendClose>(), (SendClose{link, std::nullopt, ""}));
}

TEST(Case, says_close_once) {
  Stage stage("close-1008");
  const LinkId link = stage.come();
  stage.close(link, 1008);

  EXPECT_EQ(stage.count<SendClose>(), 1U);
  EXPECT_EQ(stage.count<End>(), 1U);
}

TEST(Case, sees_heartbeats_of_both_kinds) {
  Stage pings("half-open");
  pings.ping(pings.come());
  EXPECT_TRUE(pings.machine().seen().heartbeat);

  Stage texts("half-open");
  const LinkId link = texts.come();
  texts.text(link, "hb");
  EXPECT_FALSE(texts.machine().seen().heartbeat);
  texts.text(link, "other");
  EXPECT_FALSE(texts.machine().seen().heartbeat);
  texts.text(link, "other");
  EXPECT_TRUE(texts.machine().seen().heartbeat);
}

TEST(Case, sees_a_return_by_client) {
  Stage stage("storm", {1, 2});
  stage.come(1);
  stage.come(2);
  EXPECT_FALSE(stage.machine().seen().reconnect);
  stage.come(2);
  EXPECT_TRUE(stage.machine().seen().reconnect);
}

TEST(Case, changes_nothing_after_its_finding) {
  Stage stage("silent-peer");
  const LinkId link = stage.come();
  stage.tell(Interrupted{});
  const std::size_t count = stage.actions().size();
  const std::string figure = stage.figure();
  stage.ping(link);
  stage.come();

  EXPECT_EQ(stage.verdict(), "inconclusive");
  EXPECT_EQ(stage.figure(), figure);
  EXPECT_EQ(stage.actions().size(), count);
}

TEST(Case, hears_nothing_of_links_that_it_does_not_know) {
  Stage stage("silent-peer");
  stage.come();
  stage.ping(99);
  stage.close(99);
  stage.leave(99);
  stage.tell(Flushed{99});

  EXPECT_FALSE(stage.is_judged());
}

TEST(Case, times_scale) {
  Stage stage("silent-peer", {0.1, 1});
  stage.come();
  stage.at(11.9);
  EXPECT_FALSE(stage.is_judged());
  stage.at(12.1);
  EXPECT_TRUE(stage.is_judged());
}

TEST(Case, answers_a_heartbeat_of_octets_with_the_same) {
  Stage stage("half-open");
  const LinkId link = stage.come();
  stage.tell(MessageCame{link, base::MessageType::binary, 2, "hb"});

  EXPECT_EQ(stage.last<Send>(), (Send{link, base::MessageType::binary, "hb"}));
}

}  // namespace
}  // namespace heartwire::judge
