// Through proxies that nobody here wrote: tinyproxy for CONNECT, microsocks for SOCKS5. Both want a
// user and a password.

#include "tests/integration/support/folder.hpp"
#include "tests/integration/support/live_test.hpp"
#include "tests/unit/net/test_certificates.hpp"
#include "tests/unit/net/test_sockets.hpp"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

namespace heartwire::integration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kTinyproxy = "/usr/bin/tinyproxy";
constexpr const char* kMicrosocks = "/usr/bin/microsocks";

/// A proxy as a process, in a folder of its own that goes with it.
class ForeignProxy {
 public:
  explicit ForeignProxy(bool is_socks) {
    // Neither of them tells a port that the system chose; one that is free may be taken until then.
    for (int attempt = 0; attempt < 5 && !process_; ++attempt) try_port(is_socks);
  }

  bool is_up() const { return process_ != nullptr; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string log() const { return process_ ? process_->transcript() : "it never listened"; }

 private:
  void try_port(bool is_socks) {
    port_ = net::testing::ClosedPort{}.port();
    process_ = std::make_unique<Process>(is_socks ? microsocks() : tinyproxy());
    if (!becomes_true([this] { return net::testing::is_listened_on(port_); }, 5s)) process_.reset();
  }

  std::vector<std::string> tinyproxy() const {
    const std::string text =
        replaced(peer_file("tinyproxy.conf"), "HEARTWIRE_PORT", std::to_string(port_));
    return {kTinyproxy, "-d", "-c", folder_.write("tinyproxy.conf", text)};
  }

  std::vector<std::string> microsocks() const {
    return {kMicrosocks, "-i", "127.0.0.1", "-p",    std::to_string(port_),
            "-u",        "me", "-P",        "secret"};
  }

  Folder folder_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Process> process_;
};

class ThroughProxy : public LiveTest, public ::testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    const bool is_socks = scheme() != "http";
    const char* const program = is_socks ? kMicrosocks : kTinyproxy;
    if (!std::filesystem::exists(program)) GTEST_SKIP() << "there is no " << program;
    proxy.emplace(is_socks);
    ASSERT_TRUE(proxy->is_up());
  }

  void TearDown() override {
    if (HasFailure() && proxy) std::cerr << proxy->log();
    LiveTest::TearDown();
  }

  static std::string scheme() { return GetParam(); }
  std::string url(std::string_view password = "secret") const {
    return scheme() + "://me:" + std::string{password} + "@" + proxy->address();
  }

  std::optional<ForeignProxy> proxy;
};

TEST_P(ThroughProxy, talks_and_keeps_alive) {
  Process& server = start(python_peer("echo_server.py"));
  auto wanted = options(url_of(server.port()));
  wanted.proxy = url();
  wanted.heartbeat = {.interval = 50ms, .timeout = 10s};
  client::Client client(wanted);

  client.start();
  ASSERT_TRUE(client.send("hello"));

  ASSERT_TRUE(witness.hears("hello"));
  ASSERT_TRUE(witness.sees(Seen::heartbeat, 3));
  EXPECT_EQ(witness.first(Seen::open).transport.remote_address, proxy->address());
}

TEST_P(ThroughProxy, speaks_tls_with_the_server_behind_it) {
  net::testing::Certificates certificates;
  const auto identity = certificates.issue({});
  Process& server =
      start(python_peer("echo_server.py", {"--tls", identity.certificate_file, identity.key_file}));
  // By its address: localhost, looked up here as socks5 wants it, may be ::1.
  auto wanted = options("wss://127.0.0.1:" + std::to_string(server.port()) + "/");
  wanted.tls.ca_file = certificates.ca_file();
  wanted.tls.server_name = "localhost";
  wanted.proxy = url();
  client::Client client(wanted);

  client.start();
  ASSERT_TRUE(client.send("secret"));

  ASSERT_TRUE(witness.hears("secret"));
  EXPECT_THAT(witness.first(Seen::open).transport.tls, HasSubstr("TLSv1.3"));
  EXPECT_EQ(witness.first(Seen::open).transport.remote_address, proxy->address());
}

TEST_P(ThroughProxy, comes_back_through_it) {
  Process& server = start(python_peer("echo_server.py"));
  auto wanted = options(url_of(server.port()));
  wanted.proxy = url();
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(witness.sees(Seen::open));

  ASSERT_TRUE(client.send("!close 1001 again"));

  ASSERT_TRUE(witness.sees(Seen::open, 2));
}

TEST_P(ThroughProxy, gives_up_soon_on_a_wrong_password_and_does_not_tell_it) {
  auto wanted = options("ws://127.0.0.1:1/");
  wanted.proxy = url("wr0ng");
  client::Client client(wanted);

  client.start();

  ASSERT_TRUE(witness.sees(Seen::gave_up));
  EXPECT_EQ(witness.count(Seen::attempt_failed), 3U) << "two retries are tolerated";
  const auto failed = witness.last(Seen::attempt_failed).close;
  EXPECT_EQ(failed.cause, core::Cause::proxy_auth) << failed.text;
  EXPECT_EQ(failed.verdict, core::Verdict::new_credentials);
  EXPECT_THAT(failed.text, HasSubstr("cannot reach 127.0.0.1:1 through the proxy " +
                                     proxy->address() + ": it "));
  EXPECT_THAT(failed.text, Not(HasSubstr("wr0ng")));
  if (scheme() == "http") {
    EXPECT_THAT(failed.text, HasSubstr("it answered 40"));
  }
}

TEST_P(ThroughProxy, goes_on_trying_while_the_proxy_cannot_reach_the_server) {
  const net::testing::ClosedPort closed;
  auto wanted = options(url_of(closed.port()));
  wanted.proxy = url();
  client::Client client(wanted);

  client.start();

  ASSERT_TRUE(witness.sees(Seen::attempt_failed, 4));
  EXPECT_EQ(witness.last(Seen::attempt_failed).close.cause, core::Cause::proxy)
      << witness.last(Seen::attempt_failed).close.text;
  EXPECT_TRUE(witness.last(Seen::attempt_failed).close.will_retry);
}

TEST_P(ThroughProxy, goes_by_the_environment_when_told_to) {
  Process& server = start(python_peer("echo_server.py"));
  for (const char* const name : {"http_proxy", "ws_proxy", "WS_PROXY", "no_proxy", "NO_PROXY"})
    ::unsetenv(name);
  ::setenv("ALL_PROXY", url().c_str(), 1);
  ::unsetenv("HTTP_PROXY");
  auto wanted = options(url_of(server.port()));
  wanted.proxy = "environment";
  client::Client through(wanted);
  ::setenv("NO_PROXY", "127.0.0.0/8", 1);
  client::Client directly(wanted);
  ::unsetenv("ALL_PROXY");
  ::unsetenv("NO_PROXY");

  through.start();
  ASSERT_TRUE(witness.sees(Seen::open));
  directly.start();
  ASSERT_TRUE(witness.sees(Seen::open, 2));

  EXPECT_EQ(witness.first(Seen::open).transport.remote_address, proxy->address());
  EXPECT_EQ(witness.last(Seen::open).transport.remote_address,
            "127.0.0.1:" + std::to_string(server.port()));
}

INSTANTIATE_TEST_SUITE_P(Foreign, ThroughProxy, ::testing::Values("http", "socks5", "socks5h"),
                         [](const auto& one) { return std::string{one.param}; });

}  // namespace
}  // namespace heartwire::integration
