// Our client and our server, over TCP and over TLS.

#include "heartwire/client.hpp"
#include "heartwire/server.hpp"
#include "tests/unit/net/test_certificates.hpp"
#include "tests/unit/server/event_log.hpp"
#include "tests/unit/server/raw_peer.hpp"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace heartwire::server {
namespace {

using namespace std::chrono_literals;
using testing::EventLog;

Options echoing() {
  Options options;
  options.hooks.on_message = [](Connection& connection, core::MessageView message) {
    EXPECT_TRUE(connection.send(message));
  };
  return options;
}

ClientOptions logging_client(EventLog& log, const std::string& url) {
  ClientOptions options;
  options.urls = {url};
  options.hooks.on_open = [&log](const auto&) { log.add("open"); };
  options.hooks.on_message = [&log](core::MessageView message) {
    log.add("message " + std::string{message.payload.substr(0, 20)});
  };
  options.hooks.on_close = [&log](const auto& info) {
    log.add("close " + std::to_string(info.code) + " " + info.reason);
  };
  options.hooks.on_heartbeat = [&log](const auto&) { log.add("heartbeat"); };
  options.hooks.on_attempt_failed = [&log](const auto& info) { log.add("failed " + info.text); };
  return options;
}

TEST(ServerAndClient, TalkOverTcp) {
  EventLog log;
  Server server(echoing());
  server.start();
  Client client(logging_client(log, "ws://127.0.0.1:" + std::to_string(server.port()) + "/"));
  ASSERT_TRUE(client.send("hello"));

  client.start();

  EXPECT_TRUE(log.wait_for("message hello"));
  ASSERT_TRUE(client.send(std::string(500'000, 'x')));
  EXPECT_TRUE(log.wait_for("message xxx"));
}

TEST(ServerAndClient, CompressWhatBothWantCompressed) {
  for (const bool server_wants : {true, false})
    for (const bool client_wants : {true, false}) {
      EventLog log;
      Options options = echoing();
      options.hooks.on_open = [&log](Connection& connection, const Request&) {
        log.add(connection.is_compressed() ? "server compresses" : "server does not");
      };
      if (server_wants) options.compression.emplace();
      Server server(std::move(options));
      server.start();
      auto wanted = logging_client(log, "ws://127.0.0.1:" + std::to_string(server.port()) + "/");
      if (client_wants) wanted.compression.emplace();
      wanted.hooks.on_open = [&log](const client::OpenInfo& info) {
        log.add(info.transport.is_compressed ? "client compresses" : "client does not");
      };
      Client client(wanted);
      client.start();
      ASSERT_TRUE(client.send(std::string(100'000, 'x')));

      const bool both = server_wants && client_wants;
      EXPECT_TRUE(log.wait_for(both ? "server compresses" : "server does not"));
      EXPECT_TRUE(log.wait_for(both ? "client compresses" : "client does not"));
      EXPECT_TRUE(log.wait_for("message xxx"));
    }
}

TEST(ServerAndClient, KeepTheOrderOfCompressedMessagesFromManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kMessages = 200;
  Options options;
  options.compression.emplace();
  options.send_buffer_bytes_max = std::size_t{16} << 20;
  std::promise<Connection> opened;
  options.hooks.on_open = [&](Connection& connection, const Request&) {
    opened.set_value(connection);
  };
  Server server(std::move(options));
  server.start();
  std::vector<int> next(kThreads, 0);
  std::promise<void> done;
  int count = 0;
  ClientOptions wanted;
  wanted.urls = {"ws://127.0.0.1:" + std::to_string(server.port()) + "/"};
  wanted.compression.emplace();
  wanted.hooks.on_message = [&](core::MessageView message) {
    const auto thread = static_cast<std::size_t>(message.payload[0] - '0');
    EXPECT_EQ(message.payload.substr(300), std::to_string(next[thread]++));
    if (++count == kThreads * kMessages) done.set_value();
  };
  Client client(wanted);
  client.start();
  Connection connection = opened.get_future().get();

  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread)
    threads.emplace_back([connection, thread]() mutable {
      const std::string padding(300, static_cast<char>('0' + thread));
      for (int i = 0; i < kMessages; ++i) EXPECT_TRUE(connection.send(padding + std::to_string(i)));
    });
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(done.get_future().wait_for(20s), std::future_status::ready);
  server.stop();
  client.stop();
}

TEST(ServerAndClient, TalkOverTls) {
  net::testing::Certificates certificates;
  const auto identity = certificates.issue({});
  EventLog log;
  Options options = echoing();
  options.threads = 2;
  options.tls.certificate_file = identity.certificate_file;
  options.tls.key_file = identity.key_file;
  Server server(std::move(options));
  server.start();
  auto client_options =
      logging_client(log, "wss://localhost:" + std::to_string(server.port()) + "/");
  client_options.tls.ca_file = certificates.ca_file();
  Client client(client_options);
  Client second(client_options);
  client.start();
  second.start();

  ASSERT_TRUE(client.send("secret"));
  EXPECT_TRUE(log.wait_for("message secret"));
  ASSERT_TRUE(second.send(std::string(300'000, 'x')));
  EXPECT_TRUE(log.wait_for("message xxx"));
  client.close();
  EXPECT_TRUE(log.wait_for("close 1000"));
}

TEST(ServerAndClient, HearOfEachOthersHeartbeats) {
  EventLog log;
  EventLog server_log;
  Options options = echoing();
  options.heartbeat.interval = 100ms;
  options.heartbeat.timeout = 2s;
  options.hooks.on_heartbeat = [&](Connection&, std::chrono::nanoseconds) {
    server_log.add("heartbeat");
  };
  Server server(std::move(options));
  server.start();
  auto client_options =
      logging_client(log, "ws://127.0.0.1:" + std::to_string(server.port()) + "/");
  client_options.heartbeat.sending = core::Sending::periodic;
  client_options.heartbeat.interval = 100ms;
  client_options.heartbeat.timeout = 2s;
  Client client(client_options);
  client.start();

  EXPECT_TRUE(log.wait_for("heartbeat", 3));
}

TEST(ServerAndClient, ADrainedClientIsToldWhenToReturn) {
  EventLog log;
  Options options = echoing();
  options.drain.downtime = 1s;
  Server server(std::move(options));
  server.start();
  Client client(logging_client(log, "ws://127.0.0.1:" + std::to_string(server.port()) + "/"));
  client.start();
  ASSERT_TRUE(log.wait_for("open"));

  server.drain();

  EXPECT_TRUE(log.wait_for("close 1012 retry-after="));
  server.wait();
}

TEST(ServerAndClient, ATlsServerSaysWhatAPlainClientDid) {
  net::testing::Certificates certificates;
  const auto identity = certificates.issue({});
  EventLog log;
  Options options = echoing();
  options.tls.certificate_file = identity.certificate_file;
  options.tls.key_file = identity.key_file;
  options.hooks.on_error = [&](std::string_view what) { log.add(std::string{what}); };
  Server server(std::move(options));
  server.start();
  testing::RawPeer peer(server.port());

  peer.send("GET / HTTP/1.1\r\n\r\n");

  EXPECT_TRUE(log.wait_for("127.0.0.1:"));
}

TEST(ServerAndClient, AServerWithoutItsCertificateDoesNotStart) {
  Options options = echoing();
  options.tls.certificate_file = "/nowhere/certificate.pem";
  try {
    Server server(std::move(options));
    FAIL() << "TLS without a certificate";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string{error.what()}.find("/nowhere/certificate.pem"), std::string::npos);
  }
}

}  // namespace
}  // namespace heartwire::server
