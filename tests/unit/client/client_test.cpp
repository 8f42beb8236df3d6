#include "heartwire/client/client.hpp"

#include "heartwire/net/dial_budget.hpp"
#include "tests/unit/client/client_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>

namespace heartwire::client {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Client : public ::testing::Test {
 protected:
  std::shared_ptr<EventLog> log = std::make_shared<EventLog>();
  WsListener listener;
};

TEST_F(Client, opens_and_exchanges_messages) {
  client::Client client(logged_options(listener.url("/feed?a=1"), log));
  client.start();
  WsPeer peer = listener.accept();
  const auto request = peer.read_request();
  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "/feed");
  EXPECT_EQ(request->query, "a=1");
  peer.send_raw(base::as_bytes(ws::make_accept(*request, {}, {}).value()));
  ASSERT_TRUE(log->wait_for("open first 1"));
  EXPECT_EQ(client.state(), core::State::open);
}

TEST_F(Client, sends_and_receives) {
  client::Client client(logged_options(listener.url(), log));
  client.start();
  WsPeer peer = listener.accept_open();

  peer.send("from the server");
  EXPECT_TRUE(client.send("from the client"));
  EXPECT_TRUE(client.send({core::MessageType::binary, "\x01\x02"}));

  EXPECT_EQ(peer.hear(), "message from the client");
  EXPECT_EQ(peer.hear(), "binary \x01\x02");
  EXPECT_TRUE(log->wait_for("message from the server"));
}

TEST_F(Client, greets_first_on_every_open_and_then_sends_what_waited) {
  Options options = logged_options(listener.url(), log);
  options.greeting = {{core::MessageType::text, "hello"}};
  options.make_greeting = [count = 0]() mutable {
    return std::vector<core::Message>{
        {core::MessageType::text, "subscribe " + std::to_string(++count)}};
  };
  client::Client client(std::move(options));
  EXPECT_TRUE(client.send("queued"));
  client.start();

  WsPeer first = listener.accept_open();
  EXPECT_EQ(first.hear(), "message hello");
  EXPECT_EQ(first.hear(), "message subscribe 1");
  EXPECT_EQ(first.hear(), "message queued");
  first.reset();
  ASSERT_TRUE(log->wait_for("close"));
  EXPECT_TRUE(client.send("queued again"));
  WsPeer second = listener.accept_open();
  EXPECT_EQ(second.hear(), "message hello");
  EXPECT_EQ(second.hear(), "message subscribe 2");
  EXPECT_EQ(second.hear(), "message queued again");
}

TEST_F(Client, comes_back_with_a_new_transport_after_a_loss) {
  Options options = logged_options(listener.url(), log);
  options.subprotocols = {"chat"};
  client::Client client(std::move(options));
  client.start();
  ASSERT_TRUE(listener.accept().open("chat"));
  ASSERT_TRUE(log->wait_for("close lost"));

  WsPeer second = listener.accept();
  ASSERT_TRUE(second.open("chat"));

  ASSERT_TRUE(log->wait_for("open again 2"));
  const auto transport = client.transport();
  ASSERT_TRUE(transport);
  EXPECT_EQ(transport->generation, 2u);
  EXPECT_EQ(transport->url, listener.url());
  EXPECT_EQ(transport->remote_address, "127.0.0.1:" + std::to_string(listener.port()));
  EXPECT_THAT(transport->local_address, HasSubstr("127.0.0.1:"));
  EXPECT_EQ(transport->subprotocol, "chat");
  EXPECT_EQ(transport->tls, "");
  EXPECT_FALSE(transport->headers.empty());
}

TEST_F(Client, has_no_transport_until_it_is_open) {
  client::Client client(logged_options(listener.url(), log));
  EXPECT_FALSE(client.transport());
  client.start();
  WsPeer peer = listener.accept();
  EXPECT_FALSE(client.transport());
}

TEST_F(Client, closes_for_good_after_sending_what_is_queued) {
  client::Client client(logged_options(listener.url(), log));
  client.start();
  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(log->wait_for("open"));

  EXPECT_TRUE(client.send("last words"));
  EXPECT_TRUE(client.close(3001, "done"));

  EXPECT_EQ(peer.hear(), "message last words");
  EXPECT_EQ(peer.hear(), "close 3001 done");
  peer.finish(3001);
  ASSERT_TRUE(log->wait_for("close user 3001 clean"));
  EXPECT_EQ(client.state(), core::State::closed);
  EXPECT_EQ(client.send("too late").error(), core::SendError::closed);
  EXPECT_TRUE(listener.hears_nothing());
}

