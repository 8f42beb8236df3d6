// Servers that mean harm to our client: what they say costs it no more than its options allow, and
// it comes back at its own pace.

#include "heartwire/endpoint/receiver.hpp"
#include "heartwire/ws/deflate.hpp"
#include "heartwire/ws/frame.hpp"
#include "tests/integration/support/live_test.hpp"
#include "tests/support/heap.hpp"
#include "tests/support/ws_peer.hpp"

#include <memory>
#include <optional>

namespace heartwire::integration {
namespace {

using support::WsListener;
using support::WsPeer;

constexpr std::size_t kPourMax = std::size_t{32} << 20;
/// A client's own, once: its thread, its loop, what it reads into.
constexpr std::size_t kClientBytes = std::size_t{512} << 10;
/// Head of an answer (ws::HeadLimits), in a string that doubles, and its fields.
constexpr std::size_t kHeadBytes = std::size_t{64} << 10;
constexpr std::size_t kMessageBytesMax = std::size_t{256} << 10;

class HostileServer : public LiveTest {
 protected:
  /// One attempt and `retries` more, each at once.
  client::Options patient(std::uint32_t retries = 0) {
    auto wanted = options(listener_.url());
    wanted.message_bytes_max = kMessageBytesMax;
    wanted.handshake_timeout = 5s;
    wanted.close_timeout = 500ms;
    wanted.reconnect.attempts_max = retries;
    wanted.reconnect.stable_after = 1h;
    return wanted;
  }

  void dial(const client::Options& wanted) {
    heap_.emplace();
    client_ = std::make_unique<client::Client>(wanted);
    client_->start();
  }

  /// `piece` again and again, until the client has given the attempt up.
  void pour(WsPeer& peer, std::string_view piece) {
    for (std::size_t sent = 0; sent < kPourMax && witness.count(Seen::gave_up) == 0;
         sent += piece.size())
      peer.send_raw(base::as_bytes(piece));
  }

  void expect_end(core::Cause cause, std::uint16_t code = 0) {
    ASSERT_TRUE(witness.sees(Seen::gave_up));
    const Seen how = code == 0 ? Seen::attempt_failed : Seen::close;
    EXPECT_EQ(witness.first(how).close.cause, cause) << witness.first(how).text;
    EXPECT_EQ(witness.first(how).close.code, code);
    EXPECT_EQ(witness.count(Seen::message), 0u);
  }

