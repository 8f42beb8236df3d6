// Dialling through a proxy, which the test plays on a port of its own.
#include "heartwire/net/dialer.hpp"
#include "heartwire/net/outcome_text.hpp"
#include "tests/unit/net/test_loop.hpp"
#include "tests/unit/net/test_sockets.hpp"
#include "tests/unit/net/test_tls_pair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;
using testing::ClosedPort;
using testing::Fd;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TestLoop;

constexpr std::string_view kConnected = "HTTP/1.1 200 OK\r\n\r\n";

class DialerProxy : public ::testing::Test {
 protected:
  DialerProxy() : listener_(testing::listen_on_loopback(16, port_)) {}

  ws::ProxyUrl proxy(ws::ProxyScheme scheme = ws::ProxyScheme::http) const {
    return {scheme, "127.0.0.1", port_, ws::UserInfo{"me", "secret"}};
  }
  std::string through() const {
    return " through the proxy 127.0.0.1:" + std::to_string(port_) + ": ";
  }

  void dial(DialTarget target, DialOptions options = {}, std::optional<TlsContext> tls = {}) {
    dialer_.start(std::move(target), options, std::move(tls), [this](DialResult result) {
      EXPECT_FALSE(result_) << "one callback only";
      result_ = std::move(result);
    });
  }
  /// A target that only a proxy can know.
  DialTarget hidden(ws::ProxyScheme scheme = ws::ProxyScheme::http) const {
    return {.host = "hidden.invalid", .port = 443, .proxy = proxy(scheme)};
  }

  /// The proxy's end, once the dialer has come.
  Fd accept() {
    bool is_there = false;
    Descriptor waiting(loop_, ::dup(listener_.get()));
    waiting.async_wait(Descriptor::Waiter::reader, Ready::read, [&] { is_there = true; });
    EXPECT_TRUE(loop_.run_until([&] { return is_there; }));
    Fd accepted(::accept(listener_.get(), nullptr, nullptr));
    loop_.run_ready();
    return accepted;
  }
  [[nodiscard]] bool wait() {
    return loop_.run_until([this] { return result_.has_value(); });
  }

  TestLoop loop_;
  std::uint16_t port_ = 0;
  Fd listener_;
  Dialer dialer_{loop_};
  std::optional<DialResult> result_;
};

TEST_F(DialerProxy, leaves_the_name_to_an_http_proxy) {
  dial(hidden());
  const Fd proxy = accept();
  EXPECT_THAT(testing::receive(proxy, 36), HasSubstr("CONNECT hidden.invalid:443 HTTP/1.1\r"));
  testing::send_all(proxy, kConnected);

  ASSERT_TRUE(wait());
  ASSERT_TRUE(result_->is_ok()) << result_->error();
  EXPECT_EQ(result_->value().remote_address(), testing::loopback(port_));
  EXPECT_FALSE(dialer_.is_running());
}

TEST_F(DialerProxy, leaves_the_name_to_socks5h) {
  dial(hidden(ws::ProxyScheme::socks5h));
  const Fd proxy = accept();
  testing::receive(proxy, 4);
  testing::send_all(proxy, std::string_view{"\x05\x00", 2});
  loop_.run_ready();

  EXPECT_EQ(testing::receive(proxy, 21), std::string("\x05\x01\x00\x03\x0e"
                                                     "hidden.invalid\x01\xbb",
                                                     21));
}

TEST_F(DialerProxy, looks_the_name_up_for_socks5) {
  dial(
      {.host = "localhost", .port = 443, .addresses = {}, .proxy = proxy(ws::ProxyScheme::socks5)});
  const Fd proxy = accept();
  testing::receive(proxy, 4);
  testing::send_all(proxy, std::string_view{"\x05\x00", 2});
  loop_.run_ready();

  const std::string head = testing::receive(proxy, 4);
  EXPECT_THAT(head, ::testing::AnyOf(std::string("\x05\x01\x00\x01", 4),
                                     std::string("\x05\x01\x00\x04", 4)))
      << "an address, of whichever family localhost is";
}

TEST_F(DialerProxy, tells_that_a_name_for_socks5_does_not_exist) {
  dial(hidden(ws::ProxyScheme::socks5));

  ASSERT_TRUE(wait());
  EXPECT_EQ(result_->error().stage, DialStage::resolve);
  EXPECT_EQ(result_->error().cause, DialCause::dns);
  EXPECT_THAT(result_->error().text, HasSubstr("cannot resolve hidden.invalid"));
}

