#include "heartwire/ws/handshake_server.hpp"

#include "heartwire/ws/handshake_client.hpp"
#include "heartwire/ws/http_head_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace heartwire::ws {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

Head good() {
  Head head;
  head.method = "GET";
  head.target = "/chat/a%20b?x=1?2";
  head.fields = {{"Host", "server.example.com"},
                 {"Upgrade", "websocket"},
                 {"Connection", "Upgrade"},
                 {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                 {"Origin", "http://example.com"},
                 {"Sec-WebSocket-Protocol", "chat, superchat"},
                 {"Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"},
                 {"Sec-WebSocket-Version", "13"}};
  return head;
}

Head without(Head head, std::string_view name) {
  std::erase_if(head.fields, [&](const Field& f) { return equals_ignoring_case(f.name, name); });
  return head;
}

Head with(Head head, std::string name, std::string value) {
  head = without(std::move(head), name);
  head.fields.push_back({std::move(name), std::move(value)});
  return head;
}

Head doubled(Head head, std::string_view name) {
  head.fields.push_back({std::string{name}, std::string{*head.find(name)}});
  return head;
}

template <typename T>
Head changed(T Head::*member, T value) {
  Head head = good();
  head.*member = std::move(value);
  return head;
}

TEST(HandshakeServer, takes_a_good_request_apart) {
  const auto request = check_request(good());

  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "/chat/a%20b");
  EXPECT_EQ(request->query, "x=1?2");
  EXPECT_EQ(request->host, "server.example.com");
  EXPECT_EQ(request->origin, "http://example.com");
  EXPECT_THAT(request->subprotocols, ElementsAre("chat", "superchat"));
  EXPECT_EQ(request->key, "dGhlIHNhbXBsZSBub25jZQ==");
  EXPECT_EQ(request->headers.size(), 8U);
}

TEST(HandshakeServer, takes_what_the_rfcs_let_a_client_vary) {
  EXPECT_TRUE(check_request(with(good(), "Upgrade", "WebSocket, h2c")).is_ok());
  EXPECT_TRUE(check_request(with(good(), "connection", "keep-alive, UPGRADE")).is_ok());
  EXPECT_TRUE(check_request(with(good(), "Content-Length", "0")).is_ok());
  EXPECT_TRUE(check_request(without(good(), "Origin")).is_ok());
  EXPECT_TRUE(check_request(without(good(), "Sec-WebSocket-Protocol")).is_ok());
  EXPECT_TRUE(check_request(changed(&Head::version_minor, 2)).is_ok());
}

TEST(HandshakeServer, takes_a_target_in_absolute_form) {
  const auto path = [](const char* target) {
    return check_request(changed(&Head::target, std::string{target}))->path;
  };

  EXPECT_EQ(path("http://other.example/a?b"), "/a");
  EXPECT_EQ(path("WS://other.example"), "/");
}

struct BadRow {
  const char* what;
  Head request;
  int status;
};

const BadRow kFaults[] = {
    {"HTTP/1.0", changed(&Head::version_minor, 0), 505},
    {"POST", changed(&Head::method, std::string{"POST"}), 405},
    {"get", changed(&Head::method, std::string{"get"}), 405},
    {"asterisk target", changed(&Head::target, std::string{"*"}), 400},
    {"authority target", changed(&Head::target, std::string{"host:80"}), 400},
    {"another scheme", changed(&Head::target, std::string{"ftp://h/"}), 400},
    {"fragment", changed(&Head::target, std::string{"/a#b"}), 400},
    {"target beyond ASCII", changed(&Head::target, std::string{"/\xc3\xa9"}), 400},
    {"no Host", without(good(), "Host"), 400},
    {"Host twice", doubled(good(), "Host"), 400},
    {"body in chunks", with(good(), "Transfer-Encoding", "chunked"), 400},
    {"body of a length", with(good(), "Content-Length", "5"), 400},
    {"length twice", doubled(with(good(), "Content-Length", "0"), "Content-Length"), 400},
    {"no Upgrade", without(good(), "Upgrade"), 426},
    {"Upgrade twice", doubled(good(), "Upgrade"), 400},
    {"another protocol", with(good(), "Upgrade", "h2c"), 426},
    {"no Connection", without(good(), "Connection"), 426},
    {"Connection without upgrade", with(good(), "Connection", "keep-alive"), 426},
    {"no version", without(good(), "Sec-WebSocket-Version"), 426},
    {"version 8", with(good(), "Sec-WebSocket-Version", "8"), 426},
    {"version 013", with(good(), "Sec-WebSocket-Version", "013"), 426},
    {"version twice", doubled(good(), "Sec-WebSocket-Version"), 400},
    {"no key", without(good(), "Sec-WebSocket-Key"), 400},
    {"key twice", doubled(good(), "Sec-WebSocket-Key"), 400},
    {"short key", with(good(), "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub24="), 400},
    {"key that is no base64", with(good(), "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=*"), 400},
    {"invalid subprotocol", with(good(), "Sec-WebSocket-Protocol", "chat, a b"), 400},
    {"malformed extensions", with(good(), "Sec-WebSocket-Extensions", "a; b c"), 400},
};

