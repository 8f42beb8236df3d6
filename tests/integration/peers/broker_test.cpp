// Our client against brokers that nobody here wrote, each in the broker's own dialect: Engine.IO
// (under Socket.IO), Mosquitto's MQTT and RabbitMQ's STOMP over WebSocket. Each drops a client that
// does not keep to the heartbeat, which is shown as well.

#include "tests/integration/support/folder.hpp"
#include "tests/integration/support/live_test.hpp"
#include "tests/unit/net/test_sockets.hpp"

#include <filesystem>

namespace heartwire::integration {
namespace {

using namespace std::string_literals;
using ::testing::Contains;
using ::testing::Not;
using ::testing::StartsWith;

/// Waits until somebody listens there.
bool is_served(std::uint16_t port, seconds deadline) {
  return becomes_true([port] { return net::testing::is_listened_on(port); }, deadline);
}

class EngineIo : public LiveTest {
 protected:
  void SetUp() override {
    if (!has_npm_package("engine.io"))
      GTEST_SKIP() << "no npm package engine.io: run `npm ci` in tests/integration/npm";
    server = &start(npm_peer("engine_io_server.mjs"));
    url = url_of(server->port(), "/engine.io/?EIO=4&transport=websocket");
  }

  Process* server = nullptr;
  std::string url;
};

TEST_F(EngineIo, keeps_a_client_that_speaks_its_dialect) {
  auto wanted = options(url);
  wanted.dialect = core::dialect::engine_io();
  wanted.heartbeat = {.interval = 1s, .timeout = 1s};
  client::Client client(wanted);
  client.start();

  ASSERT_TRUE(server->prints("beat 1", 3));
  ASSERT_TRUE(client.send("4still here"));

  ASSERT_TRUE(witness.hears("4you said still here"));
  EXPECT_THAT(server->rest_of("open 1 "), Contains("websocket"));
  EXPECT_EQ(server->count("closed"), 0u);
  EXPECT_THAT(witness.messages(), Contains(StartsWith("0{")).Times(1)) << "the open packet";
  EXPECT_THAT(witness.messages(), Not(Contains("2"))) << "a heartbeat is not the application's";
}

TEST_F(EngineIo, drops_a_client_that_does_not_and_is_dialled_again) {
  client::Client client(options(url));
  client.start();

  ASSERT_TRUE(server->prints("closed 1 ping timeout"));
  ASSERT_TRUE(witness.sees(Seen::open, 2));
}

TEST_F(EngineIo, that_freezes_is_dead_after_the_time_that_it_named) {
  auto wanted = options(url);
  wanted.dialect = core::dialect::engine_io();
  wanted.heartbeat = {.interval = 60s, .timeout = 60s};
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(server->prints("beat 1", 2));

  server->freeze();

  ASSERT_TRUE(witness.sees(Seen::close)) << "pingInterval + pingTimeout, and not a minute";
  EXPECT_EQ(witness.first(Seen::close).close.cause, core::Cause::heartbeat);
}

class Mosquitto : public LiveTest {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kProgram)) GTEST_SKIP() << "no " << kProgram;
    port = net::testing::ClosedPort{}.port();
    // Mosquitto 2.0 does not start with a WebSocket listener alone (its issue 2284).
    const auto plain_port = std::to_string(net::testing::ClosedPort{}.port());
    const std::string config = folder.write(
        "mosquitto.conf", "allow_anonymous true\nlistener " + plain_port + " 127.0.0.1\nlistener " +
                              std::to_string(port) + " 127.0.0.1\nprotocol websockets\n");
    start({kProgram, "-c", config});
    ASSERT_TRUE(is_served(port, 20s));
  }

  /// Greets with CONNECT, MQTT 3.1.1, client "hw", a Keep Alive of one second.
  client::Options mqtt_options() {
    auto wanted = options(url_of(port, "/mqtt"));
    wanted.subprotocols = {"mqtt"};
    wanted.greeting = {
        {core::MessageType::binary, "\x10\x0e\x00\x04MQTT\x04\x02\x00\x01\x00\x02hw"s}};
    return wanted;
  }

  static constexpr const char* kProgram = "/usr/sbin/mosquitto";
  Folder folder;
  std::uint16_t port = 0;
};

