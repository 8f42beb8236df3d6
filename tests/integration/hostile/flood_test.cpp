// Attackers who are in and send what costs us most for what it costs them.

#include "heartwire/net/clock.hpp"
#include "heartwire/ws/deflate.hpp"
#include "heartwire/ws/frame.hpp"
#include "tests/integration/hostile/siege.hpp"

#include <algorithm>

namespace heartwire::integration {
namespace {

constexpr std::string_view kDeflate = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

class HostileFlood : public Siege {
 protected:
  /// As many of `frame` as make up a read of the server's.
  static std::string many(const std::string& frame) {
    std::string block;
    while (block.size() < (std::size_t{64} << 10)) block += frame;
    return block;
  }

  /// A frame that inflates to `size` zeros.
  static std::string bomb(std::size_t size) {
    const base::Bytes zeros(size);
    base::Bytes payload;
    ws::Deflater deflater;
    EXPECT_TRUE(deflater.deflate({}, zeros, size, payload));
    base::Bytes frame;
    ws::append_frame(frame, ws::Opcode::binary, true, payload, ws::MaskKey{7});
    frame[0] = static_cast<std::uint8_t>(frame[0] | 0x40);  // RSV1.
    return std::string{base::as_text(frame)};
  }

  void expect_within_one_connection() {
    EXPECT_LE(heap().growth_max(), bytes_after_upgrade(options()) + bytes_shared(options()));
  }
};

TEST_F(HostileFlood, of_empty_frames_leaves_others_their_turn) {
  open();
  RawPeer peer = intruder();
  const std::string block = many(client_frame(ws::Opcode::binary, ""));

  for (int i = 0; i < 64; ++i) {
    peer.send(block);
    ASSERT_TRUE(is_served());
  }

  const std::size_t sent = 64 * block.size() / 6;
  EXPECT_TRUE(becomes_true([&] { return messages_ == sent; }))
      << messages_.load() << " of " << sent;
  EXPECT_TRUE(admits_another());
  expect_within_one_connection();
}

TEST_F(HostileFlood, of_messages_ends_where_a_rate_is_set) {
  server::Options wanted;
  wanted.message_rate = {100, 500};
  open(wanted);
  const base::Instant begin = net::steady_now();
  RawPeer peer = intruder();
  const std::string block = many(client_frame(ws::Opcode::text, "spam"));

  for (int i = 0; i < 16 && !peer.is_answered(); ++i) peer.send(block);

  EXPECT_EQ(peer.next(), "close 1008 too many messages");
  EXPECT_LE(messages_.load(), 500u + 100u * static_cast<std::size_t>(since(begin) / 1s + 1));
  EXPECT_TRUE(is_served());
  expect_within_one_connection();
}

TEST_F(HostileFlood, of_fragments_of_one_byte_meets_an_end) {
  open();
  RawPeer peer = intruder();
  const std::string block = many(client_frame(ws::Opcode::continuation, "f", false));
  peer.send(client_frame(ws::Opcode::text, "f", false));

  std::size_t sent = 0;
  for (; sent < (std::size_t{32} << 20) && !peer.is_answered(); sent += block.size()) {
    peer.send(block);
    ASSERT_TRUE(is_served());
  }

  EXPECT_LT(sent, std::size_t{32} << 20);
  EXPECT_THAT(peer.next(), ::testing::StartsWith("close 1009"));
  EXPECT_EQ(messages_.load(), 0u);
  expect_within_one_connection();
}

TEST_F(HostileFlood, of_a_message_that_never_ends_meets_an_end) {
  open();
  RawPeer peer = intruder();
  const std::string frame = client_frame(ws::Opcode::continuation, std::string(60'000, 'x'), false);
  peer.send(client_frame(ws::Opcode::binary, "", false));

  std::size_t sent = 0;
  for (; sent < (std::size_t{64} << 20) && !peer.is_answered(); sent += frame.size()) {
    peer.send(frame);
    ASSERT_TRUE(is_served());
  }

  EXPECT_THAT(peer.next(), ::testing::StartsWith("close 1009"));
  expect_within_one_connection();
}

TEST_F(HostileFlood, of_announced_giants_reserves_nothing) {
  open();
  const std::string header("\x82\xff\x00\x00\x00\x00\x00\x10\x00\x00mask", 14);  // 1 MiB
  std::vector<RawPeer> crowd;
  for (int i = 0; i < 50; ++i) {
    crowd.push_back(intruder());
    crowd.back().send(header + "x");
  }

  EXPECT_TRUE(is_served());
  EXPECT_LE(heap().growth_max(), crowd.size() * 4096 + bytes_shared({}) / 2);
}

TEST_F(HostileFlood, of_pings_by_one_who_never_reads_is_not_answered_without_end) {
  open();
  RawPeer peer = intruder({}, 4096);
  const std::string block = many(client_frame(ws::Opcode::ping, std::string(125, 'p')));

  std::size_t sent = 0;
  for (std::size_t count = block.size(); sent < (std::size_t{64} << 20) && count == block.size();) {
    count = peer.send_until_stuck(block);
    sent += count;
    ASSERT_TRUE(is_served());
  }

  EXPECT_LT(sent, std::size_t{64} << 20) << "it is still read from";
  EXPECT_TRUE(admits_another());
  expect_within_one_connection();
}

TEST_F(HostileFlood, of_echoes_to_one_who_never_reads_is_not_answered_without_end) {
  open();
  RawPeer peer = intruder({}, 4096);
  const std::string block = many(client_frame(ws::Opcode::text, "echo" + std::string(16'000, 'e')));

  std::size_t sent = 0;
  for (std::size_t count = block.size(); sent < (std::size_t{64} << 20) && count == block.size();) {
    count = peer.send_until_stuck(block);
    sent += count;
    ASSERT_TRUE(is_served());
  }

  EXPECT_LT(sent, std::size_t{64} << 20) << "it is still read from";
  expect_within_one_connection();
}

TEST_F(HostileFlood, of_bombs_stops_while_they_inflate) {
  const std::string bomb_frame = bomb(std::size_t{64} << 20);
  server::Options wanted;
  wanted.compression.emplace();
  open(wanted);
  std::vector<RawPeer> crowd;
  for (int i = 0; i < 8; ++i) crowd.push_back(intruder(kDeflate));

  for (RawPeer& peer : crowd) {
    peer.send(bomb_frame);
    EXPECT_THAT(peer.next(), ::testing::StartsWith("close 1009"));
    ASSERT_TRUE(is_served());
  }

  EXPECT_EQ(messages_.load(), 0u);
  // Its frame, which is cut, and zlib's state are the connection's; what it inflates to is shared.
  const std::size_t zlib = ws::inflater_bytes_max(15) + ws::deflater_bytes_max({});
  EXPECT_LE(heap().growth_max(),
            crowd.size() * (4096 + 2 * bomb_frame.size() + zlib) + bytes_shared(options()));
}

TEST_F(HostileFlood, to_those_who_never_read_is_kept_within_their_buffers) {
  open();
  std::vector<RawPeer> crowd;
  for (int i = 0; i < 8; ++i) crowd.push_back(intruder({}, 4096));
  const std::string payload(16 << 10, 'b');

  for (int i = 0; i < 1000; ++i) {
    broadcast(server::Encoded({core::MessageType::binary, payload}));
    ASSERT_EQ(honest_->next(), "binary " + payload);
  }

  ASSERT_TRUE(is_served());
  EXPECT_EQ(server().stats().open, 9u);
  EXPECT_LE(heap().growth_max(),
            crowd.size() * bytes_after_upgrade(options()) + bytes_shared(options()));
}

TEST_F(HostileFlood, to_those_who_never_read_ends_them_where_that_is_wished) {
  server::Options wanted;
  wanted.slow_peer = server::SlowPeer::close;
  wanted.close_timeout = 500ms;
  open(wanted);
  std::vector<RawPeer> crowd;
  for (int i = 0; i < 8; ++i) crowd.push_back(intruder({}, 4096));
  const std::string payload(16 << 10, 'b');

  for (int i = 0; i < 1000; ++i) {
    broadcast(server::Encoded({core::MessageType::binary, payload}));
    ASSERT_EQ(honest_->next(), "binary " + payload);
  }

  EXPECT_TRUE(log_.wait_for("close 1013", crowd.size()));
  EXPECT_TRUE(becomes_true([&] { return server().stats().open == 1; }));
  EXPECT_TRUE(is_served());
  EXPECT_TRUE(becomes_true([&] { return heap().growth() < bytes_shared(options()); }));
}

TEST_F(HostileFlood, of_half_closed_sockets_leaves_nothing_behind) {
  open();
  for (int i = 0; i < 200; ++i) {
    RawPeer peer = intruder();
    peer.send(client_frame(ws::Opcode::text, "cut", false));
    peer.finish();
    ASSERT_THAT(peer.next(), ::testing::AnyOf("fin", "rst"));
  }

  EXPECT_TRUE(is_served());
  EXPECT_TRUE(becomes_true([&] { return server().stats().open == 1; }));
  EXPECT_TRUE(log_.wait_for("close", 200));
  EXPECT_TRUE(becomes_true([&] { return heap().growth() < (std::size_t{128} << 10); }));
}

}  // namespace
}  // namespace heartwire::integration
