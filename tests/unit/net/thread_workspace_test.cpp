#include "heartwire/net/thread_workspace.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace heartwire::net {
namespace {

TEST(ThreadWorkspace, IsOneForEachThread) {
  endpoint::Workspace* other = nullptr;

  std::thread([&] { other = &thread_workspace(); }).join();

  EXPECT_EQ(&thread_workspace(), &thread_workspace());
  EXPECT_NE(other, nullptr);
}

TEST(WorkspaceLease, NestsWithoutSharing) {
  WorkspaceLease outer;
  outer->output = {1, 2, 3};
  {
    WorkspaceLease inner;
    EXPECT_NE(&*inner, &*outer);
    EXPECT_NE(&*inner, &thread_workspace());
    EXPECT_TRUE(inner->output.empty());
    inner->output = {4};
  }
  EXPECT_EQ(outer->output, (base::Bytes{1, 2, 3}));
}

TEST(WorkspaceLease, LeavesNothingBehind) {
  base::Bytes bytes(10);
  endpoint::Workspace* used = nullptr;
  {
    WorkspaceLease lease;
    used = &*lease;
    lease->output = bytes;
    lease->input = bytes;
  }

  WorkspaceLease next;

  EXPECT_EQ(&*next, used) << "it is made once for each depth";
  EXPECT_TRUE(next->output.empty());
  EXPECT_TRUE(next->input.empty());
}

TEST(WorkspaceLease, DoesNotHoldOnToARareLargeOutput) {
  { WorkspaceLease()->output.resize(std::size_t{10} << 20); }

  EXPECT_LT(WorkspaceLease()->output.capacity(), std::size_t{1} << 20);
}

}  // namespace
}  // namespace heartwire::net