TEST_F(Mosquitto, keeps_a_client_that_speaks_its_dialect) {
  auto wanted = mqtt_options();
  wanted.dialect = core::dialect::mqtt();
  wanted.heartbeat = {.interval = 400ms, .timeout = 2s};
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(witness.hears("\x20\x02\x00\x00"s)) << "CONNACK";

  EXPECT_TRUE(witness.never_more(0, Seen::close, 4s)) << "it bears 1.5 s of silence";

  EXPECT_GE(witness.count(Seen::heartbeat), 2u);
  EXPECT_EQ(witness.count(Seen::message), 1u) << "PINGRESP is not the application's";
  EXPECT_EQ(witness.first(Seen::open).transport.subprotocol, "mqtt");
}

TEST_F(Mosquitto, drops_a_client_that_does_not_and_is_dialled_again) {
  client::Client client(mqtt_options());
  client.start();
  ASSERT_TRUE(witness.hears("\x20\x02\x00\x00"s));

  ASSERT_TRUE(witness.sees(Seen::close));
  ASSERT_TRUE(witness.hears("\x20\x02\x00\x00"s, 2)) << "greeted again, and welcome";
}

class RabbitMq : public LiveTest {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kProgram)) GTEST_SKIP() << "no " << kProgram;
    port = net::testing::ClosedPort{}.port();
    const std::string config =
        folder.write("rabbitmq.conf",
                     replaced(peer_file("rabbitmq.conf"), "HEARTWIRE_PORT", std::to_string(port)));
    const std::string plugins = folder.write("plugins", "[rabbitmq_web_stomp].\n");
    const auto with = [](const char* name, const std::string& value) {
      return std::string{name} + "=" + value;
    };
    // A node, a port mapper and files of its own, so that it disturbs no other on the machine.
    const std::string mapper_port = std::to_string(net::testing::ClosedPort{}.port());
    start({"/usr/bin/epmd", "-port", mapper_port, "-address", "127.0.0.1"});
    start({"/usr/bin/env", with("HOME", folder.path()),
           with("RABBITMQ_NODENAME", "heartwire" + std::to_string(port) + "@localhost"),
           with("RABBITMQ_MNESIA_BASE", folder.path() + "/mnesia"),
           with("RABBITMQ_LOG_BASE", folder.path() + "/log"),
           with("RABBITMQ_ENABLED_PLUGINS_FILE", plugins), with("RABBITMQ_CONFIG_FILE", config),
           with("RABBITMQ_DIST_PORT", std::to_string(net::testing::ClosedPort{}.port())),
           with("ERL_EPMD_PORT", mapper_port), kProgram});
    ASSERT_TRUE(is_served(port, 60s)) << "a broker starts in seconds";
  }

  client::Options stomp_options() {
    client::Options wanted;
    wanted.urls = {url_of(port, "/ws")};
    wanted.heartbeat.sending = core::Sending::off;
    wanted.reconnect.backoff = core::BackoffOptions::constant(100ms);
    wanted.subprotocols = {"v12.stomp"};
    wanted.greeting = {{core::MessageType::text,
                        "CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\n"
                        "heart-beat:500,500\n\n\0"s}};
    return wanted;
  }

  // Not the one in sbin, which changes the user.
  static constexpr const char* kProgram = "/usr/lib/rabbitmq/bin/rabbitmq-server";
  Folder folder;
  std::uint16_t port = 0;
};

TEST_F(RabbitMq, keeps_a_client_with_negotiated_heartbeats_and_drops_one_without) {
  auto wanted = stomp_options();
  wanted.dialect = core::dialect::stomp({.send = 500ms, .receive = 500ms});
  wanted.heartbeat = {};
  client::Client client(witness.watch(wanted));
  client.start();
  ASSERT_TRUE(witness.hears("CONNECTED"));
  Witness mute_witness;
  client::Client mute(mute_witness.watch(stomp_options()));
  mute.start();
  ASSERT_TRUE(mute_witness.hears("CONNECTED"));

  ASSERT_TRUE(mute_witness.sees(Seen::close));
  EXPECT_TRUE(witness.never_more(0, Seen::close, 3s)) << "it bears no longer than that";

  EXPECT_EQ(witness.count(Seen::message), 1u) << "end-of-lines are not the application's";
  EXPECT_GT(mute_witness.count(Seen::message), 1u) << "for one who does not know the dialect";
}

}  // namespace
}  // namespace heartwire::integration