TEST_F(DialerProxy, names_the_target_and_the_proxy_that_refused_and_no_password) {
  dial(hidden());
  const Fd proxy = accept();
  testing::send_all(proxy,
                    "HTTP/1.1 407 Proxy Authentication Required\r\n"
                    "Proxy-Authenticate: Basic realm=\"x\"\r\n\r\n");

  ASSERT_TRUE(wait());
  const DialFailure& told = result_->error();
  EXPECT_EQ(told.stage, DialStage::proxy);
  EXPECT_EQ(told.cause, DialCause::proxy_auth);
  EXPECT_EQ(told.status, 407);
  EXPECT_THAT(told.text, HasSubstr("cannot reach hidden.invalid:443" + through() +
                                   "it answered 407 Proxy Authentication Required; "));
  EXPECT_THAT(told.text, Not(HasSubstr("secret")));
}

TEST_F(DialerProxy, hands_on_when_the_proxy_wants_to_be_asked_again) {
  dial(hidden());
  const Fd proxy = accept();
  testing::send_all(proxy, "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n\r\n");

  ASSERT_TRUE(wait());
  EXPECT_EQ(result_->error().cause, DialCause::proxy);
  EXPECT_EQ(result_->error().retry_after, 7s);
}

TEST_F(DialerProxy, tells_that_the_proxy_itself_is_not_there) {
  const ClosedPort closed;
  DialTarget target = hidden();
  target.proxy->port = closed.port();
  dial(std::move(target));

  ASSERT_TRUE(wait());
  EXPECT_EQ(result_->error().stage, DialStage::connect);
  EXPECT_EQ(result_->error().cause, DialCause::refused);
  EXPECT_THAT(result_->error().text, HasSubstr("cannot connect to it: connection refused"));
}

TEST_F(DialerProxy, gives_up_on_a_proxy_that_is_silent) {
  dial(hidden(), {.proxy_timeout = 20ms});

  ASSERT_TRUE(wait());
  EXPECT_EQ(result_->error(), (DialFailure{DialStage::proxy, DialCause::timeout,
                                           "cannot reach hidden.invalid:443" + through() +
                                               "it did not answer in time"}));
}

TEST_F(DialerProxy, gives_up_on_a_proxy_that_dribbles) {
  dial(hidden(), {.proxy_timeout = 100ms});
  const Fd proxy = accept();
  std::string drip = "HTTP/1.1 200 OK\r\nX: ";

  ASSERT_TRUE(loop_.run_until([&] {
    if (!drip.empty() && !result_) testing::send_all(proxy, std::exchange(drip, ""));
    return result_.has_value();
  }));

  EXPECT_EQ(result_->error().cause, DialCause::timeout) << "bytes do not move the deadline";
}

TEST_F(DialerProxy, aborted_while_the_proxy_is_asked_says_nothing_more) {
  dial(hidden());
  const Fd proxy = accept();

  dialer_.abort();
  testing::send_all(proxy, kConnected);
  loop_.run_ready();

  EXPECT_FALSE(result_);
  EXPECT_FALSE(dialer_.is_running());
}

TEST_F(DialerProxy, speaks_tls_with_the_target_through_the_tunnel_by_the_targets_name) {
  testing::Certificates certificates;
  const TlsContext server_tls =
      testing::server_context(certificates.issue({.name = "hidden.invalid"}));
  for (const bool is_right : {true, false}) {
    result_.reset();
    DialTarget target = hidden();
    if (!is_right) target.host = "other.invalid";
    dial(target, {}, testing::client_context({.ca_file = certificates.ca_file()}));
    Fd proxy = accept();
    EXPECT_THAT(testing::receive(proxy, 9), HasSubstr("CONNECT "));
    base::Bytes rest(1000);
    EXPECT_GT(::recv(proxy.get(), rest.data(), rest.size(), 0), 0);
    testing::send_all(proxy, kConnected);
    testing::set_non_blocking(proxy.get());
    Stream server(loop_, proxy.release());
    server.async_tls_handshake(server_tls, "", [](std::optional<TlsFailure>) {});

    ASSERT_TRUE(wait());
    EXPECT_EQ(result_->is_ok(), is_right);
    if (is_right) continue;
    EXPECT_EQ(result_->error().cause, DialCause::tls_certificate);
    EXPECT_EQ(result_->error().text,
              "cannot reach other.invalid:443" + through() +
                  "the certificate is for hidden.invalid, not for other.invalid");
  }
}

}  // namespace
}  // namespace heartwire::net
