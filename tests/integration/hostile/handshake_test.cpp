// Attackers who never get as far as an open connection: what their requests can cost.

#include "tests/integration/hostile/siege.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace heartwire::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class HostileHandshake : public Siege {
 protected:
  /// Sends `piece` again and again until the server answers; no more than `limit` bytes.
  std::size_t pour(RawPeer& peer, std::string_view piece, std::size_t limit) {
    std::size_t sent = 0;
    while (sent < limit && !peer.is_answered()) {
      peer.send(piece);
      sent += piece.size();
    }
    return sent;
  }

  /// An upgrade request in which `from` stands as `to`.
  static std::string changed(std::string_view from, std::string_view to) {
    std::string request{kUpgrade};
    const std::size_t at = request.find(from);
    EXPECT_NE(at, request.npos) << from;
    return request.replace(at, from.size(), to);
  }
};

TEST_F(HostileHandshake, by_a_byte_now_and_then_ends_in_time) {
  server::Options wanted;
  wanted.handshake_timeout = 1s;
  open(wanted);
  std::vector<RawPeer> crowd;
  for (int i = 0; i < 100; ++i) crowd.emplace_back(port());
  const auto is_answered = [](const RawPeer& peer) { return peer.is_answered(); };

  // Each byte comes well within the time; only all of them together do not.
  std::size_t sent = 0;
  while (sent < kUpgrade.size() && !std::all_of(crowd.begin(), crowd.end(), is_answered)) {
    for (RawPeer& peer : crowd) peer.send(kUpgrade.substr(sent, 1));
    ++sent;
    ASSERT_TRUE(is_served());
    std::this_thread::sleep_for(20ms);
  }

  EXPECT_LT(sent, kUpgrade.size());
  for (RawPeer& peer : crowd) EXPECT_THAT(peer.read_head(), StartsWith("HTTP/1.1 408 "));
  EXPECT_TRUE(admits_another());
  EXPECT_LE(heap().growth_max(), crowd.size() * bytes_before_upgrade(options()));
  EXPECT_TRUE(becomes_true([&] { return heap().growth() < (std::size_t{128} << 10); }));
}

TEST_F(HostileHandshake, with_endless_headers_ends_at_the_limit) {
  open();
  RawPeer peer(port());
  peer.send(kUpgrade.substr(0, kUpgrade.size() - 2));

  const std::size_t sent = pour(peer, "X-Header: of which there are many\r\n", 64 << 20);

  EXPECT_LT(sent, std::size_t{64} << 20);
  EXPECT_THAT(peer.read_head(), StartsWith("HTTP/1.1 431 "));
  EXPECT_TRUE(is_served());
  EXPECT_LE(heap().growth_max(), bytes_before_upgrade(options()) + bytes_shared(options()));
}

TEST_F(HostileHandshake, with_more_headers_than_anybody_needs_is_refused) {
  open();
  RawPeer peer(port());
  std::string fields;
  for (int i = 0; i < 101; ++i) fields += "X: y\r\n";

  EXPECT_THAT(peer.upgrade("/", fields), StartsWith("HTTP/1.1 431 "));
  EXPECT_TRUE(is_served());
}

TEST_F(HostileHandshake, with_a_header_line_without_end_ends_at_the_limit) {
  open();
  std::vector<RawPeer> crowd;
  for (int i = 0; i < 20; ++i) crowd.emplace_back(port());
  const std::string piece(4096, 'x');

  for (RawPeer& peer : crowd) {
    peer.send(changed("Host:", "X:").substr(0, 20));
    EXPECT_LT(pour(peer, piece, 64 << 20), std::size_t{64} << 20);
    EXPECT_THAT(peer.read_head(), StartsWith("HTTP/1.1 431 "));
    ASSERT_TRUE(is_served());
  }

  EXPECT_LE(heap().growth_max(),
            crowd.size() * bytes_before_upgrade(options()) + bytes_shared(options()));
}

