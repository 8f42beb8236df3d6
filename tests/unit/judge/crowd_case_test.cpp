#include "heartwire/judge/crowd_case.hpp"

#include "tests/unit/judge/stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

constexpr std::uint32_t kClients = 10;

/// Ten come, are lost at three seconds, return `return_gap` apart, and each pings after 25 s.
void crowd(Stage& stage, double return_gap, bool has_heartbeat = true) {
  for (std::uint32_t client = 1; client <= kClients; ++client) stage.come(client);
  stage.at(3);
  std::vector<LinkId> links;
  for (std::uint32_t client = 1; client <= kClients; ++client) {
    stage.at(4 + client * return_gap);
    links.push_back(stage.come(client));
  }
  for (std::uint32_t client = 1; has_heartbeat && client <= kClients; ++client) {
    stage.at(29 + client * return_gap);
    stage.ping(links[client - 1]);
  }
  stage.at(94);
}

TEST(CrowdCase, passes_a_crowd_that_is_spread) {
  Stage stage("crowd", {1, kClients});
  crowd(stage, 0.5);

  EXPECT_EQ(stage.count<Reset>(), kClients);
  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(),
            "of 10 clients 10 % came back within a quarter of a second, 20 % sent their first "
            "heartbeat within a second");
}

TEST(CrowdCase, counts_nobody_who_comes_for_the_first_time_after_the_loss) {
  Stage stage("crowd", {1, kClients + 5});
  for (std::uint32_t client = 1; client <= kClients; ++client) stage.come(client);
  stage.at(61);
  for (std::uint32_t client = kClients + 1; client <= kClients + 5; ++client) stage.come(client);
  stage.at(152);

  EXPECT_EQ(stage.figure(), "none of 10 clients came back");
}

TEST(CrowdCase, fails_a_crowd_in_step) {
  Stage stage("crowd", {1, kClients});
  crowd(stage, 0.01);

  EXPECT_EQ(stage.verdict(), "fail");
}

TEST(CrowdCase, has_no_word_on_heartbeats_that_never_come) {
  Stage stage("crowd", {1, kClients});
  crowd(stage, 0.5, false);

  EXPECT_EQ(stage.verdict(), "not offered");
}

TEST(CrowdCase, takes_a_greeting_for_no_heartbeat) {
  Stage stage("crowd", {1, kClients});
  for (std::uint32_t client = 1; client <= kClients; ++client) stage.come(client);
  stage.at(3);
  for (std::uint32_t client = 1; client <= kClients; ++client) {
    stage.at(4 + client * 0.5);
    stage.text(stage.come(client), "subscribe");
  }
  stage.at(94);

  EXPECT_EQ(stage.verdict(), "not offered");
}

TEST(CrowdCase, needs_a_crowd) {
  Stage stage("crowd");
  stage.come();
  stage.at(61);

  EXPECT_EQ(stage.verdict(), "inconclusive");
}

TEST(CrowdCase, fails_who_stays_away_for_want_of_reconnecting) {
  Stage stage("crowd", {1, kClients});
  for (std::uint32_t client = 1; client <= kClients; ++client) stage.come(client);
  stage.at(94);

  EXPECT_EQ(stage.verdict(), "fail");
  EXPECT_EQ(stage.hinges_on(), Ability::reconnect);
}

}  // namespace
}  // namespace heartwire::judge
