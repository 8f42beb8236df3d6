#include "heartwire/sim/pipe.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;
using base::instant;

class PipeTest : public testing::Test {
 protected:
  std::size_t write(base::Instant now, std::size_t count) {
    return pipe.write(now, base::Bytes(count, 'x'), lane, rng);
  }
  /// Lets happen what is due up to `until`.
  void run(base::Instant until) {
    while (pipe.next() && *pipe.next() <= until) pipe.advance(*pipe.next(), passage);
  }

  LinkOptions options{.latency = 10ms, .send_buffer_bytes = 8192, .receive_buffer_bytes = 8192};
  Lane lane;
  Pipe::Passage passage{.latency_back = 10ms};
  base::Rng rng{1};
  Pipe pipe{options};
};

TEST_F(PipeTest, DeliversAfterItsLatencyAndIsAcknowledgedLater) {
  write(instant(1s), 5);

  run(instant(1009ms));
  EXPECT_EQ(pipe.readable(), 0u);
  run(instant(1010ms));
  EXPECT_EQ(pipe.readable(), 5u);
  EXPECT_EQ(pipe.unacknowledged(), 5u);
  run(instant(1020ms));
  EXPECT_EQ(pipe.unacknowledged(), 0u);
  EXPECT_EQ(pipe.read(3).size(), 3u);
  EXPECT_EQ(pipe.readable(), 2u);
  EXPECT_FALSE(pipe.is_tainted());
}

TEST_F(PipeTest, TakesNoMoreThanItsKernelHolds) {
  EXPECT_EQ(write(instant(1s), 10'000), 8192u);
  EXPECT_EQ(pipe.room(), 0u);
  EXPECT_EQ(write(instant(1s), 1), 0u);
}

TEST_F(PipeTest, SendsAtItsRate) {
  options.bytes_per_second = 1'400;

  write(instant(0s), 2'800);

  run(instant(1'010ms));
  EXPECT_EQ(pipe.readable(), 1'400u);
  run(instant(2'010ms));
  EXPECT_EQ(pipe.readable(), 2'800u);
  EXPECT_FALSE(pipe.is_tainted());
}

TEST_F(PipeTest, HoldsBackWhatNobodyHasRoomForUntilItIsRead) {
  run(instant(0s));
  write(instant(0s), 8192);
  run(instant(1s));
  write(instant(1s), 8192);
  run(instant(2s));
  ASSERT_EQ(pipe.readable(), 8192u);
  EXPECT_FALSE(pipe.next());

  pipe.read(8192);
  run(instant(3s));

  EXPECT_EQ(pipe.readable(), 8192u);
}

TEST_F(PipeTest, SendsAgainWhatMetAHoleAfterGrowingTimes) {
  passage.is_open = false;
  write(instant(0s), 4);

  run(instant(10s));
  EXPECT_EQ(pipe.readable(), 0u);
  EXPECT_TRUE(pipe.is_tainted());
  EXPECT_EQ(pipe.stuck_since(), instant(0s));
  passage.is_open = true;
  run(instant(11s));
  EXPECT_EQ(pipe.readable(), 0u) << "the next retransmission is not due yet";
  run(instant(20s));
  EXPECT_EQ(pipe.readable(), 4u);
}

TEST_F(PipeTest, LosesAcknowledgementsInAHoleOfTheOtherDirection) {
  passage.is_open_back = false;
  write(instant(0s), 4);

  run(instant(5s));

  EXPECT_EQ(pipe.readable(), 4u);
  EXPECT_EQ(pipe.unacknowledged(), 4u);
  EXPECT_TRUE(pipe.is_tainted());
}

TEST_F(PipeTest, AcknowledgesWhatAProxySwallows) {
  passage.swallows = true;
  write(instant(0s), 4);
  run(instant(1s));
  passage.swallows = false;
  write(instant(1s), 4);
  run(instant(2s));

  EXPECT_EQ(pipe.readable(), 0u) << "a stream with a gap is no stream";
  EXPECT_EQ(pipe.unacknowledged(), 0u);
  EXPECT_TRUE(pipe.is_tainted());
}

TEST_F(PipeTest, EndsAfterWhatWasWritten) {
  write(instant(0s), 4);
  pipe.end(instant(0s), lane, rng);
  run(instant(1s));

  EXPECT_FALSE(pipe.is_at_end());
  pipe.read(4);
  EXPECT_TRUE(pipe.is_at_end());
  EXPECT_EQ(write(instant(1s), 1), 0u);
}

TEST_F(PipeTest, KeepsTheOrderWhateverTheDelays) {
  options.jitter = 200ms;
  base::Bytes sent;
  for (std::uint8_t i = 0; i < 100; ++i) {
    pipe.write(instant(i * 1ms), base::Bytes{i}, lane, rng);
    sent.push_back(i);
  }

  run(instant(10s));

  EXPECT_EQ(pipe.read(200), sent);
}

}  // namespace
}  // namespace heartwire::sim
