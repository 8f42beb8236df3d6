#include "heartwire/ws/handshake_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace heartwire::ws {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

/// The key of the RFC's example, "the sample nonce".
constexpr HandshakeKey kKey = {'t', 'h', 'e', ' ', 's', 'a', 'm', 'p',
                               'l', 'e', ' ', 'n', 'o', 'n', 'c', 'e'};
const Field kAccept{"Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="};
const Field kUpgrade{"Upgrade", "websocket"};
const Field kConnection{"Connection", "Upgrade"};

Head answer(std::vector<Field> fields, int status = 101) {
  Head head;
  head.status = status;
  head.fields = std::move(fields);
  return head;
}

std::string request(std::string_view url, const HandshakeRequestOptions& options = {}) {
  const auto made = make_request(*parse_url(url), options, kKey);
  return made ? *made : "refused: " + made.error().text;
}

TEST(HandshakeClient, asks_as_the_rfc_says) {
  EXPECT_EQ(request("ws://example.com:8080/chat?room=1"),
            "GET /chat?room=1 HTTP/1.1\r\n"
            "Host: example.com:8080\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n"
            "\r\n");
}

TEST(HandshakeClient, adds_what_the_user_wants_in_his_order) {
  HandshakeRequestOptions options;
  options.subprotocols = {"v2.chat", "v1.chat"};
  options.headers = {{"X-B", "1"}, {"X-A", "2"}, {"X-B", "3"}};
  options.origin = "https://example.com";

  const std::string made = request("ws://h", options);

  EXPECT_THAT(made, HasSubstr("\r\nSec-WebSocket-Protocol: v2.chat, v1.chat\r\n"));
  EXPECT_THAT(made, HasSubstr("\r\nOrigin: https://example.com\r\n"));
  EXPECT_THAT(made, testing::EndsWith("X-B: 1\r\nX-A: 2\r\nX-B: 3\r\n\r\n"));
}

TEST(HandshakeClient, sends_the_urls_user_and_password_unless_told_otherwise) {
  HandshakeRequestOptions options;
  EXPECT_THAT(request("ws://Aladdin:open%20sesame@h", options),
              HasSubstr("\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));

  options.headers = {{"authorization", "Bearer x"}};
  EXPECT_THAT(request("ws://Aladdin:open%20sesame@h", options), Not(HasSubstr("Basic")));
}

TEST(HandshakeClient, refuses_to_send_what_would_forge_or_contradict) {
  const auto with = [](auto change) {
    HandshakeRequestOptions options;
    change(options);
    return request("ws://h", options);
  };

  EXPECT_THAT(with([](auto& o) {
                o.headers = {{"X", "a\r\nY: b"}};
              }),
              HasSubstr("refused: header"));
  EXPECT_THAT(with([](auto& o) { o.headers = {{"Host", "evil"}}; }), HasSubstr("refused: header"));
  EXPECT_THAT(with([](auto& o) { o.origin = "a\nb"; }), HasSubstr("refused: header \"Origin\""));
  EXPECT_THAT(with([](auto& o) { o.subprotocols = {"a b"}; }), HasSubstr("no valid name"));
  EXPECT_THAT(with([](auto& o) { o.subprotocols = {""}; }), HasSubstr("no valid name"));
  EXPECT_THAT(with([](auto& o) { o.subprotocols = {"a", "b", "a"}; }), HasSubstr("offered twice"));
}

TEST(HandshakeClient, accepts_the_right_answer) {
  const std::string offered[] = {"chat", "superchat"};

  const auto plain = check_response(answer({kUpgrade, kConnection, kAccept}), kKey, {});
  const auto chosen = check_response(answer({{"upgrade", "WebSocket"},
                                             {"connection", "keep-alive, upgrade"},
                                             kAccept,
                                             {"Sec-WebSocket-Protocol", "superchat"},
                                             {"Set-Cookie", "a=b"}}),
                                     kKey, offered);

  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->subprotocol, "");
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->subprotocol, "superchat");
  EXPECT_EQ(chosen->headers.size(), 5U);
}