TEST(HandshakeServer, refuses_each_fault_with_its_status) {
  for (const BadRow& row : kFaults) {
    const auto request = check_request(row.request);
    ASSERT_FALSE(request.is_ok()) << row.what;
    EXPECT_EQ(request.error().status, row.status) << row.what << ": " << request.error().text;
    EXPECT_FALSE(request.error().text.empty());
    EXPECT_TRUE(make_refusal(request.error()).is_ok()) << row.what;
  }
}

TEST(HandshakeServer, says_which_version_and_method_it_knows) {
  const auto told = [](const Head& head) { return *make_refusal(check_request(head).error()); };

  const std::string version = told(with(good(), "Sec-WebSocket-Version", "8"));
  EXPECT_THAT(version, HasSubstr("HTTP/1.1 426 Upgrade Required\r\n"));
  EXPECT_THAT(version, HasSubstr("\r\nSec-WebSocket-Version: 13\r\n"));
  EXPECT_THAT(version, HasSubstr("\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n"));
  EXPECT_THAT(told(changed(&Head::method, std::string{"POST"})), HasSubstr("\r\nAllow: GET\r\n"));
}

TEST(HandshakeServer, accepts_as_the_rfc_says) {
  const Field extra{"Set-Cookie", "a=b"};

  const auto made = make_accept(*check_request(good()), "superchat", {&extra, 1});

  ASSERT_TRUE(made);
  EXPECT_EQ(*made,
            "HTTP/1.1 101 Switching Protocols\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            "Sec-WebSocket-Protocol: superchat\r\n"
            "Set-Cookie: a=b\r\n"
            "\r\n");
}

TEST(HandshakeServer, does_not_send_what_would_break_the_handshake) {
  const UpgradeRequest request = *check_request(good());
  const Field forged{"X", "a\r\nY: b"};

  EXPECT_FALSE(make_accept(request, "not-offered", {}).is_ok());
  EXPECT_FALSE(make_accept(request, "", {&forged, 1}).is_ok());
  EXPECT_FALSE(make_refusal({403, "no", {}, {forged}}).is_ok());
  EXPECT_FALSE(make_refusal({403, "no", {}, {{"Content-Length", "0"}}}).is_ok());
  EXPECT_FALSE(make_refusal({101, "no", {}, {}}).is_ok());
  EXPECT_FALSE(make_refusal({600, "no", {}, {}}).is_ok());
}

TEST(HandshakeServer, refuses_with_a_body_a_length_and_a_time_to_return) {
  const auto made = make_refusal({503, "Busy.", seconds{3}, {{"X-Why", "queue"}}});

  ASSERT_TRUE(made);
  EXPECT_EQ(*made,
            "HTTP/1.1 503 Service Unavailable\r\n"
            "Connection: close\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Length: 6\r\n"
            "Retry-After: 3\r\n"
            "X-Why: queue\r\n"
            "\r\n"
            "Busy.\n");
}

TEST(HandshakeServer, chooses_what_the_client_prefers) {
  const UpgradeRequest request = *check_request(good());
  const std::string both[] = {"superchat", "chat"};
  const std::string one[] = {"superchat"};
  const std::string other[] = {"mqtt"};

  EXPECT_EQ(choose_subprotocol(request, both), "chat");
  EXPECT_EQ(choose_subprotocol(request, one), "superchat");
  EXPECT_EQ(choose_subprotocol(request, other), "");
}

/// The head in `text`.
Head parsed(HeadKind kind, const std::string& text) {
  HeadReader reader{kind};
  auto step = reader.feed(base::as_bytes(text));
  return *std::move(*step).head;
}

TEST(HandshakeServer, opens_with_our_own_client) {
  const HandshakeKey key = {1, 2, 3};
  HandshakeRequestOptions options;
  options.subprotocols = {"a", "b"};
  const std::string asked = *make_request(*parse_url("ws://[::1]:9/p?q"), options, key);

  const auto request = check_request(parsed(HeadKind::request, asked));
  ASSERT_TRUE(request);
  const std::string answered = *make_accept(*request, "b", {});
  const auto accepted =
      check_response(parsed(HeadKind::response, answered), key, options.subprotocols);

  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->subprotocol, "b");
  EXPECT_EQ(request->host, "[::1]:9");
}

TEST(HandshakeServer, its_refusal_is_understood_by_our_own_client) {
  const std::string refused = *make_refusal({429, "Slow down.", seconds{12}, {}});

  const auto checked = check_response(parsed(HeadKind::response, refused), {}, {});

  ASSERT_FALSE(checked.is_ok());
  EXPECT_EQ(checked.error().status, 429);
  EXPECT_EQ(checked.error().retry_after, seconds{12});
}

}  // namespace
}  // namespace heartwire::ws
