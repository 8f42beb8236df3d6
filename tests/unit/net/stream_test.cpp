// Plain TCP; TLS is in stream_tls_test.cpp.
#include "heartwire/net/stream.hpp"

#include "tests/unit/net/test_loop.hpp"
#include "tests/unit/net/test_sockets.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace heartwire::net {
namespace {

using testing::Fd;
using testing::TestLoop;

class StreamTest : public ::testing::Test {
 protected:
  StreamTest() {
    auto [ours, theirs] = testing::connected_pair();
    stream_ = Stream(loop_, ours.release());
    peer_ = std::move(theirs);
  }

  TestLoop loop_;
  Stream stream_;
  Fd peer_;
};

TEST_F(StreamTest, reads_into_the_caller_s_buffer_when_told_that_it_can) {
  std::string text;
  stream_.async_wait_readable([&] {
    const base::MutableByteView buffer = loop_->read_buffer();
    const IoResult result = stream_.read_some(buffer);
    ASSERT_EQ(result.status, IoStatus::moved);
    text = base::as_text(buffer.first(result.count));
  });

  testing::send_all(peer_, "hello");

  ASSERT_TRUE(loop_.run_until([&] { return !text.empty(); }));
  EXPECT_EQ(text, "hello");
  EXPECT_EQ(stream_.read_some(loop_->read_buffer()), IoResult::would_block());
}

TEST_F(StreamTest, goes_on_writing_when_the_peer_has_read) {
  const base::Bytes bytes(1 << 20, 'x');
  std::size_t written = 0;
  for (IoResult result = IoResult::moved(0); result.status == IoStatus::moved;) {
    result = stream_.write_some(bytes);
    written += result.count;
  }
  bool is_writable = false;
  stream_.async_wait_writable([&] { is_writable = true; });
  loop_.run_ready();
  EXPECT_FALSE(is_writable);

  EXPECT_EQ(testing::receive(peer_, written).size(), written);

  EXPECT_TRUE(loop_.run_until([&] { return is_writable; }));
  EXPECT_EQ(stream_.write_some(base::as_bytes("more")), IoResult::moved(4));
}

TEST_F(StreamTest, reports_the_peer_s_end_after_the_last_byte) {
  testing::send_all(peer_, "bye");
  peer_ = Fd();
  std::string text;
  IoResult last;
  const std::function<void()> read = [&] {
    const base::MutableByteView buffer = loop_->read_buffer();
    last = stream_.read_some(buffer);
    text += base::as_text(buffer.first(last.count));
    if (last.status != IoStatus::ended) stream_.async_wait_readable(read);
  };
  stream_.async_wait_readable(read);

  ASSERT_TRUE(loop_.run_until([&] { return last.status == IoStatus::ended; }));

  EXPECT_EQ(text, "bye");
}

TEST_F(StreamTest, reset_is_an_error_at_the_peer_and_close_is_an_end) {
  auto [second, second_peer] = testing::connected_pair();
  Stream closed(loop_, second.release());

  stream_.reset();
  closed.close();

  EXPECT_EQ(testing::receive(second_peer, 1), "");
  base::Bytes buffer(1);
  EXPECT_EQ(socket::read_some(peer_.get(), buffer), IoResult::failed("connection reset by peer"));
}

TEST_F(StreamTest, knows_its_addresses_and_has_no_tls) {
  EXPECT_EQ(stream_.local_address()->host(), "127.0.0.1");
  EXPECT_EQ(stream_.remote_address(), socket::local_address(peer_.get()));
  EXPECT_EQ(stream_.unacknowledged_bytes(), 0U);
  EXPECT_FALSE(stream_.is_secure());
}

TEST_F(StreamTest, keeps_waiting_while_it_is_moved) {
  bool is_called = false;
  stream_.async_wait_readable([&] { is_called = true; });
  const Stream moved = std::move(stream_);

  testing::send_all(peer_, "a");

  EXPECT_TRUE(loop_.run_until([&] { return is_called; }));
  EXPECT_FALSE(stream_.is_open());  // NOLINT(bugprone-use-after-move): that is the question.
  EXPECT_TRUE(moved.is_open());
}

TEST_F(StreamTest, that_is_closed_answers_and_does_nothing) {
  stream_.close();

  stream_.close();
  stream_.reset();
  stream_.end_writing();
  EXPECT_EQ(stream_.fd(), -1);
  EXPECT_FALSE(stream_.local_address());
  EXPECT_FALSE(stream_.unacknowledged_bytes());
}

TEST_F(StreamTest, moves_to_another_loop) {
  TestLoop other;
  Stream there(other, stream_.release());
  bool is_called = false;
  there.async_wait_readable([&] { is_called = true; });

  testing::send_all(peer_, "a");

  EXPECT_TRUE(other.run_until([&] { return is_called; }));
}

}  // namespace
}  // namespace heartwire::net
