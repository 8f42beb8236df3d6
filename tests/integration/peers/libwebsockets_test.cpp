// Against libwebsockets: its own test server and test client, as Debian packages them.

#include "tests/integration/support/host.hpp"
#include "tests/integration/support/live_test.hpp"
#include "tests/unit/net/test_sockets.hpp"

#include <filesystem>

namespace heartwire::integration {
namespace {

constexpr const char* kServer = "/usr/bin/libwebsockets-test-server";
constexpr const char* kClient = "/usr/bin/libwebsockets-test-client";

class LibwebsocketsServer : public LiveTest {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kServer)) GTEST_SKIP() << "no " << kServer;
    const std::uint16_t port = net::testing::ClosedPort{}.port();
    server = &start({kServer, "-p", std::to_string(port)});
    ASSERT_TRUE(becomes_true([port] { return net::testing::is_listened_on(port); }));
    url = url_of(port);
  }

  client::Options speaking(std::string subprotocol) {
    auto wanted = options(url);
    wanted.subprotocols = {std::move(subprotocol)};
    return wanted;
  }

  Process* server = nullptr;
  std::string url;
};

/// It counts on every connection, from 0, until it is told to begin anew or to close.
TEST_F(LibwebsocketsServer, counts_for_us_and_does_what_it_is_told) {
  client::Client client(speaking("dumb-increment-protocol"));
  client.start();
  ASSERT_TRUE(witness.hears("5"));
  EXPECT_EQ(witness.first(Seen::open).transport.subprotocol, "dumb-increment-protocol");

  ASSERT_TRUE(client.send("reset\n"));
  ASSERT_TRUE(witness.hears("0", 2)) << "it began anew";
  ASSERT_TRUE(client.send("closeme\n"));

  ASSERT_TRUE(witness.sees(Seen::close));
  ASSERT_TRUE(witness.sees(Seen::open, 2)) << "and we are back";
}

TEST_F(LibwebsocketsServer, answers_our_pings_and_is_noticed_when_it_freezes) {
  auto wanted = speaking("lws-mirror-protocol");
  wanted.heartbeat = {.interval = 200ms, .timeout = 1s};
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(witness.sees(Seen::heartbeat, 5));
  EXPECT_EQ(witness.count(Seen::close), 0u);

  server->freeze();

  ASSERT_TRUE(witness.sees(Seen::close));
  EXPECT_EQ(witness.first(Seen::close).close.cause, core::Cause::heartbeat);
}

TEST_F(LibwebsocketsServer, closes_cleanly_with_us) {
  client::Client client(speaking("lws-mirror-protocol"));
  client.start();
  ASSERT_TRUE(witness.sees(Seen::open));

  ASSERT_TRUE(client.close(1000, "that is all"));

  ASSERT_TRUE(witness.sees(Seen::close));
  EXPECT_TRUE(witness.first(Seen::close).close.is_clean);
}

class LibwebsocketsClient : public LiveTest {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kClient)) GTEST_SKIP() << "no " << kClient;
  }
};

/// It opens two connections, each with a subprotocol of its own, and draws on the second.
TEST_F(LibwebsocketsClient, keeps_two_connections_open_and_is_reaped_when_it_freezes) {
  server::Options wanted;
  wanted.heartbeat = {.interval = 200ms, .timeout = 1s};
  wanted.hooks.on_request = [](const server::Request& request) {
    return request.subprotocols.empty() ? server::Admit::refuse(400)
                                        : server::Admit::accept(request.subprotocols.front());
  };
  Host host(wanted);
  Process& client = start({kClient, "127.0.0.1", "--port=" + std::to_string(host.port())});

  ASSERT_TRUE(host.witness().sees(Seen::open, 2)) << host.witness().transcript();
  ASSERT_TRUE(host.witness().sees(Seen::heartbeat, 6)) << host.witness().transcript();
  EXPECT_EQ(host.witness().count(Seen::close), 0u) << host.witness().transcript();
  client.freeze();

  ASSERT_TRUE(host.witness().sees(Seen::close, 2)) << host.witness().transcript();
  EXPECT_EQ(host.witness().first(Seen::close).close.cause, core::Cause::heartbeat);
}

}  // namespace
}  // namespace heartwire::integration
