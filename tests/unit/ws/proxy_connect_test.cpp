#include "heartwire/ws/proxy_connect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace heartwire::ws {
namespace {

using testing::HasSubstr;
using testing::Not;

const UserInfo kUser{"me", "secret"};

ProxyConnect machine(std::optional<UserInfo> user = std::nullopt) {
  return {"example.org", 443, std::move(user)};
}

std::string request(const ProxyConnect& connect) {
  return std::string{base::as_text(connect.start())};
}

ProxyFailure failure(std::string_view answer, std::optional<UserInfo> user = std::nullopt) {
  ProxyConnect connect = machine(std::move(user));
  const ProxyResult result = connect.receive(base::as_bytes(answer));
  EXPECT_FALSE(result) << answer;
  return result ? ProxyFailure{} : result.error();
}

TEST(ProxyConnect, asks_for_a_tunnel_to_the_target) {
  EXPECT_EQ(request(machine()),
            "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n");
  EXPECT_EQ(request({"::1", 80, {}}), "CONNECT [::1]:80 HTTP/1.1\r\nHost: [::1]:80\r\n\r\n");
}

TEST(ProxyConnect, authenticates_as_rfc_7617_shows) {
  // "Aladdin" and "open sesame" are the RFC's own example.
  EXPECT_EQ(request(machine(UserInfo{"Aladdin", "open sesame"})),
            "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n"
            "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n");
}

TEST(ProxyConnect, is_done_by_any_answer_of_200_and_some_cut_anywhere) {
  for (const std::string answer :
       {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 Connection established\r\nProxy-agent: x\r\n\r\n",
        "HTTP/1.1 299 Odd\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"}) {
    for (std::size_t cut = 0; cut < answer.size(); ++cut) {
      ProxyConnect connect = machine();

      const auto first = connect.receive(base::as_bytes(answer).first(cut));
      ASSERT_TRUE(first);
      EXPECT_EQ(*first, ProxyStep{}) << "nothing to send, and not done";
      const auto second = connect.receive(base::as_bytes(answer).subspan(cut));
      ASSERT_TRUE(second);
      EXPECT_EQ(*second, (ProxyStep{{}, true}));
    }
  }
}

TEST(ProxyConnect, tells_a_refusal_with_status_and_reason) {
  EXPECT_EQ(failure("HTTP/1.1 403 Filtered\r\n\r\n"),
            (ProxyFailure{ProxyFault::refused, 403, {}, "it answered 403 Filtered"}));
  EXPECT_EQ(failure("HTTP/1.1 502 \r\n\r\n").text, "it answered 502 Bad Gateway");
  EXPECT_EQ(failure("HTTP/1.1 101 Switching Protocols\r\n\r\n").status, 101);
}

TEST(ProxyConnect, hands_on_when_to_come_again) {
  EXPECT_EQ(failure("HTTP/1.1 503 Busy\r\nRetry-After: 30\r\n\r\n").retry_after,
            std::chrono::seconds{30});
}

TEST(ProxyConnect, tells_what_to_do_about_407) {
  const std::string basic =
      "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n";

  const ProxyFailure anonymous = failure(basic);
  EXPECT_EQ(anonymous.fault, ProxyFault::credentials);
  EXPECT_EQ(anonymous.status, 407);
  EXPECT_EQ(anonymous.text,
            "it answered 407 Proxy Authentication Required; it wants a user and password, "
            "http://USER:PASSWORD@HOST:PORT");
  const ProxyFailure rejected = failure(basic, kUser);
  EXPECT_THAT(rejected.text, HasSubstr("did not take the user and password"));
  EXPECT_THAT(rejected.text, Not(HasSubstr("secret")));
}

TEST(ProxyConnect, takes_401_for_a_refused_password_too) {
  const ProxyFailure rejected = failure("HTTP/1.1 401 Unauthorized\r\n\r\n", kUser);

  EXPECT_EQ(rejected.fault, ProxyFault::credentials);
  EXPECT_EQ(rejected.status, 401);
  EXPECT_EQ(
      rejected.text,
      "it answered 401 Unauthorized; it did not take the user and password that it was given");
}

TEST(ProxyConnect, tells_that_only_basic_is_known) {
  EXPECT_THAT(failure("HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\n\r\n", kUser).text,
              HasSubstr("does not offer basic authentication"));
  EXPECT_THAT(failure("HTTP/1.1 407 No\r\nProxy-Authenticate: Digest realm=\"Basic\", "
                      "nonce=\"a\"\r\n\r\n")
                  .text,
              HasSubstr("does not offer basic"));
  EXPECT_THAT(
      failure("HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate, basic realm=x\r\n\r\n").text,
      HasSubstr("wants a user and password"));
}

TEST(ProxyConnect, takes_nothing_else_for_an_answer) {
  for (const std::string_view answer :
       {"SSH-2.0-x\r\n", "\x05\x01", "\x16\x03\x01", "HTTP/2 200\r\n\r\n", "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\n folded\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n"}) {
    EXPECT_EQ(failure(answer).fault, ProxyFault::garbled) << answer;
    EXPECT_THAT(failure(answer).text, HasSubstr("its answer is not valid: "));
  }
}

TEST(ProxyConnect, does_not_take_the_proxys_bytes_for_the_targets) {
  const ProxyFailure told = failure("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 101 Switching");

  EXPECT_EQ(told.fault, ProxyFault::garbled);
  EXPECT_EQ(told.text, "it sent bytes of its own behind its answer");
}

TEST(ProxyConnect, reads_no_more_than_a_head) {
  ProxyConnect connect = machine();
  ProxyResult result = connect.receive(base::as_bytes("HTTP/1.1 200 OK\r\n"));
  const std::string line = "X: " + std::string(1000, 'x') + "\r\n";
  std::size_t bytes = 0;

  while (result && bytes < 100'000) {
    result = connect.receive(base::as_bytes(line));
    bytes += line.size();
  }

  ASSERT_FALSE(result);
  EXPECT_LE(bytes, 18'000U);
  EXPECT_THAT(result.error().text, HasSubstr("over the size limit"));
}

TEST(ProxyConnect, escapes_and_shortens_what_the_proxy_says) {
  const std::string text = failure("HTTP/1.1 500 \x80\"" + std::string(500, 'x') + "\r\n\r\n").text;

  EXPECT_THAT(text, HasSubstr("it answered 500 \\x80\\\"xxx"));
  EXPECT_LE(text.size(), 100U);
}

}  // namespace
}  // namespace heartwire::ws