TEST(HandshakeClient, lives_with_a_server_that_chooses_no_subprotocol) {
  const std::string offered[] = {"chat"};

  EXPECT_TRUE(check_response(answer({kUpgrade, kConnection, kAccept}), kKey, offered).is_ok());
}

struct BadRow {
  const char* what;
  std::vector<Field> fields;
  HandshakeFault fault;
};

const BadRow kFaults[] = {
    {"no Upgrade", {kConnection, kAccept}, HandshakeFault::upgrade_missing},
    {"another protocol",
     {{"Upgrade", "h2c"}, kConnection, kAccept},
     HandshakeFault::upgrade_missing},
    {"no Connection", {kUpgrade, kAccept}, HandshakeFault::connection_missing},
    {"Connection: close",
     {kUpgrade, {"Connection", "close"}, kAccept},
     HandshakeFault::connection_missing},
    {"no accept", {kUpgrade, kConnection}, HandshakeFault::accept_wrong},
    {"another key's accept",
     {kUpgrade, kConnection, {"Sec-WebSocket-Accept", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}},
     HandshakeFault::accept_wrong},
    {"accept in another case",
     {kUpgrade, kConnection, {"Sec-WebSocket-Accept", "S3pPLMBiTxaQ9kYGzzhZRbK+xOo="}},
     HandshakeFault::accept_wrong},
    {"accept twice", {kUpgrade, kConnection, kAccept, kAccept}, HandshakeFault::accept_wrong},
    {"extension not offered",
     {kUpgrade, kConnection, kAccept, {"Sec-WebSocket-Extensions", "permessage-deflate"}},
     HandshakeFault::extension_wrong},
    {"subprotocol not offered",
     {kUpgrade, kConnection, kAccept, {"Sec-WebSocket-Protocol", "other"}},
     HandshakeFault::subprotocol_unknown},
    {"subprotocol in another case",
     {kUpgrade, kConnection, kAccept, {"Sec-WebSocket-Protocol", "Chat"}},
     HandshakeFault::subprotocol_unknown},
    {"two subprotocols",
     {kUpgrade, kConnection, kAccept, {"Sec-WebSocket-Protocol", "chat, superchat"}},
     HandshakeFault::subprotocol_unknown},
    {"subprotocol twice",
     {kUpgrade,
      kConnection,
      kAccept,
      {"Sec-WebSocket-Protocol", "chat"},
      {"Sec-WebSocket-Protocol", "chat"}},
     HandshakeFault::subprotocol_unknown},
    {"empty subprotocol",
     {kUpgrade, kConnection, kAccept, {"Sec-WebSocket-Protocol", ""}},
     HandshakeFault::subprotocol_unknown},
};

TEST(HandshakeClient, fails_on_each_wrong_answer) {
  const std::string offered[] = {"chat", "superchat"};
  for (const BadRow& row : kFaults) {
    const auto checked = check_response(answer(row.fields), kKey, offered);
    ASSERT_FALSE(checked.is_ok()) << row.what;
    EXPECT_EQ(checked.error().fault, row.fault) << row.what << ": " << checked.error().text;
    EXPECT_FALSE(checked.error().text.empty());
  }
}

TEST(HandshakeClient, fails_on_http_1_0) {
  Head head = answer({kUpgrade, kConnection, kAccept});
  head.version_minor = 0;

  EXPECT_EQ(check_response(head, kKey, {}).error().fault, HandshakeFault::not_http_1_1);
}

TEST(HandshakeClient, tells_what_another_status_demands) {
  Head head = answer({{"Retry-After", "7"}, {"Location", "https://h/login"}}, 503);
  head.reason = "Busy\x1b[31m";

  const auto checked = check_response(head, kKey, {});

  ASSERT_FALSE(checked.is_ok());
  EXPECT_EQ(checked.error().fault, HandshakeFault::http_status);
  EXPECT_EQ(checked.error().status, 503);
  EXPECT_EQ(checked.error().retry_after, seconds{7});
  EXPECT_EQ(checked.error().location, "https://h/login");
  EXPECT_EQ(checked.error().text, "the server answered HTTP 503 Busy\\x1b[31m");
}

}  // namespace
}  // namespace heartwire::ws
