#include "heartwire/net/descriptor.hpp"

#include "tests/unit/net/test_loop.hpp"
#include "tests/unit/net/test_sockets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace heartwire::net {
namespace {

using testing::Fd;
using testing::TestLoop;
using Waiter = Descriptor::Waiter;

class DescriptorTest : public ::testing::Test {
 protected:
  DescriptorTest() {
    auto [ours, theirs] = testing::connected_pair();
    descriptor_ = Descriptor(loop_, ours.release());
    peer_ = std::move(theirs);
  }

  TestLoop loop_;
  Descriptor descriptor_;
  Fd peer_;
};

TEST_F(DescriptorTest, tells_once_when_bytes_have_come) {
  int calls = 0;
  descriptor_.async_wait(Waiter::reader, Ready::read, [&] { ++calls; });
  loop_.run_ready();
  EXPECT_EQ(calls, 0);

  testing::send_all(peer_, "a");
  ASSERT_TRUE(loop_.run_until([&] { return calls == 1; }));
  testing::send_all(peer_, "b");
  loop_.run_ready();

  EXPECT_EQ(calls, 1);
}

TEST_F(DescriptorTest, tells_again_of_what_was_left_unread) {
  testing::send_all(peer_, "a");
  int calls = 0;
  for (int round = 1; round <= 3; ++round) {
    descriptor_.async_wait(Waiter::reader, Ready::read, [&] { ++calls; });
    ASSERT_TRUE(loop_.run_until([&] { return calls == round; }));
  }
}

TEST_F(DescriptorTest, tells_of_the_peer_s_end) {
  bool is_called = false;
  descriptor_.async_wait(Waiter::reader, Ready::read, [&] { is_called = true; });

  peer_ = Fd();

  EXPECT_TRUE(loop_.run_until([&] { return is_called; }));
}

TEST_F(DescriptorTest, has_two_waiters_that_do_not_disturb_each_other) {
  std::string calls;
  descriptor_.async_wait(Waiter::reader, Ready::read, [&] { calls += 'r'; });
  descriptor_.async_wait(Waiter::writer, Ready::write, [&] { calls += 'w'; });
  ASSERT_TRUE(loop_.run_until([&] { return calls == "w"; }));

  testing::send_all(peer_, "a");

  EXPECT_TRUE(loop_.run_until([&] { return calls == "wr"; }));
}

TEST_F(DescriptorTest, lets_both_waiters_wait_for_the_same) {
  std::string calls;
  descriptor_.async_wait(Waiter::reader, Ready::read, [&] { calls += 'r'; });
  descriptor_.async_wait(Waiter::writer, Ready::read, [&] { calls += 'w'; });

  testing::send_all(peer_, "a");

  ASSERT_TRUE(loop_.run_until([&] { return calls.size() == 2; }));
  EXPECT_EQ(calls, "rw");
}

TEST_F(DescriptorTest, asked_again_calls_only_the_last_handler) {
  int calls = 0;
  descriptor_.async_wait(Waiter::reader, Ready::read, [] { FAIL(); });
  descriptor_.async_wait(Waiter::reader, Ready::read, [&] { ++calls; });
  testing::send_all(peer_, "a");

  ASSERT_TRUE(loop_.run_until([&] { return calls == 1; }));
  loop_.run_ready();

  EXPECT_EQ(calls, 1);
}

TEST_F(DescriptorTest, is_silent_after_cancel_even_if_it_was_ready) {
  const auto witness = std::make_shared<int>(0);
  testing::send_all(peer_, "a");
  descriptor_.async_wait(Waiter::reader, Ready::read, [witness] { FAIL(); });
  descriptor_.async_wait(Waiter::writer, Ready::write, [witness] { FAIL(); });

  descriptor_.cancel();
  EXPECT_EQ(witness.use_count(), 1) << "handlers go at once";
  bool is_called = false;
  descriptor_.async_wait(Waiter::reader, Ready::read, [&] { is_called = true; });

  EXPECT_TRUE(loop_.run_until([&] { return is_called; }));
}

TEST_F(DescriptorTest, does_not_take_the_end_of_a_cancelled_wait_for_that_of_the_next) {
  int calls = 0;
  descriptor_.async_wait(Waiter::reader, Ready::read, [] { FAIL(); });
  descriptor_.cancel();

  descriptor_.async_wait(Waiter::reader, Ready::read, [&] { ++calls; });
  loop_.run_ready();
  EXPECT_EQ(calls, 0) << "nothing has come";

  testing::send_all(peer_, "a");
  EXPECT_TRUE(loop_.run_until([&] { return calls == 1; }));
}

TEST_F(DescriptorTest, is_silent_after_close) {
  testing::send_all(peer_, "a");
  descriptor_.async_wait(Waiter::reader, Ready::read, [] { FAIL(); });

  descriptor_.close();
  loop_.run_ready();

  EXPECT_FALSE(descriptor_.is_open());
  EXPECT_EQ(descriptor_.fd(), -1);
  EXPECT_EQ(testing::receive(peer_, 1), "") << "the peer sees the end";
}

TEST_F(DescriptorTest, may_be_closed_by_another_s_handler_when_both_are_ready) {
  auto [second_fd, second_peer] = testing::connected_pair();
  Descriptor second(loop_, second_fd.release());
  testing::send_all(peer_, "a");
  testing::send_all(second_peer, "a");
  int calls = 0;
  const auto close_both = [&] {
    ++calls;
    descriptor_.close();
    second.close();
  };
  descriptor_.async_wait(Waiter::reader, Ready::read, close_both);
  second.async_wait(Waiter::reader, Ready::read, close_both);

  ASSERT_TRUE(loop_.run_until([&] { return calls != 0; }));
  loop_.run_ready();

  EXPECT_EQ(calls, 1);
}

TEST_F(DescriptorTest, may_be_destroyed_by_its_own_handler) {
  auto owned = std::make_unique<Descriptor>(std::move(descriptor_));
  bool is_called = false;
  owned->async_wait(Waiter::writer, Ready::write, [&] {
    owned.reset();
    is_called = true;
  });

  EXPECT_TRUE(loop_.run_until([&] { return is_called; }));
}

TEST_F(DescriptorTest, keeps_waiting_while_it_is_moved) {
  bool is_called = false;
  descriptor_.async_wait(Waiter::reader, Ready::read, [&] { is_called = true; });

  const Descriptor moved = std::move(descriptor_);
  testing::send_all(peer_, "a");

  EXPECT_TRUE(loop_.run_until([&] { return is_called; }));
  EXPECT_TRUE(moved.is_open());
}

TEST_F(DescriptorTest, continues_without_waiting_for_anything) {
  bool is_called = false;
  descriptor_.async_continue(Waiter::reader, [&] { is_called = true; });
  EXPECT_FALSE(is_called);

  loop_.run_ready();

  EXPECT_TRUE(is_called);
}

TEST_F(DescriptorTest, gives_its_socket_away_in_working_order) {
  descriptor_.async_wait(Waiter::reader, Ready::read, [] { FAIL(); });

  const Fd ours(descriptor_.release());
  testing::send_all(ours, "a");
  loop_.run_ready();

  EXPECT_EQ(testing::receive(peer_, 1), "a");
  EXPECT_FALSE(descriptor_.is_open());
}

TEST_F(DescriptorTest, may_be_left_waiting_when_the_loop_ends) {
  const auto witness = std::make_shared<int>(0);
  {
    TestLoop loop;
    auto [ours, theirs] = testing::connected_pair();
    Descriptor descriptor(loop, ours.release());
    descriptor.async_wait(Waiter::reader, Ready::read, [witness] { FAIL(); });
  }

  EXPECT_EQ(witness.use_count(), 1);
}

TEST_F(DescriptorTest, refuses_what_cannot_be_watched) {
  const Descriptor bad(loop_, -1);

  EXPECT_FALSE(bad.is_open());
}

}  // namespace
}  // namespace heartwire::net
