#include "heartwire/base/ring_buffer.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

namespace heartwire::base {
namespace {

TEST(RingBuffer, begins_empty) {
  RingBuffer<int, 3> buffer;

  EXPECT_TRUE(buffer.is_empty());
  EXPECT_EQ(buffer.size(), 0U);
  EXPECT_EQ(buffer.pop(), std::nullopt);
}

TEST(RingBuffer, gives_back_in_the_order_put_in) {
  RingBuffer<int, 3> buffer;

  for (int value : {1, 2, 3}) buffer.push(value);

  EXPECT_TRUE(buffer.is_full());
  for (int value : {1, 2, 3}) EXPECT_EQ(buffer.pop(), value);
  EXPECT_TRUE(buffer.is_empty());
}

TEST(RingBuffer, keeps_the_order_however_often_it_goes_round) {
  RingBuffer<int, 3> buffer;
  buffer.push(0);

  for (int value = 1; value < 20; ++value) {
    buffer.push(value);
    EXPECT_EQ(buffer.size(), 2U);
    EXPECT_EQ(buffer.pop(), value - 1);
  }
}

TEST(RingBuffer, forgets_everything_when_cleared) {
  RingBuffer<int, 2> buffer;
  buffer.push(1);
  buffer.push(2);

  buffer.clear();

  EXPECT_TRUE(buffer.is_empty());
  buffer.push(3);
  EXPECT_EQ(buffer.pop(), 3);
}

TEST(RingBuffer, holds_values_that_can_only_be_moved) {
  RingBuffer<std::unique_ptr<int>, 1> buffer;

  buffer.push(std::make_unique<int>(5));

  EXPECT_EQ(**buffer.pop(), 5);
}

TEST(RingBuffer, stops_the_program_on_overflow) {
  RingBuffer<int, 1> buffer;
  buffer.push(1);

  EXPECT_DEATH(buffer.push(2), "check failed: !is_full");
}

}  // namespace
}  // namespace heartwire::base