  WsListener listener_;
  std::unique_ptr<client::Client> client_;
  std::optional<support::HeapWatch> heap_;
};

TEST_F(HostileServer, whose_headers_never_end_is_left) {
  dial(patient());
  WsPeer peer = listener_.accept();
  ASSERT_TRUE(peer.read_request());
  peer.send_raw(base::as_bytes("HTTP/1.1 101 Switching Protocols\r\n"));

  pour(peer, "X-Header: of which there are many\r\n");

  expect_end(core::Cause::handshake);
  EXPECT_LE(heap_->growth_max(), kClientBytes + kHeadBytes);
}

TEST_F(HostileServer, whose_interim_answers_never_end_is_left) {
  dial(patient());
  WsPeer peer = listener_.accept();
  ASSERT_TRUE(peer.read_request());

  pour(peer, "HTTP/1.1 100 Continue\r\n\r\n");

  expect_end(core::Cause::handshake);
  EXPECT_LE(heap_->growth_max(), kClientBytes + kHeadBytes);
}

TEST_F(HostileServer, that_sends_its_visitors_round_in_circles_is_asked_at_our_own_pace) {
  dial(patient(3));
  const std::string answer =
      "HTTP/1.1 302 Found\r\nLocation: " + listener_.url() + "\r\nContent-Length: 0\r\n\r\n";

  for (int attempt = 0; attempt < 4; ++attempt) {
    WsPeer peer = listener_.accept();
    ASSERT_TRUE(peer.read_request()) << attempt;
    peer.send_raw(base::as_bytes(answer));
  }

  ASSERT_TRUE(witness.sees(Seen::gave_up));
  EXPECT_EQ(witness.count(Seen::attempt_failed), 4u);
  EXPECT_EQ(witness.count(Seen::retry), 3u);
  EXPECT_EQ(witness.first(Seen::attempt_failed).close.cause, core::Cause::http_status);
  EXPECT_TRUE(listener_.hears_nothing());
}

TEST_F(HostileServer, that_announces_a_giant_is_told_1009_and_gets_no_memory) {
  dial(patient());
  WsPeer peer = listener_.accept_open();
  const std::string giant("\x82\x7f\x00\x00\x00\xff\xff\xff\xff\xff", 10);

  peer.send_raw(base::as_bytes(giant + "x"));

  expect_end(core::Cause::protocol_error, 1009);
  EXPECT_LE(heap_->growth_max(), kClientBytes);
}

TEST_F(HostileServer, whose_message_never_ends_is_told_1009) {
  dial(patient());
  WsPeer peer = listener_.accept_open();
  base::Bytes frame;
  peer.send_raw(base::as_bytes(std::string("\x02\x00", 2)));
  ws::append_frame(frame, ws::Opcode::continuation, false, base::Bytes(1000), std::nullopt);

  pour(peer, base::as_text(frame));

  expect_end(core::Cause::protocol_error, 1009);
  EXPECT_LE(heap_->growth_max(), kClientBytes + 2 * kMessageBytesMax);
}

TEST_F(HostileServer, that_sends_a_bomb_is_told_1009_while_it_inflates) {
  base::Bytes payload;
  {
    const base::Bytes zeros(std::size_t{64} << 20);
    ws::Deflater deflater;
    ASSERT_TRUE(deflater.deflate({}, zeros, zeros.size(), payload));
  }
  base::Bytes frame;
  ws::append_frame(frame, ws::Opcode::binary, true, payload, std::nullopt);
  frame[0] = static_cast<std::uint8_t>(frame[0] | 0x40);  // RSV1.
  auto wanted = patient();
  wanted.compression.emplace();
  dial(wanted);
  WsPeer peer = listener_.accept();
  const auto request = peer.read_request();
  ASSERT_TRUE(request);
  const auto accept = ws::make_accept(*request, {}, {}, "permessage-deflate");
  ASSERT_TRUE(accept);

  peer.send_raw(base::as_bytes(*accept));
  peer.send_raw(frame);

  expect_end(core::Cause::protocol_error, 1009);
  const std::size_t zlib = ws::inflater_bytes_max(15) + ws::deflater_bytes_max({});
  EXPECT_LE(heap_->growth_max(), kClientBytes + 3 * kMessageBytesMax + zlib);
}

TEST_F(HostileServer, that_floods_with_pings_and_never_reads_is_not_answered_without_end) {
  dial(patient());
  WsPeer peer = listener_.accept_open();
  base::Bytes block;
  while (block.size() < (std::size_t{64} << 10))
    ws::append_frame(block, ws::Opcode::ping, true, base::Bytes(125), std::nullopt);

  for (std::size_t sent = 0; sent < kPourMax; sent += block.size()) peer.send_raw(block);

  // All of it was read, and most of it not answered: it could be done for ever.
  ASSERT_TRUE(client_->send("still here"));
  EXPECT_EQ(witness.count(Seen::close), 0u);
  const std::size_t waiting = (std::size_t{128} << 10) + endpoint::Receiver::kAnswerBytesMax;
  EXPECT_LE(heap_->growth_max(), kClientBytes + 3 * waiting);
}

TEST_F(HostileServer, that_sends_garbage_is_left) {
  dial(patient());
  WsPeer peer = listener_.accept_open();
  std::string garbage;
  for (int i = 0; i < 1000; ++i) garbage += static_cast<char>(i * 7 + 0x71);

  pour(peer, garbage);

  expect_end(core::Cause::protocol_error, 1002);
  EXPECT_LE(heap_->growth_max(), kClientBytes);
}

}  // namespace
}  // namespace heartwire::integration
