#include "heartwire/endpoint/compression.hpp"

#include "heartwire/ws/frame.hpp"
#include "tests/unit/endpoint/wire.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace heartwire::endpoint {
namespace {

using base::Role;
using test::noise;

/// Both ends of one connection, on two threads.
struct CompressionTest : testing::Test {
  static ws::DeflateOptions eager() {
    ws::DeflateOptions options;
    options.bytes_min = 0;
    return options;
  }
  void agree(const ws::DeflateParams& params, const ws::DeflateOptions& options = eager()) {
    client = Compression(options, params, Role::client);
    server = Compression(options, params, Role::server);
  }
  static ws::Message compressed(base::ByteView payload) {
    return {base::MessageType::binary, payload, ws::kRsv1};
  }
  /// Octets on the wire; 0: it went as it is.
  static std::size_t pass(std::string_view message, Compression& from, Workspace& there,
                          Compression& to, Workspace& here) {
    const auto payload = from.deflate(base::as_bytes(message), there);
    if (!payload) return 0;
    const auto back = to.inflate(compressed(*payload), message.size(), here);
    EXPECT_TRUE(back.is_ok());
    EXPECT_EQ(base::as_text(back.is_ok() ? *back : base::ByteView{}), message);
    return payload->size();
  }
  std::size_t up(std::string_view message) {
    return pass(message, client, clients_thread, server, servers_thread);
  }
  std::size_t down(std::string_view message) {
    return pass(message, server, servers_thread, client, clients_thread);
  }

  test::SeededMaskKeys masks;
  Workspace clients_thread{masks};
  Workspace servers_thread{masks};
  Compression client{eager(), {}, Role::client};
  Compression server{eager(), {}, Role::server};
};

TEST_F(CompressionTest, passes_short_messages_and_those_that_do_not_shrink) {
  ws::DeflateOptions options;
  options.bytes_min = 100;
  agree({}, options);

  EXPECT_EQ(down(std::string(99, 'a')), 0U);
  EXPECT_GT(down(std::string(100, 'a')), 0U);
  EXPECT_EQ(down(noise(5000, 1)), 0U);
  // And goes on as if nothing had been.
  EXPECT_GT(down(std::string(5000, 'b')), 0U);

  options.bytes_min = 0;
  agree({}, options);
  EXPECT_EQ(down(""), 0U);
  EXPECT_EQ(down("x"), 0U);
}

TEST_F(CompressionTest, leans_on_earlier_messages_in_each_direction_that_may) {
  const std::string message = noise(300, 2);
  for (const bool server_may : {true, false})
    for (const bool client_may : {true, false}) {
      agree({.server_no_context_takeover = !server_may, .client_no_context_takeover = !client_may});
      up(message + std::string(400, 'a'));
      down(message + std::string(400, 'b'));

      EXPECT_EQ(up(message + "c") != 0, client_may);
      EXPECT_EQ(down(message + "d") != 0, server_may);
    }
}

TEST_F(CompressionTest, what_stands_alone_holds_nothing_between_messages) {
  const std::string message(2000, 'm');
  agree({.server_no_context_takeover = true});
  EXPECT_EQ(server.bytes_held() + client.bytes_held(), 0U) << "before the first use";

  EXPECT_GT(down(message), 0U);
  EXPECT_EQ(server.bytes_held() + client.bytes_held(), 0U);

  EXPECT_GT(up(message), 0U);
  EXPECT_GT(server.bytes_held(), 0U);
  EXPECT_GT(client.bytes_held(), 0U);
}

TEST_F(CompressionTest, a_threads_own_state_never_leans_on_another_connections_message) {
  const std::string secret = noise(300, 3);
  agree({.server_no_context_takeover = true});
  Compression other(eager(), {.server_no_context_takeover = true}, Role::server);
  ASSERT_EQ(down(secret + "1"), 0U) << "alone it does not shrink";

  EXPECT_FALSE(other.deflate(base::as_bytes(secret + "2"), servers_thread));
}

TEST_F(CompressionTest, holds_no_more_than_is_stated) {
  const ws::DeflateOptions options = eager();
  agree({false, false, options.own_window_bits, options.peer_window_bits}, options);
  for (int i = 0; i < 20; ++i) {
    up(noise(10'000, 4) + std::string(20'000, 'x'));
    down(noise(10'000, 5) + std::string(20'000, 'x'));
  }

  EXPECT_GT(server.bytes_held(), std::size_t{40} << 10);
  EXPECT_LE(server.bytes_held(), std::size_t{52} << 10) << "as docs/compression.md says";
  EXPECT_LE(client.bytes_held(), std::size_t{52} << 10);
}

TEST_F(CompressionTest, holds_no_more_than_is_stated_where_the_peer_does_not_limit_its_window) {
  const ws::DeflateOptions options = eager();
  agree({false, false, options.own_window_bits, 15}, options);
  for (int i = 0; i < 20; ++i) {
    up(noise(100'000, 4) + std::string(20'000, 'x'));
    down(noise(10'000, 5) + std::string(20'000, 'x'));
  }

  EXPECT_GT(server.bytes_held(), std::size_t{70} << 10);
  EXPECT_LE(server.bytes_held(), std::size_t{80} << 10) << "as docs/compression.md says";
}

TEST_F(CompressionTest, frees_what_it_may_after_two_heartbeats_without_a_message) {
  const std::string message = noise(300, 6) + std::string(100, 'x');
  agree({false, false, 12, 12});
  down(message);
  up(message);
  const std::size_t held = server.bytes_held();

  server.on_heartbeat();
  EXPECT_EQ(server.bytes_held(), held);
  down(message);
  server.on_heartbeat();
  EXPECT_EQ(server.bytes_held(), held) << "the count began anew";
  server.on_heartbeat();
  EXPECT_LT(server.bytes_held(), held / 2);
  EXPECT_GT(server.bytes_held(), 0U) << "the peer may still refer to what it sent";

  EXPECT_GT(up(message), 0U);
  EXPECT_GT(down(message), 0U);
}

TEST_F(CompressionTest, keeps_what_it_holds_if_told_to) {
  ws::DeflateOptions options = eager();
  options.is_released_when_idle = false;
  agree({}, options);
  down(std::string(100, 'x'));
  const std::size_t held = server.bytes_held();

  for (int i = 0; i < 10; ++i) server.on_heartbeat();

  EXPECT_EQ(server.bytes_held(), held);
}

TEST_F(CompressionTest, a_bomb_is_a_fault_and_leaves_no_large_buffer) {
  const auto bomb =
      client.deflate(base::as_bytes(std::string(std::size_t{32} << 20, 'x')), clients_thread);
  ASSERT_TRUE(bomb);

  const auto inflated = server.inflate(compressed(*bomb), 1 << 20, servers_thread);

  ASSERT_FALSE(inflated);
  EXPECT_EQ(inflated.error(), ws::ProtocolError::message_too_big);
  EXPECT_LE(servers_thread.inflated.capacity(), (std::size_t{1} << 20) + 1);
  servers_thread.inflated.clear();
  EXPECT_LE(servers_thread.inflated.capacity(), ScratchBuffer::kSpareBytesMax);
}

}  // namespace
}  // namespace heartwire::endpoint