TEST_F(HostileHandshake, that_smuggles_a_request_is_refused_whole) {
  const std::pair<const char*, std::string> shapes[] = {
      {"bare line feed", changed("localhost\r\n", "localhost\n")},
      {"bare line feeds at the end", changed("13\r\n\r\n", "13\n\n")},
      {"bare carriage return", changed("localhost\r\n", "localhost\rX: y\r\n")},
      {"space before the colon", changed("Upgrade:", "Upgrade :")},
      {"tab before the colon", changed("Host:", "Host\t:")},
      {"folded line", changed("Host: localhost", "Host: local\r\n host")},
      {"folded by a tab", changed("Upgrade: websocket", "Upgrade:\r\n\twebsocket")},
      {"line before the request", "\r\n" + std::string{kUpgrade}},
      {"NUL in a value", changed("localhost", std::string("local\0host", 10))},
      {"NUL in a name", changed("Host:", std::string("Ho\0st:", 6))},
      {"line without a colon", changed("Host:", "Nothing\r\nHost:")},
      {"Upgrade twice", changed("Host:", "Upgrade: h2c\r\nHost:")},
      {"Host twice", changed("Upgrade:", "Host: elsewhere\r\nUpgrade:")},
      {"key twice", changed("Upgrade:", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nUpgrade:")},
      {"version twice", changed("Upgrade:", "Sec-WebSocket-Version: 8\r\nUpgrade:")},
      {"Content-Length twice",
       changed("Upgrade:", "Content-Length: 0\r\nContent-Length: 0\r\nUpgrade:")},
      {"Content-Length of two minds", changed("Upgrade:", "Content-Length: 0, 5\r\nUpgrade:")},
      {"a body is announced", changed("Upgrade:", "Content-Length: 5\r\nUpgrade:")},
      {"a negative body", changed("Upgrade:", "Content-Length: -1\r\nUpgrade:")},
      {"chunked", changed("Upgrade:", "Transfer-Encoding: chunked\r\nUpgrade:")},
      {"almost chunked", changed("Upgrade:", "Transfer-Encoding: xchunked\r\nUpgrade:")},
      {"Transfer-Encoding twice",
       changed("Upgrade:", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\nUpgrade:")},
      {"length and chunked",
       changed("Upgrade:", "Content-Length: 0\r\nTransfer-Encoding: chunked\r\nUpgrade:")}};
  open();

  for (const auto& [shape, request] : shapes) {
    SCOPED_TRACE(shape);
    RawPeer peer(port());
    peer.send(request + changed("GET /", "GET /smuggled") + client_frame(ws::Opcode::text, "echo"));

    EXPECT_THAT(peer.read_head(), StartsWith("HTTP/1.1 400 "));
    // The rest of the answer is text for people; no second answer follows, and no frame.
    EXPECT_THAT(peer.read_head(), ::testing::AllOf(::testing::EndsWith("fin"),
                                                   ::testing::Not(HasSubstr("HTTP/1.1"))));
  }

  EXPECT_EQ(log_.count("request"), 0u);
  EXPECT_TRUE(is_served());
  EXPECT_LE(heap().growth_max(), std::size(shapes) * bytes_before_upgrade(options()));
}

TEST_F(HostileHandshake, that_is_answered_after_frames_came_serves_those_frames) {
  open();
  const std::string early = client_frame(ws::Opcode::text, "echo early");
  RawPeer together(port());
  RawPeer apart(port());
  RawPeer cut(port());

  together.send(std::string{kUpgrade} + early + early);
  apart.send(kUpgrade);
  apart.send(early + early);
  cut.send(kUpgrade.substr(0, kUpgrade.size() - 1));
  ASSERT_TRUE(is_served());
  cut.send("\n" + early + early);

  for (RawPeer* peer : {&together, &apart, &cut}) {
    EXPECT_THAT(peer->read_head(), StartsWith("HTTP/1.1 101 "));
    EXPECT_EQ(peer->next(), "text echo early");
    EXPECT_EQ(peer->next(), "text echo early");
  }
}

TEST_F(HostileHandshake, followed_by_a_flood_at_once_costs_no_more_than_a_connection) {
  open();
  const std::string frame = client_frame(ws::Opcode::binary, std::string(60'000, 'f'));
  RawPeer peer(port());
  peer.send(kUpgrade);

  for (int i = 0; i < 200; ++i) {
    peer.send(frame);
    if (i % 20 != 0) continue;
    ASSERT_TRUE(is_served());
  }

  EXPECT_THAT(peer.read_head(), StartsWith("HTTP/1.1 101 "));
  EXPECT_TRUE(becomes_true([&] { return messages_ == 200u; }));
  EXPECT_LE(heap().growth_max(), bytes_after_upgrade(options()));
}

TEST_F(HostileHandshake, that_ends_halfway_leaves_nothing_behind) {
  open();
  for (int i = 0; i < 100; ++i) {
    RawPeer peer(port());
    peer.send(kUpgrade.substr(0, static_cast<std::size_t>(i)));
    peer.finish();
    EXPECT_THAT(peer.next(), ::testing::AnyOf("fin", "rst"));
  }

  EXPECT_TRUE(is_served());
  EXPECT_LE(heap().growth_max(), 100 * bytes_before_upgrade(options()));
  EXPECT_TRUE(becomes_true([&] { return heap().growth() < (std::size_t{64} << 10); }));
}

TEST_F(HostileHandshake, whose_asker_will_send_no_more_is_answered_and_ended) {
  open();
  RawPeer peer(port());
  peer.send(kUpgrade);
  peer.finish();

  EXPECT_THAT(peer.read_head(), StartsWith("HTTP/1.1 101 "));
  EXPECT_THAT(peer.next(), ::testing::AnyOf("fin", "rst"));
  EXPECT_TRUE(becomes_true([&] { return server().stats().open == 1; }));
  EXPECT_TRUE(is_served());
}

}  // namespace
}  // namespace heartwire::integration
