#include "heartwire/sim/flow.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;
using base::instant;
using Status = Flow::Status;

class FlowTest : public testing::Test {
 protected:
  void run(base::Instant until) {
    while (flow.next() && *flow.next() <= until) {
      now = *flow.next();
      flow.advance(now);
    }
    now = until;
  }
  void write(Side side, std::string_view text) { flow.write(side, now, base::as_bytes(text)); }
  std::string read(Side side) { return std::string{base::as_text(flow.read(side, now, 100))}; }

  base::Instant now{};
  Link link{.options = {.latency = 10ms}};
  Flow flow{{.id = 1}, instant(0s), link, 7};
};

TEST_F(FlowTest, CarriesBytesBothWays) {
  write(Side::client, "up");
  write(Side::server, "down");
  run(instant(1s));

  EXPECT_EQ(flow.status(Side::server), Status::readable);
  EXPECT_EQ(read(Side::server), "up");
  EXPECT_EQ(read(Side::client), "down");
  EXPECT_EQ(flow.status(Side::client), Status::would_block);
  EXPECT_FALSE(flow.is_tainted());
}

TEST_F(FlowTest, TellsAFinAfterTheBytes) {
  write(Side::server, "last");
  flow.close(Side::server, now);
  run(instant(1s));

  EXPECT_EQ(read(Side::client), "last");
  EXPECT_EQ(flow.status(Side::client), Status::ended);
}

TEST_F(FlowTest, ResetsWhoeverSendsToAClosedSocket) {
  flow.close(Side::server, now);
  run(instant(1s));
  write(Side::client, "hello?");
  run(instant(2s));

  EXPECT_EQ(flow.status(Side::client), Status::failed);
}

TEST_F(FlowTest, ResetsWhereSomethingWasNotRead) {
  write(Side::client, "unread");
  run(instant(1s));
  flow.close(Side::server, now);
  run(instant(2s));

  EXPECT_EQ(flow.status(Side::client), Status::failed);
}

TEST_F(FlowTest, LosesAResetInAHole) {
  link.down.is_hole = true;
  flow.reset(Side::server, now);
  run(instant(1s));
  link.down.is_hole = false;
  run(instant(2s));

  EXPECT_EQ(flow.status(Side::client), Status::would_block);
}

TEST_F(FlowTest, LeavesAVanishedHostsPeerAloneUntilItSends) {
  flow.vanish(Side::server, now);
  flow.set_down(Side::server, true);
  run(instant(1s));
  write(Side::client, "anyone?");
  run(instant(5s));
  EXPECT_EQ(flow.status(Side::client), Status::would_block);

  flow.set_down(Side::server, false);
  run(instant(20s));

  EXPECT_EQ(flow.status(Side::client), Status::failed);
}

TEST_F(FlowTest, ForgetsWhatWasIdle) {
  link.forgets_after = 30s;
  write(Side::client, "a");
  run(instant(20s));
  write(Side::client, "b");
  run(instant(60s));
  write(Side::client, "c");
  run(instant(90s));

  EXPECT_EQ(read(Side::server), "ab");
  EXPECT_EQ(flow.status(Side::client), Status::would_block);
  EXPECT_TRUE(flow.is_tainted());
}

TEST_F(FlowTest, ForgetsByResetWhereTheBoxSaysSo) {
  link.forgets_after = 30s;
  link.forget_resets = true;
  run(instant(60s));
  write(Side::client, "c");

  EXPECT_EQ(flow.status(Side::client), Status::failed);
  EXPECT_EQ(flow.status(Side::server), Status::would_block);
}

TEST_F(FlowTest, FailsByItselfAfterTheUserTimeout) {
  flow.set_user_timeout(Side::client, 8s);
  link.up.is_hole = true;
  write(Side::client, "a");
  run(instant(7s));
  EXPECT_EQ(flow.status(Side::client), Status::would_block);
  run(instant(8s));

  EXPECT_EQ(flow.status(Side::client), Status::failed);
}

TEST_F(FlowTest, SaysNoMoreThroughASocketThatFailed) {
  flow.set_user_timeout(Side::client, 8s);
  link.up.is_hole = true;
  write(Side::client, "a");
  run(instant(8s));
  flow.close(Side::client, now);
  link.up.is_hole = false;
  run(instant(100s));

  EXPECT_EQ(flow.status(Side::server), Status::would_block);
}

TEST_F(FlowTest, LosesWithAHostWhatHasNotLeftIt) {
  link.options.bytes_per_second = 1'000;
  flow.write(Side::server, now, base::Bytes(10'000, 'x'));
  run(instant(2s));
  flow.vanish(Side::server, now);
  flow.set_down(Side::server, true);
  run(instant(100s));

  EXPECT_EQ(flow.read(Side::client, now, 20'000).size(), 1'400u);
}

TEST_F(FlowTest, LeavesNoGapWhereItGivesUp) {
  link.up.is_hole = true;
  write(Side::client, "first ");
  run(instant(1s));
  link.up.is_hole = false;
  write(Side::client, "second");
  flow.reset(Side::client, now);
  run(instant(100s));

  EXPECT_EQ(read(Side::server), "");
}

TEST_F(FlowTest, CutsBothEnds) {
  flow.cut(now);
  run(instant(1s));

  EXPECT_EQ(flow.status(Side::client), Status::failed);
  EXPECT_EQ(flow.status(Side::server), Status::failed);
}

}  // namespace
}  // namespace heartwire::sim
