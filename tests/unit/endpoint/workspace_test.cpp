#include "heartwire/endpoint/workspace.hpp"

#include <gtest/gtest.h>

namespace heartwire::endpoint {
namespace {

TEST(ScratchBuffer, keeps_room_for_the_next_use_but_no_more_than_it_says) {
  ScratchBuffer buffer;

  buffer.clear().resize(ScratchBuffer::kSpareBytesMax);
  EXPECT_TRUE(buffer.clear().empty());
  EXPECT_EQ(buffer.capacity(), ScratchBuffer::kSpareBytesMax);

  buffer.clear().resize(ScratchBuffer::kSpareBytesMax + 1);
  EXPECT_TRUE(buffer.clear().empty());
  EXPECT_EQ(buffer.capacity(), 0U);
}

}  // namespace
}  // namespace heartwire::endpoint
