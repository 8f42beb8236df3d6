#include "heartwire/judge/bulk_case.hpp"

#include "tests/unit/judge/stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

TEST(BulkCase, sends_its_message_at_a_pace) {
  Stage stage("slow-bulk");
  stage.come();

  EXPECT_EQ(stage.last<Pace>().bytes_per_second, 8192U);
  EXPECT_EQ(stage.last<Send>().payload.size(), BulkCase::kMessageBytes);
}

TEST(BulkCase, passes_who_pings_and_stays) {
  Stage stage("slow-bulk");
  const LinkId link = stage.come();
  for (const double when : {10.0, 20.0, 30.0}) {
    stage.at(when);
    stage.ping(link);
  }
  EXPECT_EQ(stage.count<SendPong>(), 3U);
  stage.at(60);
  stage.tell(Flushed{link});
  stage.at(65);

  EXPECT_EQ(stage.verdict(), "pass");
  EXPECT_EQ(stage.figure(), "stayed for 65.0 s, in which it sent 3 pings or messages");
}

TEST(BulkCase, fails_who_pings_and_leaves) {
  Stage stage("slow-bulk");
  const LinkId link = stage.come();
  stage.at(10);
  stage.ping(link);
  stage.at(20);
  stage.leave(link);

  EXPECT_EQ(stage.verdict(), "fail");
  EXPECT_EQ(stage.figure(), "left 20.0 s into the transfer");
}

TEST(BulkCase, says_nothing_of_who_sends_no_heartbeat) {
  Stage stays("slow-bulk");
  const LinkId link = stays.come();
  stays.at(60);
  stays.tell(Flushed{link});
  stays.at(65);
  EXPECT_EQ(stays.verdict(), "not offered");

  Stage leaves("slow-bulk");
  const LinkId other = leaves.come();
  leaves.at(20);
  leaves.leave(other);
  EXPECT_EQ(leaves.verdict(), "inconclusive");
}

TEST(BulkCase, takes_a_greeting_for_no_heartbeat) {
  Stage stage("slow-bulk");
  const LinkId link = stage.come();
  stage.at(0.5);
  stage.text(link, "subscribe");
  stage.at(60);
  stage.tell(Flushed{link});
  stage.at(65);

  EXPECT_EQ(stage.verdict(), "not offered");
}

TEST(BulkCase, knows_a_limit_of_messages_from_a_fault) {
  Stage stage("slow-bulk");
  const LinkId link = stage.come();
  stage.ping(link);
  stage.close(link, 1009);

  EXPECT_EQ(stage.verdict(), "not offered");
}

}  // namespace
}  // namespace heartwire::judge