TEST_F(Client, ends_a_close_that_the_peer_ignores) {
  Options options = logged_options(listener.url(), log);
  options.close_timeout = 50ms;
  client::Client client(std::move(options));
  client.start();
  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(log->wait_for("open"));

  client.close();

  EXPECT_TRUE(log->wait_for("close user 1000"));
  EXPECT_EQ(log->count("close user 1000 clean"), 0u);
}

TEST_F(Client, ends_a_pending_retry_by_close_and_starts_again_when_told) {
  Options options = logged_options(listener.url(), log);
  options.reconnect.backoff = core::BackoffOptions::constant(1h);
  client::Client client(std::move(options));
  client.start();
  listener.accept().cut();
  ASSERT_TRUE(log->wait_for("retry 1"));

  client.close();

  ASSERT_TRUE(log->wait_for("close user"));
  EXPECT_TRUE(listener.hears_nothing());
  client.start();
  WsPeer peer = listener.accept_open();
  EXPECT_TRUE(log->wait_for("open first"));
}

TEST_F(Client, refuses_close_codes_that_may_not_be_sent) {
  client::Client client(logged_options(listener.url(), log));
  for (const int code : {0, 999, 1002, 1005, 1006, 1012, 1015, 2999, 5000})
    EXPECT_FALSE(client.close(static_cast<std::uint16_t>(code))) << code;
  for (const int code : {1000, 1001, 3000, 4999})
    EXPECT_TRUE(client.close(static_cast<std::uint16_t>(code))) << code;
}

TEST_F(Client, gives_up_once_and_starts_afresh_by_hand) {
  Options options = logged_options(listener.url(), log);
  options.reconnect.attempts_max = 1;
  client::Client client(std::move(options));
  client.start();
  listener.accept().cut();
  listener.accept().cut();
  ASSERT_TRUE(log->wait_for("gave up attempts 1"));
  EXPECT_EQ(client.state(), core::State::failed);

  client.reconnect();

  WsPeer peer = listener.accept_open();
  EXPECT_TRUE(log->wait_for("open"));
  EXPECT_EQ(log->count("gave up"), 1u);
}

TEST_F(Client, tells_why_an_attempt_failed) {
  client::Client client(logged_options(listener.url(), log));
  client.start();
  listener.accept().refuse(503, 120s);
  ASSERT_TRUE(log->wait_for("failed http_status"));
  EXPECT_THAT(log->all("failed")[0], HasSubstr("503"));
}

TEST_F(Client, gives_an_upgrade_that_is_not_answered_its_own_timeout) {
  Options options = logged_options(listener.url(), log);
  options.handshake_timeout = 50ms;
  client::Client client(std::move(options));
  client.start();
  WsPeer mute = listener.accept();

  EXPECT_TRUE(log->wait_for("failed connect_timeout"));
}

TEST_F(Client, refuses_a_header_of_the_request_callback_as_a_failed_attempt) {
  Options options = logged_options(listener.url(), log);
  options.request = [](const AttemptInfo& info) {
    return Request{info.url, {{"X-Bad", "a\r\nInjected: yes"}}};
  };
  client::Client client(std::move(options));
  client.start();
  EXPECT_TRUE(log->wait_for("failed request", 2));
}

TEST_F(Client, declares_a_silent_peer_dead_though_it_keeps_sending_itself) {
  Options options = logged_options(listener.url(), log);
  options.heartbeat.interval = 60ms;
  options.heartbeat.timeout = 200ms;
  options.heartbeat.reply_min = 20ms;
  client::Client client(std::move(options));
  client.start();
  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(log->wait_for("open"));

  while (log->count("close heartbeat") == 0) {
    ASSERT_TRUE(client.send("busy"));
    std::this_thread::sleep_for(5ms);  // Its pace.
  }

  EXPECT_TRUE(log->wait_for("suspect"));
  EXPECT_TRUE(log->wait_for("close heartbeat 0 retry"));
}

TEST_F(Client, measures_round_trips) {
  Options options = logged_options(listener.url(), log);
  options.heartbeat.interval = 20ms;
  client::Client client(std::move(options));
  client.start();
  WsPeer peer = listener.accept_open();
  ASSERT_EQ(peer.hear_raw(), "ping");
  peer.send_pong(peer.last_ping());
  ASSERT_TRUE(log->wait_for("heartbeat"));
  EXPECT_GT(client.heartbeat().round_trip.count(), 0);
  EXPECT_GT(client.heartbeat().smoothed.count(), 0);
}

