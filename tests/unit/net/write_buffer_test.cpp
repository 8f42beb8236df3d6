#include "heartwire/net/write_buffer.hpp"

#include "tests/support/heap.hpp"
#include "tests/unit/net/test_loop.hpp"
#include "tests/unit/net/test_sockets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <sys/socket.h>

namespace heartwire::net {
namespace {

using namespace testing;

/// More than both kernels take.
constexpr std::size_t kMuch = std::size_t{32} << 20;

base::Bytes numbered(std::size_t count) {
  base::Bytes bytes(count);
  for (std::size_t i = 0; i != count; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 >> 3);
  return bytes;
}

class WriteBuffer : public ::testing::Test {
 protected:
  void SetUp() override {
    auto [one, other] = connected_pair();
    ours = Stream(loop, one.release());
    theirs = std::move(other);
  }

  /// Takes what is there, so that there is room again.
  void drain() {
    std::string block(std::size_t{1} << 20, '\0');
    const ssize_t count = ::recv(theirs.get(), block.data(), block.size(), MSG_DONTWAIT);
    if (count > 0) received.append(block, 0, static_cast<std::size_t>(count));
  }

  TestLoop loop;
  Stream ours;
  Fd theirs;
  net::WriteBuffer buffer;
  std::string received;
};

TEST_F(WriteBuffer, keeps_nothing_that_the_kernel_takes) {
  const base::Bytes bytes = numbered(1000);
  const IoResult result = buffer.write(ours, bytes);
  EXPECT_EQ(result, IoResult::moved(1000));
  EXPECT_TRUE(buffer.is_empty());
  EXPECT_EQ(receive(theirs, 1000), base::as_text(bytes));
}

TEST_F(WriteBuffer, has_nothing_to_do_without_bytes) {
  EXPECT_EQ(buffer.write(ours, {}), IoResult::moved(0));
}

TEST_F(WriteBuffer, keeps_the_rest_and_writes_it_in_order_before_what_is_fresh) {
  const base::Bytes first = numbered(kMuch);
  const base::Bytes second = numbered(5000);
  IoResult result = buffer.write(ours, first);
  ASSERT_EQ(result.status, IoStatus::would_block);
  ASSERT_LT(result.count, first.size());
  EXPECT_EQ(buffer.size(), first.size() - result.count);
  std::size_t written = result.count;
  buffer.append(second);

  while (!buffer.is_empty()) {
    drain();
    written += buffer.write(ours, {}).count;
  }
  while (received.size() < written) drain();

  EXPECT_EQ(written, first.size() + second.size());
  EXPECT_EQ(buffer.size(), 0u);
  EXPECT_EQ(received, std::string{base::as_text(first)} + std::string{base::as_text(second)});
}

TEST_F(WriteBuffer, writes_fresh_bytes_behind_those_that_wait) {
  const base::Bytes much = numbered(kMuch);
  std::size_t written = buffer.write(ours, much).count;
  drain();
  const base::Bytes fresh = numbered(10);
  written += buffer.write(ours, fresh).count;
  EXPECT_EQ(buffer.size(), much.size() + fresh.size() - written);
}

TEST_F(WriteBuffer, never_takes_more_than_twice_what_has_waited) {
  constexpr std::size_t kWaitingMax = std::size_t{1} << 20;
  const base::Bytes fresh = numbered(4096);
  std::string block(std::size_t{256} << 10, '\0');
  const std::size_t before = support::heap_bytes();
  std::size_t heap_max = 0;

  // A slow reader: what it takes is at once replaced by as much again.
  for (int round = 0; round < 200; ++round) {
    while (buffer.size() + fresh.size() <= kWaitingMax) buffer.append(fresh);
    heap_max = std::max(heap_max, support::heap_bytes() - before);
    static_cast<void>(::recv(theirs.get(), block.data(), block.size(), MSG_DONTWAIT));
    buffer.write(ours, {});
  }

  EXPECT_LE(heap_max, 2 * kWaitingMax + 4096);
}

TEST_F(WriteBuffer, says_how_a_connection_that_is_over_fails) {
  theirs = Fd{};
  const base::Bytes bytes = numbered(1000);
  while (buffer.write(ours, bytes).status != IoStatus::failed) {
  }
  EXPECT_FALSE(buffer.write(ours, {}).error.empty());
}

TEST_F(WriteBuffer, forgets_when_told) {
  buffer.append(numbered(10));
  EXPECT_EQ(buffer.size(), 10u);
  buffer.clear();
  EXPECT_TRUE(buffer.is_empty());
}

}  // namespace
}  // namespace heartwire::net
