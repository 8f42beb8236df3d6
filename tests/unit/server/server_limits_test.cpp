// What a server bears from its peers, and what it answers beyond.

#include "heartwire/server/server.hpp"
#include "tests/unit/server/event_log.hpp"
#include "tests/unit/server/raw_peer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace heartwire::server {
namespace {

using namespace std::chrono_literals;
using ::testing::ContainsRegex;
using testing::EventLog;
using ::testing::HasSubstr;
using testing::open_peer;
using testing::RawPeer;
using ::testing::StartsWith;

Options logged(EventLog& log) {
  Options options;
  options.hooks.on_open = [&log](Connection&, const Request&) { log.add("open"); };
  options.hooks.on_message = [&log](Connection&, core::MessageView message) {
    log.add("message " + std::string{message.payload});
  };
  options.hooks.on_close = [&log](Connection&, const CloseInfo& info) {
    log.add("close " + std::to_string(info.code) + " " + info.text);
  };
  options.hooks.on_error = [&log](std::string_view what) { log.add("error " + std::string{what}); };
  return options;
}

TEST(ServerLimits, RefusesBeyondTheNumberOfConnectionsUntilOneLeaves) {
  EventLog log;
  Options options = logged(log);
  options.admission.connections_max = 1;
  Server server(std::move(options));
  server.start();
  RawPeer first = open_peer(server.port());
  RawPeer second(server.port());

  const std::string head = second.upgrade();

  EXPECT_THAT(head, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(head, ContainsRegex("Retry-After: [0-9]+\r\n"));
  EXPECT_EQ(server.stats().refused, 1U);
  // It leaves: the place is free once the server has seen both ends of the transport.
  first.send_close(1000);
  EXPECT_EQ(first.next(), "close 1000");
  EXPECT_EQ(first.next(), "fin");
  first.close();
  std::string answer;
  do {
    RawPeer third(server.port());
    answer = third.upgrade();
  } while (answer.starts_with("HTTP/1.1 503 "));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 101 "));
}

TEST(ServerLimits, RefusesBeyondTheNumberOfConnectionsOfAnAddress) {
  EventLog log;
  Options options = logged(log);
  options.admission.connections_per_address_max = 2;
  Server server(std::move(options));
  server.start();
  RawPeer first = open_peer(server.port());
  RawPeer second = open_peer(server.port());
  RawPeer third(server.port());

  EXPECT_THAT(third.upgrade(), StartsWith("HTTP/1.1 429 "));
}

TEST(ServerLimits, RefusesBeyondTheAcceptRate) {
  EventLog log;
  Options options = logged(log);
  options.admission.accept_rate = {1, 1};
  Server server(std::move(options));
  server.start();
  RawPeer first = open_peer(server.port());
  RawPeer second(server.port());

  const std::string head = second.upgrade();

  EXPECT_THAT(head, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(head, ContainsRegex("Retry-After: [0-9]+\r\n"));
}

TEST(ServerLimits, WaitsForARequestOnlySoLong) {
  EventLog log;
  Options options = logged(log);
  options.handshake_timeout = 100ms;
  Server server(std::move(options));
  server.start();
  RawPeer slow(server.port());
  slow.send("GET / HTTP/1.1\r\n");

  EXPECT_THAT(slow.read_head(), StartsWith("HTTP/1.1 408 "));
  EXPECT_TRUE(log.wait_for("error 127.0.0.1:"));
}

TEST(ServerLimits, RefusesAHeadThatIsTooLong) {
  EventLog log;
  Options options = logged(log);
  options.head_bytes_max = 1000;
  Server server(std::move(options));
  server.start();
  RawPeer peer(server.port());

  EXPECT_THAT(peer.upgrade("/", "X-Long: " + std::string(200'000, 'x') + "\r\n"),
              StartsWith("HTTP/1.1 431 "));
}

TEST(ServerLimits, ClosesOnAMessageThatIsTooBigAndSaysSoThoughMoreComes) {
  EventLog log;
  Options options = logged(log);
  options.message_bytes_max = 1000;
  Server server(std::move(options));
  server.start();
  RawPeer peer = open_peer(server.port());

  // All of it is on its way before the Close can be read: an RST would destroy that.
  peer.send_frame(ws::Opcode::binary, std::string(1'000'000, 'x'));

  EXPECT_THAT(peer.next(), StartsWith("close 1009"));
  EXPECT_EQ(peer.next(), "fin");
  EXPECT_TRUE(log.wait_for("close 1009"));
  EXPECT_EQ(log.count("message"), 0U);
}

TEST(ServerLimits, ClosesOnTooManyMessages) {
  EventLog log;
  Options options = logged(log);
  options.message_rate = {1, 3};
  Server server(std::move(options));
  server.start();
  RawPeer peer = open_peer(server.port());

  for (int i = 0; i < 10; ++i) peer.send_text(std::to_string(i));

  EXPECT_EQ(peer.next(), "close 1008 too many messages");
  peer.send_close(1008);
  EXPECT_EQ(peer.next(), "fin");
  EXPECT_TRUE(log.wait_for("close 1008 closed by the server: too many messages a second"));
  EXPECT_EQ(log.count("message"), 3U);
}

TEST(ServerLimits, DropsAPeerThatNeverAnswersTheClose) {
  EventLog log;
  Options options = logged(log);
  options.close_timeout = 100ms;
  options.hooks.on_message = [](Connection& connection, core::MessageView) {
    EXPECT_TRUE(connection.close(1001));
  };
  Server server(std::move(options));
  server.start();
  RawPeer peer = open_peer(server.port());

  peer.send_text("go");

  EXPECT_EQ(peer.next(), "close 1001");
  EXPECT_EQ(peer.next(), "rst");
  EXPECT_TRUE(log.wait_for("close 1001"));
}

}  // namespace
}  // namespace heartwire::server
