// A stream that speaks TLS: its waits, its ends. What is checked of a peer is in
// tls_channel_test.cpp.
#include "heartwire/net/stream.hpp"
#include "tests/unit/net/test_tls_pair.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace heartwire::net {
namespace {

using testing::Certificates;
using testing::TestLoop;
using testing::TlsPair;

class StreamTls : public ::testing::Test {
 protected:
  void shake_hands() {
    ASSERT_TRUE(pair_.shake_hands(testing::client_context({.ca_file = certificates_.ca_file()}),
                                  testing::server_context(certificates_.issue({}))));
    ASSERT_FALSE(pair_.client_failure) << pair_.client_failure->text;
    ASSERT_FALSE(pair_.server_failure) << pair_.server_failure->text;
  }

  TestLoop loop_;
  Certificates certificates_;
  TlsPair pair_{loop_};
};

TEST_F(StreamTls, carries_bytes_both_ways) {
  shake_hands();

  EXPECT_EQ(pair_.client.write_some(base::as_bytes("ping")), IoResult::moved(4));
  EXPECT_EQ(pair_.read_text(pair_.server), "ping");
  EXPECT_EQ(pair_.server.write_some(base::as_bytes("pong")), IoResult::moved(4));
  EXPECT_EQ(pair_.read_text(pair_.client), "pong");
  EXPECT_TRUE(pair_.client.is_secure());
  EXPECT_EQ(pair_.client.tls_info()->version, "TLSv1.3");
  EXPECT_FALSE(pair_.client.tls_info()->cipher.empty());
}

TEST_F(StreamTls, tells_of_bytes_that_were_decrypted_but_not_read) {
  shake_hands();
  ASSERT_EQ(pair_.client.write_some(base::as_bytes("0123456789")), IoResult::moved(10));
  base::Bytes one(1);
  std::string text;

  // One record: after the first byte the socket itself is empty for good.
  while (text.size() < 10) {
    ASSERT_EQ(pair_.read(pair_.server, one), IoResult::moved(1));
    text += base::as_text(one);
  }

  EXPECT_EQ(text, "0123456789");
}

TEST_F(StreamTls, keeps_order_through_a_full_socket) {
  shake_hands();
  pair_.client.set_options({.send_buffer_bytes = 32 * 1024});
  std::string sent;
  for (int number = 0; sent.size() < 1'000'000; ++number) sent += std::to_string(number) + ' ';
  std::string rest = sent;
  bool was_blocked = false;
  const std::function<void()> write = [&] {
    while (!rest.empty()) {
      // Offered from another place each time: the buffer of a caller moves.
      const std::string copy = rest;
      const IoResult result = pair_.client.write_some(base::as_bytes(copy));
      if (result.status == IoStatus::would_block) {
        was_blocked = true;
        pair_.client.async_wait_writable(write);
        return;
      }
      ASSERT_EQ(result.status, IoStatus::moved) << result.error;
      rest.erase(0, result.count);
    }
  };
  write();
  std::string received;
  base::Bytes buffer(100'000);
  while (received.size() < sent.size()) {
    const IoResult result = pair_.read(pair_.server, buffer);
    ASSERT_EQ(result.status, IoStatus::moved) << result.error;
    received += base::as_text(base::ByteView{buffer}.first(result.count));
  }

  EXPECT_TRUE(was_blocked);
  EXPECT_TRUE(received == sent);
}

TEST_F(StreamTls, ends_in_good_order) {
  shake_hands();
  ASSERT_EQ(pair_.client.write_some(base::as_bytes("bye")), IoResult::moved(3));

  pair_.client.end_writing();

  EXPECT_EQ(pair_.read_text(pair_.server), "bye");
  base::Bytes buffer(10);
  EXPECT_EQ(pair_.read(pair_.server, buffer), IoResult::ended());
  EXPECT_EQ(pair_.server.write_some(base::as_bytes("last words")), IoResult::moved(10));
  EXPECT_EQ(pair_.read_text(pair_.client), "last words");
}

TEST_F(StreamTls, takes_an_end_without_goodbye_as_an_end) {
  shake_hands();
  // Closing a socket that holds unread bytes, such as tickets, would reset it.
  pair_.server.write_some(base::as_bytes("x"));
  ASSERT_EQ(pair_.read_text(pair_.client), "x");

  pair_.client.close();

  base::Bytes buffer(10);
  EXPECT_EQ(pair_.read(pair_.server, buffer), IoResult::ended());
}

TEST_F(StreamTls, reports_a_reset_in_words) {
  shake_hands();

  pair_.client.reset();

  base::Bytes buffer(10);
  EXPECT_EQ(pair_.read(pair_.server, buffer), IoResult::failed("connection reset by peer"));
  EXPECT_EQ(pair_.server.write_some(base::as_bytes("x")).status, IoStatus::failed);
}

TEST_F(StreamTls, fails_when_a_stranger_meddles) {
  shake_hands();
  const testing::Fd raw(pair_.client.fd());
  testing::send_all(raw, "this is no TLS record at all");

  base::Bytes buffer(10);
  const IoResult result = pair_.read(pair_.server, buffer);

  EXPECT_EQ(result.status, IoStatus::failed);
  EXPECT_EQ(result.error.substr(0, 5), "TLS: ");
  EXPECT_EQ(pair_.server.write_some(base::as_bytes("x")).status, IoStatus::failed);
  static_cast<void>(pair_.client.is_open());
}

TEST_F(StreamTls, may_be_closed_in_the_middle_of_the_handshake) {
  const auto witness = std::make_shared<int>(0);
  pair_.client.async_tls_handshake(testing::client_context({}), "localhost",
                                   [witness](std::optional<TlsFailure>) { FAIL(); });
  loop_.run_ready();

  pair_.client.close();
  EXPECT_EQ(witness.use_count(), 1);
  loop_.run_ready();
}

TEST_F(StreamTls, may_be_destroyed_by_the_end_of_its_handshake) {
  auto stream = std::make_unique<Stream>(std::move(pair_.client));
  bool is_done = false;
  stream->async_tls_handshake(testing::client_context({}), "localhost",
                              [&](std::optional<TlsFailure> failure) {
                                EXPECT_TRUE(failure);
                                stream.reset();
                                is_done = true;
                              });

  pair_.server.close();

  EXPECT_TRUE(loop_.run_until([&] { return is_done; }));
}

}  // namespace
}  // namespace heartwire::net
