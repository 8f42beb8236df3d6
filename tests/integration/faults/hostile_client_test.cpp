// Clients that want nothing good of our server: silence, garbage, floods. Each gets the right
// answer or none, and nobody else notices.

#include "tests/integration/support/host.hpp"
#include "tests/integration/support/live_test.hpp"
#include "tests/unit/net/test_sockets.hpp"

#include <poll.h>
#include <sys/socket.h>

namespace heartwire::integration {
namespace {

using net::testing::Fd;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kUpgrade =
    "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

class HostileClient : public LiveTest {
 protected:
  static Fd dial(const Host& host) { return net::testing::connect_to(host.port()); }

  /// Everything up to the end; the test fails if that does not come in time.
  static std::string read_to_end(const Fd& fd) {
    std::string result;
    std::array<char, 4096> buffer{};
    pollfd wait{.fd = fd.get(), .events = POLLIN, .revents = 0};
    while (::poll(&wait, 1, 20'000) == 1) {
      const ssize_t count = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
      if (count <= 0) return result;
      result.append(buffer.data(), static_cast<std::size_t>(count));
    }
    ADD_FAILURE() << "the server did not end the connection; it said: " << result;
    return result;
  }

  /// What the server says to `bytes` before it ends the connection.
  static std::string provoke(const Host& host, std::string_view bytes) {
    const Fd fd = dial(host);
    net::testing::send_all(fd, bytes);
    return read_to_end(fd);
  }

  /// What it says after the upgrade to these frames.
  static std::string provoke_with_frames(const Host& host, std::string_view frames) {
    const std::string said = provoke(host, std::string{kUpgrade} + std::string{frames});
    const std::size_t at = said.find("\r\n\r\n");
    EXPECT_THAT(said, StartsWith("HTTP/1.1 101"));
    return at == said.npos ? std::string{} : said.substr(at + 4);
  }

  static server::Options hasty() {
    server::Options wanted = Host::echoing();
    wanted.handshake_timeout = 300ms;
    wanted.close_timeout = 300ms;
    return wanted;
  }

  /// The beginning of a Close frame with this code.
  static std::string close_frame(std::uint16_t code) {
    return {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  }
};

TEST_F(HostileClient, that_says_nothing_is_sent_away_in_time) {
  Host host(hasty());

  provoke(host, "");

  EXPECT_EQ(host.witness().count(Seen::open), 0u);
  EXPECT_TRUE(becomes_true([&] { return host.server().stats().open == 0; }));
}

TEST_F(HostileClient, that_never_finishes_its_request_is_sent_away_in_time) {
  Host host(hasty());

  provoke(host, kUpgrade.substr(0, 40));

  EXPECT_EQ(host.witness().count(Seen::open), 0u);
}

TEST_F(HostileClient, that_speaks_no_http_gets_400) {
  Host host(hasty());

  EXPECT_THAT(provoke(host, std::string("\x16\x03\x01\r\n\r\n", 7)), StartsWith("HTTP/1.1 400"));
}

TEST_F(HostileClient, that_asks_for_a_page_is_told_to_upgrade) {
  Host host(hasty());

  EXPECT_THAT(provoke(host, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              StartsWith("HTTP/1.1 426"));
}

TEST_F(HostileClient, whose_request_has_no_end_is_bounded) {
  Host host(hasty());
  const Fd fd = dial(host);

  net::testing::send_all(fd, "GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x'));

  EXPECT_THAT(read_to_end(fd), StartsWith("HTTP/1.1 431"));
}

TEST_F(HostileClient, that_does_not_mask_is_told_1002) {
  Host host(hasty());

  EXPECT_THAT(provoke_with_frames(host,
                                  "\x81\x01"
                                  "a"),
              HasSubstr(close_frame(1002)));
}

TEST_F(HostileClient, that_announces_a_giant_is_told_1009) {
  Host host(hasty());

  EXPECT_THAT(provoke_with_frames(
                  host, std::string("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff", 10) + "mask"),
              HasSubstr(close_frame(1009)));
}

TEST_F(HostileClient, that_sends_bad_text_is_told_1007) {
  Host host(hasty());

  EXPECT_THAT(provoke_with_frames(host, std::string("\x81\x82\0\0\0\0\xc3\x28", 8)),
              HasSubstr(close_frame(1007)));
}

TEST_F(HostileClient, that_never_answers_our_close_is_dropped_in_time) {
  Host host(hasty());
  const Fd fd = dial(host);
  net::testing::send_all(fd, kUpgrade);

  ASSERT_TRUE(host.guest().close(4000, "bye"));

  EXPECT_THAT(read_to_end(fd), HasSubstr("bye"));
  ASSERT_TRUE(host.witness().sees(Seen::close));
  EXPECT_FALSE(host.witness().first(Seen::close).close.is_clean);
}

// Once the send buffer is full the peer is not read from; nothing grows, nobody else waits.
TEST_F(HostileClient, that_floods_and_never_reads_holds_up_only_itself) {
  server::Options wanted = hasty();
  wanted.send_buffer_bytes_max = 256 << 10;
  Host host(wanted);
  const Fd fd = dial(host);
  net::testing::send_all(fd, kUpgrade);
  server::Connection flooder = host.guest();
  const std::string frame = std::string("\x82\xfe\x40\0\0\0\0\0", 8) + std::string(0x4000, 'f');
  net::testing::set_non_blocking(fd.get());
  // Until no more goes for half a second: all the buffers on the way are full.
  pollfd wait{.fd = fd.get(), .events = POLLOUT, .revents = 0};
  while (::poll(&wait, 1, 500) == 1) {
    if (::send(fd.get(), frame.data(), frame.size(), MSG_NOSIGNAL) < 0) break;
  }

  EXPECT_LE(flooder.unsent_bytes(), wanted.send_buffer_bytes_max);
  client::Client other(options(url_of(host.port())));
  other.start();
  ASSERT_TRUE(other.send("I am served"));
  EXPECT_TRUE(witness.hears("I am served"));
}

TEST_F(HostileClient, crowd_of_them_does_no_harm_to_an_honest_one) {
  server::Options wanted = hasty();
  wanted.handshake_timeout = 2s;
  Host host(wanted);
  std::vector<Fd> crowd;
  for (int i = 0; i < 100; ++i) {
    crowd.push_back(dial(host));
    net::testing::send_all(crowd.back(), i % 2 == 0 ? "\r\n\r\n\r\n" : kUpgrade.substr(0, 60));
  }
  client::Client client(options(url_of(host.port())));

  client.start();
  ASSERT_TRUE(client.send("good day"));

  ASSERT_TRUE(witness.hears("good day"));
  crowd.clear();
  EXPECT_TRUE(becomes_true([&] { return host.server().stats().open == 1; }));
}

TEST_F(HostileClient, port_that_is_in_use_is_named) {
  Host host;
  server::Options wanted;
  wanted.port = host.port();
  server::Server second(wanted);

  try {
    second.start();
    FAIL() << "it started";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr(std::to_string(host.port())));
  }
}

}  // namespace
}  // namespace heartwire::integration