TEST_F(Client, probes_at_once_when_asked) {
  client::Client client(logged_options(listener.url(), log));
  client.start();
  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(log->wait_for("open"));
  client.check_now();
  EXPECT_EQ(peer.hear_raw(), "ping");
}

TEST_F(Client, holds_attempts_while_suspended) {
  client::Client client(logged_options(listener.url(), log));
  client.suspend();
  client.start();
  ASSERT_TRUE(eventually([&] { return client.state() == core::State::suspended; }));
  EXPECT_TRUE(listener.hears_nothing());

  client.resume();

  WsPeer peer = listener.accept_open();
  EXPECT_TRUE(log->wait_for("open"));
}

TEST_F(Client, asks_whether_it_is_wanted_before_each_attempt) {
  Options options = logged_options(listener.url(), log);
  options.wanted = [this] {
    log->add("asked");
    return log->count("asked") > 1;
  };
  client::Client client(std::move(options));
  client.start();
  ASSERT_TRUE(log->wait_for("asked"));
  WsPeer peer = listener.accept_open();
  EXPECT_TRUE(log->wait_for("open"));
  EXPECT_EQ(log->count("asked"), 2u);
}

TEST_F(Client, stops_where_the_judge_says_so) {
  Options options = logged_options(listener.url(), log);
  options.judge = [](const core::Outcome& outcome) -> std::optional<core::Verdict> {
    if (outcome.code == 4000) return core::Verdict::stop;
    return std::nullopt;
  };
  client::Client client(std::move(options));
  client.start();
  listener.accept_open().finish(4001);
  listener.accept_open().finish(4000);
  EXPECT_TRUE(log->wait_for("gave up refused"));
}

TEST_F(Client, shares_a_cap_on_dials) {
  const auto budget = std::make_shared<net::DialBudget>(1);
  Options options = logged_options(listener.url(), log);
  options.dial_budget = budget;
  client::Client one(options);
  client::Client other(options);
  one.start();
  other.start();
  WsPeer first = listener.accept_open();
  WsPeer second = listener.accept_open();
  EXPECT_TRUE(log->wait_for("open", 2));
  EXPECT_EQ(budget->active_count(), 0u);
}

TEST_F(Client, names_the_option_that_is_wrong_and_starts_nothing) {
  Options options = logged_options(listener.url(), log);
  options.handshake_timeout = 0ms;
  try {
    client::Client client(std::move(options));
    FAIL() << "it was taken";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr("handshake_timeout"));
  }
}

TEST_F(Client, names_the_certificate_file_that_is_missing) {
  Options options = logged_options("wss://localhost/", log);
  options.tls.ca_file = "/nowhere/ca.pem";
  try {
    client::Client client(std::move(options));
    FAIL() << "it was taken";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/nowhere/ca.pem"));
  }
}

TEST_F(Client, reads_nothing_while_paused_and_takes_unread_bytes_for_life) {
  Options options = logged_options(listener.url(), log);
  options.heartbeat.interval = 30ms;
  options.heartbeat.timeout = 60ms;
  options.heartbeat.reply_min = 10ms;
  client::Client client(std::move(options));
  client.start();
  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(log->wait_for("open"));

  client.pause_reading();
  // The read that is under way may still deliver.
  peer.send("one");
  peer.send("two");
  for (int probes = 0; probes < 8; ++probes) ASSERT_EQ(peer.hear_raw(), "ping");

  EXPECT_EQ(log->count("message two"), 0u);
  EXPECT_EQ(log->count("close"), 0u);
  client.resume_reading();
  EXPECT_TRUE(log->wait_for("message two"));
}

TEST_F(Client, opens_and_closes_in_good_order_while_paused) {
  client::Client client(logged_options(listener.url(), log));
  client.pause_reading();
  client.start();
  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(log->wait_for("open"));

  client.close();

  EXPECT_EQ(peer.hear(), "close 1000");
  peer.finish();
  EXPECT_TRUE(log->wait_for("close user 1000 clean"));
}

TEST_F(Client, meets_the_peer_with_back_pressure_while_paused) {
  client::Client client(logged_options(listener.url(), log));
  client.start();
  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(log->wait_for("open"));
  client.pause_reading();

  const std::size_t sent = peer.send_until_stuck(std::string(std::size_t{1} << 16, 'x'), 4096);

  EXPECT_LT(sent, 4096u);
  client.resume_reading();
  EXPECT_TRUE(log->wait_for("message", sent));
}

}  // namespace
}  // namespace heartwire::client
