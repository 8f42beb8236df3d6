#include "heartwire/endpoint/client_handshake.hpp"

#include "tests/unit/endpoint/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

namespace heartwire::endpoint {
namespace {

using testing::HasSubstr;

using Answer = std::optional<base::Result<Accepted, core::Outcome>>;

ClientHandshake handshake(std::vector<std::string> subprotocols = {}) {
  const auto url = ws::parse_url("ws://example.com:8080/chat?room=1");
  ws::HandshakeRequestOptions wanted;
  wanted.subprotocols = std::move(subprotocols);
  return ClientHandshake::make(*url, std::move(wanted), {}).value();
}

Answer receive(ClientHandshake& handshake, base::Bytes bytes) {
  base::MutableByteView input{bytes};
  return handshake.receive(input);
}

core::Outcome refused(std::string_view answer) {
  ClientHandshake one = handshake();
  const Answer given = receive(one, test::to_bytes(answer));
  EXPECT_TRUE(given && !given->is_ok());
  return given && !given->is_ok() ? given->error() : core::Outcome{};
}

TEST(ClientHandshake, asks_for_what_the_url_names) {
  const std::string head = handshake({"a", "b"}).request_head();

  EXPECT_TRUE(head.starts_with("GET /chat?room=1 HTTP/1.1\r\nHost: example.com:8080\r\n"));
  EXPECT_THAT(head, HasSubstr("Sec-WebSocket-Protocol: a, b\r\n"));
}

TEST(ClientHandshake, refuses_to_send_what_may_not_be_sent) {
  const auto url = ws::parse_url("ws://example.com/");
  ws::HandshakeRequestOptions wanted;
  wanted.headers = {{"X", "a\r\nY: b"}};
  const auto made = ClientHandshake::make(*url, wanted, {});

  ASSERT_FALSE(made.is_ok());
  EXPECT_FALSE(made.error().empty());
}

TEST(ClientHandshake, leaves_what_follows_the_head_to_frames) {
  ClientHandshake one = handshake();
  base::Bytes bytes = test::to_bytes(test::accepting_head() + "frames");
  base::MutableByteView input{bytes};

  const Answer answer = one.receive(input);

  ASSERT_TRUE(answer && answer->is_ok());
  EXPECT_EQ(base::as_text(input), "frames");
}

TEST(ClientHandshake, tells_the_subprotocol_that_was_agreed_on) {
  ClientHandshake one = handshake({"a", "b"});
  const std::string head = test::accepting_head("Sec-WebSocket-Protocol: b\r\n");

  const Answer answer = receive(one, test::to_bytes(head));

  ASSERT_TRUE(answer && answer->is_ok());
  EXPECT_EQ((*answer)->subprotocol, "b");
}

TEST(ClientHandshake, reads_an_answer_that_is_cut_anywhere) {
  const base::Bytes head = test::to_bytes(test::accepting_head());
  for (std::size_t cut = 1; cut < head.size(); ++cut) {
    ClientHandshake one = handshake();
    const auto middle = head.begin() + static_cast<std::ptrdiff_t>(cut);

    ASSERT_FALSE(receive(one, {head.begin(), middle})) << cut;
    const Answer answer = receive(one, {middle, head.end()});
    ASSERT_TRUE(answer && answer->is_ok()) << cut;
  }
}

TEST(ClientHandshake, a_refusal_is_told_by_its_status) {
  for (const int status : {200, 301, 401, 403, 404, 429, 503}) {
    const auto outcome = refused("HTTP/1.1 " + std::to_string(status) + " No\r\n\r\n");

    EXPECT_EQ(outcome.cause, core::Cause::http_status);
    EXPECT_EQ(outcome.code, status);
  }
}

TEST(ClientHandshake, a_refusal_may_say_when_to_return) {
  const auto outcome = refused("HTTP/1.1 503 Busy\r\nRetry-After: 120\r\n\r\n");

  EXPECT_EQ(outcome.retry_after, std::chrono::seconds{120});
}

TEST(ClientHandshake, an_upgrade_that_proves_nothing_is_no_connection) {
  const auto outcome = refused(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n");

  EXPECT_EQ(outcome.cause, core::Cause::handshake);
  EXPECT_FALSE(outcome.text.empty());
}

TEST(ClientHandshake, what_is_not_http_is_named_from_its_first_octets) {
  EXPECT_THAT(refused("SSH-2.0").text, HasSubstr("not HTTP"));
  EXPECT_THAT(refused("\x15\x03\x01").text, HasSubstr("TLS"));
  EXPECT_EQ(refused("SSH-2.0").cause, core::Cause::handshake);
}

TEST(ClientHandshake, a_head_without_an_end_meets_a_bound) {
  const auto outcome =
      refused("HTTP/1.1 101 Switching Protocols\r\nX: " + std::string(20'000, 'x'));

  EXPECT_EQ(outcome.cause, core::Cause::handshake);
  EXPECT_THAT(outcome.text, HasSubstr("size limit"));
}

}  // namespace
}  // namespace heartwire::endpoint
