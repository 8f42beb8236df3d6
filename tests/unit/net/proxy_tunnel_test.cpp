// Proxies over sockets, each played by the test; what they may say is in ws/proxy_connect_test.cpp
// and ws/socks5_test.cpp.
#include "heartwire/net/proxy_tunnel.hpp"

#include "tests/unit/net/test_loop.hpp"
#include "tests/unit/net/test_sockets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::net {
namespace {

using testing::Fd;
using ::testing::HasSubstr;
using testing::TestLoop;

constexpr std::string_view kRequest =
    "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n";

class ProxyTunnelTest : public ::testing::Test {
 protected:
  void ask(const ws::ProxyUrl& proxy) {
    auto [ours, theirs] = testing::connected_pair();
    proxy_ = std::move(theirs);
    tunnel_ = std::make_unique<ProxyTunnel>(loop_, Stream(loop_, ours.release()), proxy,
                                            "example.org", 443);
    tunnel_->start([this](auto result) {
      EXPECT_FALSE(result_) << "one callback only";
      result_ = std::move(result);
      tunnel_.reset();
    });
  }
  void ask_http() { ask({ws::ProxyScheme::http, "proxy", 3128, {}}); }

  [[nodiscard]] bool wait() {
    return loop_.run_until([this] { return result_.has_value(); });
  }
  std::string failure() {
    if (!wait()) return "nothing came";
    return result_->is_ok() ? "it succeeded" : result_->error().text;
  }

  TestLoop loop_;
  Fd proxy_;
  std::unique_ptr<ProxyTunnel> tunnel_;
  std::optional<base::Result<Stream, ws::ProxyFailure>> result_;
};

TEST_F(ProxyTunnelTest, gives_the_connection_once_an_http_proxy_has_made_it) {
  ask_http();
  EXPECT_EQ(testing::receive(proxy_, kRequest.size()), kRequest);

  testing::send_all(proxy_, "HTTP/1.1 200 Connection established\r\n");
  loop_.run_ready();
  EXPECT_FALSE(result_);
  testing::send_all(proxy_, "\r\n");

  ASSERT_TRUE(wait());
  ASSERT_TRUE(result_->is_ok()) << result_->error().text;
  EXPECT_EQ(result_->value().write_some(base::as_bytes("hello")), IoResult::moved(5));
  EXPECT_EQ(testing::receive(proxy_, 5), "hello");
}

TEST_F(ProxyTunnelTest, goes_through_all_the_steps_of_socks5) {
  ask({ws::ProxyScheme::socks5h, "proxy", 1080, ws::UserInfo{"me", "pw"}});

  EXPECT_EQ(testing::receive(proxy_, 4), std::string("\x05\x02\x00\x02", 4));
  testing::send_all(proxy_, std::string_view{"\x05\x02", 2});
  loop_.run_ready();
  EXPECT_EQ(testing::receive(proxy_, 7), std::string("\x01\x02me\x02pw"));
  testing::send_all(proxy_, std::string_view{"\x01\x00", 2});
  loop_.run_ready();
  EXPECT_EQ(testing::receive(proxy_, 18), std::string("\x05\x01\x00\x03\x0b"
                                                      "example.org\x01\xbb",
                                                      18));
  testing::send_all(proxy_, std::string_view{"\x05\x00\x00\x01\0\0\0\0\0\0", 10});

  ASSERT_TRUE(wait());
  EXPECT_TRUE(result_->is_ok()) << result_->error().text;
}

TEST_F(ProxyTunnelTest, tells_a_refusal_though_the_proxy_hangs_up_behind_it) {
  ask_http();
  testing::send_all(proxy_, "HTTP/1.1 403 Filtered\r\nContent-Length: 4\r\n\r\nbody");
  proxy_ = {};

  EXPECT_EQ(failure(), "it answered 403 Filtered");
}

TEST_F(ProxyTunnelTest, tells_that_the_proxy_hung_up_without_an_answer) {
  ask_http();
  EXPECT_EQ(testing::receive(proxy_, kRequest.size()), kRequest);
  proxy_ = {};

  EXPECT_EQ(failure(), "it closed the connection before it had answered");
}

TEST_F(ProxyTunnelTest, tells_that_the_proxy_hung_up_in_the_middle) {
  ask_http();
  EXPECT_EQ(testing::receive(proxy_, kRequest.size()), kRequest);
  testing::send_all(proxy_, "HTTP/1.1 200 O");
  proxy_ = {};

  EXPECT_EQ(failure(), "it closed the connection before it had answered");
}

TEST_F(ProxyTunnelTest, tells_garbage_at_once) {
  ask_http();
  testing::send_all(proxy_, "SSH-2.0-OpenSSH\r\n");

  EXPECT_THAT(failure(), HasSubstr("its answer is not valid"));
}

TEST_F(ProxyTunnelTest, ends_a_head_that_does_not) {
  ask_http();
  testing::send_all(proxy_, "HTTP/1.1 200 OK\r\n");
  for (int i = 0; i < 20 && !result_; ++i) {
    testing::send_all(proxy_, "X: " + std::string(1000, 'x') + "\r\n");
    loop_.run_ready();
  }

  EXPECT_THAT(failure(), HasSubstr("over the size limit"));
}

TEST_F(ProxyTunnelTest, destroyed_closes_and_says_nothing_more) {
  ask_http();
  EXPECT_EQ(testing::receive(proxy_, kRequest.size()), kRequest);

  tunnel_.reset();
  testing::send_all(proxy_, "HTTP/1.1 200 OK\r\n\r\n");
  loop_.run_ready();

  EXPECT_FALSE(result_);
  EXPECT_EQ(testing::receive(proxy_, 1), "") << "the end";
}

}  // namespace
}  // namespace heartwire::net
