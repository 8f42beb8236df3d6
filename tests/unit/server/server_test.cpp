#include "heartwire/server/server.hpp"

#include "heartwire/net/loop.hpp"
#include "heartwire/net/server_connection.hpp"
#include "tests/unit/server/event_log.hpp"
#include "tests/unit/server/raw_peer.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace heartwire::server {
namespace {

using testing::EventLog;
using ::testing::HasSubstr;
using testing::open_peer;
using testing::RawPeer;
using ::testing::StartsWith;

void echo(Connection& connection, core::MessageView message) {
  EXPECT_TRUE(connection.send(message));
}

Options echo_options(EventLog& log) {
  Options options;
  options.hooks.on_open = [&log](Connection& connection, const Request& request) {
    log.add("open " + std::to_string(connection.id()) + " " + request.path);
  };
  options.hooks.on_message = echo;
  options.hooks.on_close = [&log](Connection& connection, const CloseInfo& info) {
    log.add("close " + std::to_string(connection.id()) + " " + std::string{name(info.cause)} + " " +
            std::to_string(info.code) + (info.is_clean ? " clean" : " unclean"));
  };
  options.hooks.on_error = [&log](std::string_view what) { log.add("error " + std::string{what}); };
  return options;
}

TEST(Server, KeepsItsConnectionsSmall) {
  EXPECT_LE(sizeof(net::ServerConnection), net::kServerConnectionBytesMax);
}

TEST(Server, EchoesTextAndBinary) {
  EventLog log;
  Server server(echo_options(log));
  server.start();
  RawPeer peer = open_peer(server.port());

  peer.send_text("hello");
  peer.send_frame(ws::Opcode::binary, std::string(70'000, 'b'));

  EXPECT_EQ(peer.next(), "text hello");
  EXPECT_EQ(peer.next(), "binary " + std::string(70'000, 'b'));
}

TEST(Server, AnswersEveryFrameOfOneReadInOrder) {
  EventLog log;
  Server server(echo_options(log));
  server.start();
  RawPeer peer = open_peer(server.port());
  std::string frames;
  for (int i = 0; i < 2000; ++i)
    frames += testing::client_frame(ws::Opcode::text, std::to_string(i));

  peer.send(frames);

  for (int i = 0; i < 2000; ++i) ASSERT_EQ(peer.next(), "text " + std::to_string(i));
}

TEST(Server, ReadsWhatComesRightBehindTheRequest) {
  EventLog log;
  Server server(echo_options(log));
  server.start();
  RawPeer peer(server.port());

  peer.send(
      "GET /early HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
      testing::client_frame(ws::Opcode::text, "early"));

  EXPECT_THAT(peer.read_head(), HasSubstr("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
  EXPECT_EQ(peer.next(), "text early");
  EXPECT_EQ(log.all(), std::vector<std::string>{"open 1 /early"});
}

TEST(Server, SendsAGreetingBehindItsAnswer) {
  Options options;
  options.hooks.on_open = [](Connection& connection, const Request&) {
    EXPECT_TRUE(connection.is_open());
    EXPECT_TRUE(connection.send("welcome"));
  };
  Server server(std::move(options));
  server.start();

  EXPECT_EQ(open_peer(server.port()).next(), "text welcome");
}

TEST(Server, TellsTheHookWhoAsks) {
  EventLog log;
  Options options;
  options.hooks.on_request = [&log](const Request& request) {
    log.add(request.path + " " + request.query + " " + request.subprotocols.at(1) + " " +
            request.headers.back().first);
    EXPECT_THAT(request.remote_address, StartsWith("127.0.0.1:"));
    Admit admit = Admit::accept(request.subprotocols.at(1));
    admit.headers.emplace_back("X-Served-By", "heartwire");
    return admit;
  };
  Server server(std::move(options));
  server.start();
  RawPeer peer(server.port());

  const std::string head =
      peer.upgrade("/room?user=7", "Sec-WebSocket-Protocol: chat, feed\r\nX-Token: 1\r\n");

  EXPECT_THAT(head, HasSubstr("Sec-WebSocket-Protocol: feed\r\n"));
  EXPECT_THAT(head, HasSubstr("X-Served-By: heartwire\r\n"));
  EXPECT_EQ(log.all(), std::vector<std::string>{"/room user=7 feed X-Token"});
}

TEST(Server, KeepsTheIdentityThatTheHookGaveFromAnyThreadAndAfterTheEnd) {
  EventLog log;
  Options options = echo_options(log);
  std::optional<Connection> kept;
  options.hooks.on_request = [](const Request& request) {
    Admit admit = Admit::accept();
    admit.identity = request.query;
    return admit;
  };
  options.hooks.on_message = [&kept](Connection& connection, core::MessageView) {
    if (!connection.identity().empty()) kept = connection;
    EXPECT_TRUE(connection.send("I see " + connection.identity()));
  };
  Server server(std::move(options));
  server.start();
  RawPeer alice = open_peer(server.port(), "/?alice");
  RawPeer nobody = open_peer(server.port());

  alice.send_text("who am I?");
  nobody.send_text("who am I?");

  EXPECT_EQ(alice.next(), "text I see alice");
  EXPECT_EQ(nobody.next(), "text I see ");
  EXPECT_EQ(kept->identity(), "alice");
  alice.close();
  ASSERT_TRUE(log.wait_for("close 1"));
  EXPECT_EQ(kept->identity(), "alice");
  EXPECT_EQ(Connection{}.identity(), "");
}

TEST(Server, RefusesAsTheHookSays) {
  EventLog log;
  Options options = echo_options(log);
  options.hooks.on_request = [](const Request&) {
    Admit admit = Admit::refuse(401, "Who are you?");
    admit.retry_after = std::chrono::seconds{120};
    return admit;
  };
  Server server(std::move(options));
  server.start();
  RawPeer peer(server.port());

  const std::string head = peer.upgrade();

  EXPECT_THAT(head, StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(head, HasSubstr("Retry-After: 120\r\n"));
  EXPECT_EQ(server.stats().refused, 1U);
  EXPECT_EQ(log.count("open"), 0U);
}

TEST(Server, AnswersABadRequestAndSaysWhy) {
  EventLog log;
  Server server(echo_options(log));
  server.start();
  RawPeer plain(server.port());
  RawPeer garbage(server.port());

  plain.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  garbage.send("\x16\x03\x01 this is TLS, or nothing at all\r\n\r\n");

  EXPECT_THAT(plain.read_head(), StartsWith("HTTP/1.1 426 "));
  EXPECT_THAT(garbage.read_head(), StartsWith("HTTP/1.1 400 "));
  EXPECT_TRUE(log.wait_for("error 127.0.0.1:", 2));
}

TEST(Server, ToldAnImpossibleAnswerSays500) {
  EventLog log;
  Options options = echo_options(log);
  options.hooks.on_request = [](const Request&) { return Admit::accept("never-offered"); };
  Server server(std::move(options));
  server.start();
  RawPeer peer(server.port());

  EXPECT_THAT(peer.upgrade(), StartsWith("HTTP/1.1 500 "));
  EXPECT_TRUE(log.wait_for("error "));
}

TEST(Server, ClosesInGoodOrder) {
  EventLog log;
  Options options = echo_options(log);
  options.hooks.on_message = [](Connection& connection, core::MessageView) {
    EXPECT_TRUE(connection.send("last words"));
    EXPECT_FALSE(connection.close(1005));
    EXPECT_TRUE(connection.close(4001, "enough"));
    EXPECT_FALSE(connection.is_open());
    EXPECT_FALSE(connection.close(4002));
    EXPECT_EQ(connection.send("more").error(), core::SendError::closed);
  };
  Server server(std::move(options));
  server.start();
  RawPeer peer = open_peer(server.port());

  peer.send_text("go");

  EXPECT_EQ(peer.next(), "text last words");
  EXPECT_EQ(peer.next(), "close 4001 enough");
  peer.send_close(4001);
  EXPECT_EQ(peer.next(), "fin");
  EXPECT_TRUE(log.wait_for("close 1 user 4001 clean"));
}

TEST(Server, AnswersTheClientsCloseAndEndsTheTransport) {
  EventLog log;
  Server server(echo_options(log));
  server.start();
  RawPeer peer = open_peer(server.port());

  peer.send_close(1000, "bye");

  EXPECT_EQ(peer.next(), "close 1000");
  EXPECT_EQ(peer.next(), "fin");
  EXPECT_TRUE(log.wait_for("close 1 closed 1000 clean"));
}

TEST(Server, TellsEachEndExactlyOnce) {
  EventLog log;
  Server server(echo_options(log));
  server.start();
  RawPeer finished = open_peer(server.port());
  RawPeer reset = open_peer(server.port());
  RawPeer closed = open_peer(server.port());
  RawPeer rude = open_peer(server.port());

  finished.finish();
  reset.reset();
  closed.send_close(1001);
  rude.send("an unmasked frame of an unknown kind");

  EXPECT_TRUE(log.wait_for("close", 4));
  EXPECT_EQ(log.count("close 1 lost"), 1U);
  EXPECT_EQ(log.count("close 2 lost"), 1U);
  EXPECT_EQ(log.count("close 3 closed 1001 clean"), 1U);
  EXPECT_EQ(log.count("close 4 protocol_error 1002"), 1U);
  EXPECT_EQ(log.count("close"), 4U);
  EXPECT_EQ(server.stats(), (Stats{4, 0, 0, 0}));
}

TEST(Server, ReportsWhatAHookThrowsAndGoesOn) {
  EventLog log;
  Options options = echo_options(log);
  options.hooks.on_message = [](Connection& connection, core::MessageView message) {
    if (message.payload == "throw") throw std::runtime_error("no such room");
    echo(connection, message);
  };
  Server server(std::move(options));
  server.start();
  RawPeer peer = open_peer(server.port());

  peer.send_text("throw");
  peer.send_text("still here?");

  EXPECT_EQ(peer.next(), "text still here?");
  EXPECT_EQ(log.count("error on_message threw: no such room"), 1U);
}

TEST(Server, RefusesAHandleOfAnEndedConnection) {
  EventLog log;
  Options options = echo_options(log);
  Connection kept;
  options.hooks.on_open = [&](Connection& connection, const Request&) { kept = connection; };
  std::optional<Server> server(std::in_place, std::move(options));
  server->start();
  RawPeer peer = open_peer(server->port());
  peer.close();
  EXPECT_TRUE(log.wait_for("close"));

  EXPECT_FALSE(kept.is_open());
  EXPECT_EQ(kept.send("hello").error(), core::SendError::closed);
  server.reset();
  EXPECT_FALSE(kept.close());
  kept.check_now();
  EXPECT_THAT(kept.remote_address(), StartsWith("127.0.0.1:"));
  EXPECT_EQ(Connection{}.id(), 0U);
  EXPECT_EQ(Connection{}.send("nobody").error(), core::SendError::closed);
}

TEST(Server, NamesThePortThatIsInUse) {
  Server first(Options{});
  first.start();
  Options options;
  options.port = first.port();
  Server second(std::move(options));

  try {
    second.start();
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(
        std::string{error.what()},
        "cannot listen on 127.0.0.1:" + std::to_string(first.port()) + ": address already in use");
  }
}

TEST(Server, StartsOnce) {
  Server server(Options{});
  server.start();

  EXPECT_THROW(server.start(), std::runtime_error);
  server.stop();
  server.wait();
  EXPECT_THROW(server.start(), std::runtime_error);
}

TEST(Server, RefusesBadOptionsBeforeAnythingRuns) {
  Options options;
  options.threads = 0;

  EXPECT_THROW(Server{std::move(options)}, std::invalid_argument);
}

TEST(Server, StopsFromWithinAHook) {
  EventLog log;
  Options options = echo_options(log);
  std::optional<Server> server;
  options.hooks.on_message = [&](Connection&, core::MessageView message) {
    log.add("message " + std::string{message.payload});
    server->stop();
  };
  server.emplace(std::move(options));
  server->start();
  RawPeer peer = open_peer(server->port());

  peer.send(testing::client_frame(ws::Opcode::text, "1") +
            testing::client_frame(ws::Opcode::text, "2"));
  server->wait();

  EXPECT_EQ(peer.next(), "fin");
  EXPECT_EQ(log.all(), (std::vector<std::string>{"open 1 /", "message 1"}));
}

TEST(Server, StopsBeforeItHasStarted) {
  Server server(Options{});

  server.stop();
  server.wait();

  EXPECT_EQ(server.port(), 0);
}

TEST(Server, SharesALoopThatHasAThread) {
  EventLog log;
  net::Loop loop;
  {
    Server server(loop, echo_options(log));
    Server other(loop, echo_options(log));
    server.start();
    other.start();
    RawPeer peer = open_peer(server.port());
    RawPeer second = open_peer(other.port());
    peer.send_text("one loop");
    second.send_text("two servers");

    EXPECT_EQ(peer.next(), "text one loop");
    EXPECT_EQ(second.next(), "text two servers");
  }
  EXPECT_FALSE(loop.is_current_thread());
}

TEST(Server, RunsOnAnIoContextOfTheUsers) {
  EventLog log;
  boost::asio::io_context context;
  net::Loop loop(context);
  std::optional<Server> server(std::in_place, loop, echo_options(log));
  server->start();
  RawPeer peer(server->port());
  peer.send(
      "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
      testing::client_frame(ws::Opcode::text, "mine"));

  while (server->stats().accepted == 0) context.run_one();

  EXPECT_THAT(peer.read_head(), StartsWith("HTTP/1.1 101 "));
  EXPECT_EQ(peer.next(), "text mine");
  server.reset();
  EXPECT_EQ(peer.next(), "fin");
}

}  // namespace
}  // namespace heartwire::server
