// Case L, the heartbeat library for mini-programs: its options, its hooks, its final close, and
// each of its faults.

#include "tests/integration/cases/field_case.hpp"

#include <array>
#include <set>
#include <stdexcept>

namespace heartwire::cases {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

constexpr Pace kPace{40ms};

class HeartbeatLibrary : public FieldCase {
 protected:
  HeartbeatLibrary() { server_answers(); }

  void server_answers() {
    server.set_answer([](std::string_view got) { return got == "heartbeat" ? "alive" : ""; });
  }

  client::Options plain_options() {
    client::Options options;
    options.urls = {url()};
    options.heartbeat.interval = 15000ms;  // pingTimeout
    options.heartbeat.timeout = 10000ms;   // pongTimeout
    options.heartbeat.reply = core::Reply::fixed;
    options.dialect = core::dialect::text("heartbeat", "");              // pingMsg
    options.reconnect.backoff = core::BackoffOptions::constant(2000ms);  // reconnectTimeout
    return kPace(std::move(options));  // No repeatLimit: attempts_max is none.
  }
  client::Options options() { return recorded(plain_options(), journal); }
};

TEST_F(HeartbeatLibrary, sends_its_message_after_silence_and_takes_any_answer) {
  client::Client client(options());
  client.start();

  ASSERT_TRUE(journal.awaits("server got 1 heartbeat", 3));
  ASSERT_TRUE(journal.awaits("client message alive", 3));

  EXPECT_EQ(journal.count("client close"), 0u);
}

TEST_F(HeartbeatLibrary, keeps_its_hooks_and_shows_a_new_transport_after_each_reconnect) {
  client::Client client(options());
  client.start();
  std::vector<std::string> addresses;

  for (std::size_t life = 1; life <= 4; ++life) {
    ASSERT_TRUE(journal.awaits("server open ", life));
    ASSERT_TRUE(journal.awaits("client open", life));
    server.push("push " + std::to_string(life));
    ASSERT_TRUE(journal.awaits("client message push", life));
    const auto transport = client.transport();
    ASSERT_TRUE(transport);
    EXPECT_EQ(transport->generation, life);
    addresses.push_back(transport->local_address);
    proxy.cut();
    ASSERT_TRUE(journal.awaits("client close", life));
    ASSERT_TRUE(journal.awaits("client retry", life));
  }

  EXPECT_THAT(journal.rest_of("client message "),
              ElementsAre("push 1", "push 2", "push 3", "push 4"));
  EXPECT_EQ(std::set<std::string>(addresses.begin(), addresses.end()).size(), addresses.size());
  EXPECT_LE(server.open_peak(), 1u) << "as Alipay demands";
}

TEST_F(HeartbeatLibrary, spends_no_heartbeat_on_a_link_that_is_busy_both_ways) {
  server.set_answer([](std::string_view got) { return std::string{got}; });
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("client open"));

  // Five times the silence before a heartbeat, with never a fifth of it without a word.
  for (int i = 0; i < 25 && journal.never_exceeds(0, "server got 1 heartbeat", kPace(3s)); ++i)
    ASSERT_TRUE(client.send("talk"));

  EXPECT_EQ(journal.count("server got 1 heartbeat"), 0u);
}

TEST_F(HeartbeatLibrary, tells_a_server_that_only_talks_once_a_period_that_it_listens) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("server open 1 "));

  for (int i = 0; i < 25; ++i) {
    server.push("news");
    ASSERT_TRUE(journal.never_exceeds(0, "client close", kPace(3s)));
  }

  const std::size_t heartbeats = journal.count("server got 1 heartbeat");
  EXPECT_GE(heartbeats, 1u);
  const auto lasted = journal.times_of("server says").back() - journal.times_of("server open")[0];
  EXPECT_LE(heartbeats, static_cast<std::size_t>(lasted / kPace(15s)) + 1);
}

TEST_F(HeartbeatLibrary, reconnects_after_any_close_but_its_own_without_a_limit) {
  client::Client client(options());
  client.start();
  std::size_t life = 1;
  for (const auto code : std::array<std::uint16_t, 4>{1000, 1001, 1011, 4000}) {
    ASSERT_TRUE(journal.awaits("server open ", life));
    server.close_all(code);
    ASSERT_TRUE(journal.awaits("client open", ++life)) << "after " << code;
  }

  ASSERT_TRUE(proxy.refuse());
  proxy.cut();
  ASSERT_TRUE(journal.awaits("client failed refused", 20));
  ASSERT_TRUE(proxy.accept());
  ASSERT_TRUE(journal.awaits("client open", ++life));
}

TEST_F(HeartbeatLibrary, closes_for_good_when_the_server_asks_for_it_in_a_message) {
  auto obedient = plain_options();
  client::Client* self = nullptr;
  obedient.hooks.on_message = [&self](core::MessageView message) {
    if (message.payload == "please leave") self->close();
  };
  client::Client client(recorded(obedient, journal));
  self = &client;
  client.start();
  ASSERT_TRUE(journal.awaits("server open 1 "));

  server.push("please leave");

  ASSERT_TRUE(journal.awaits("client close user 1000"));
  ASSERT_TRUE(journal.awaits("server closed 1 closed 1000"));
  EXPECT_TRUE(journal.never_exceeds(1, "client attempt ", kPace(20s)));
}

// Fault: close() during the retry delay does not stop the retry.
TEST_F(HeartbeatLibrary, stops_a_pending_retry_by_close) {
  auto leaving = plain_options();
  client::Client* self = nullptr;
  leaving.hooks.on_reconnect = [&self](const auto&) { self->close(); };
  client::Client client(recorded(leaving, journal));
  self = &client;
  client.start();
  ASSERT_TRUE(journal.awaits("client open first"));

  proxy.cut();
  ASSERT_TRUE(journal.awaits("client close user"));

  EXPECT_TRUE(journal.never_exceeds(1, "client attempt ", kPace(20s)));
  EXPECT_EQ(client.state(), core::State::closed);
}

// Fault: timers are not cleared when a socket closes, so an old deadline kills the new connection.
TEST_F(HeartbeatLibrary, gives_a_new_connection_new_deadlines) {
  server.fall_mute();
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("server got 1 heartbeat"));

  proxy.cut();
  server_answers();
  ASSERT_TRUE(journal.awaits("client open again"));
  ASSERT_TRUE(journal.awaits("server got 2 heartbeat", 2));

  EXPECT_EQ(journal.count("client close heartbeat"), 0u);
}

// Fault: close() before the first socket exists throws.
TEST_F(HeartbeatLibrary, may_be_closed_before_its_first_socket_exists) {
  client::Client never_started(options());
  EXPECT_TRUE(never_started.close());

  client::Client just_started(options());
  just_started.start();
  EXPECT_TRUE(just_started.close());

  // What was under way may still have reached the server, which then sees it go; nothing follows.
  EXPECT_TRUE(journal.never_exceeds(1, "client attempt ", kPace(5s)));
  EXPECT_EQ(journal.count("server closed "), journal.count("server open "));
  EXPECT_EQ(journal.count("client open"), 0u);
  EXPECT_EQ(just_started.state(), core::State::closed);
}

// Fault: send() while disconnected loses the message without a word.
TEST_F(HeartbeatLibrary, queues_what_is_sent_while_disconnected) {
  client::Client client(options());
  ASSERT_TRUE(client.send("before the first open"));
  client.start();
  ASSERT_TRUE(journal.awaits("server got 1 before the first open"));

  proxy.cut();
  ASSERT_TRUE(journal.awaits("client close"));
  ASSERT_TRUE(client.send("while away"));

  ASSERT_TRUE(journal.awaits("server got 2 while away"));
  EXPECT_EQ(journal.count("server got 2 before"), 0u);
}

TEST_F(HeartbeatLibrary, refuses_with_an_error_where_it_may_not_queue) {
  auto strict = options();
  strict.outbox.when_not_open = core::WhenNotOpen::refuse;
  client::Client client(strict);

  const auto early = client.send("before the first open");
  client.start();
  ASSERT_TRUE(journal.awaits("client open first"));
  client.close();
  ASSERT_TRUE(journal.awaits("client close user"));
  const auto late = client.send("after the close");

  ASSERT_FALSE(early);
  EXPECT_EQ(early.error(), core::SendError::not_open);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), core::SendError::closed);
}

// Fault: a hook that throws ends reconnecting for good.
TEST_F(HeartbeatLibrary, reconnects_though_every_hook_throws) {
  const auto fail = [](const auto&...) { throw std::runtime_error("oops"); };
  auto options = plain_options();
  options.hooks.on_open = fail;
  options.hooks.on_message = fail;
  options.hooks.on_close = fail;
  options.hooks.on_reconnect = fail;
  options.hooks.on_attempt_failed = fail;
  options.hooks.on_error = fail;
  client::Client client(recorded(options, journal));
  client.start();

  for (std::size_t life = 1; life <= 3; ++life) {
    ASSERT_TRUE(journal.awaits("server open ", life));
    server.push("push");
    ASSERT_TRUE(journal.awaits("client message push", life));
    ASSERT_TRUE(proxy.refuse());
    proxy.cut();
    ASSERT_TRUE(journal.awaits("client failed refused", life));
    ASSERT_TRUE(proxy.accept());
  }

  ASSERT_TRUE(journal.awaits("client open", 4));
  EXPECT_THAT(journal.rest_of("client error "), Contains("on_reconnect threw: oops"));
}

// Fault: death is only noticed when the platform reports the close, which a browser does 60 s after
// close() on a frozen peer.
TEST_F(HeartbeatLibrary, goes_on_at_once_from_a_frozen_peer) {
  auto patient = plain_options();
  patient.close_timeout = 60s;  // In true time: who waits for the peer's Close fails the test.
  net::FaultProxy& path = proxy;
  patient.hooks.on_close = [&path](const auto&) { path.thaw(); };
  client::Client client(recorded(patient, journal));
  client.start();
  ASSERT_TRUE(journal.awaits("client open first"));

  proxy.freeze();
  ASSERT_TRUE(journal.awaits("client open again"));

  EXPECT_EQ(journal.next_after("client close heartbeat", "client "), "client retry 1");
  ASSERT_TRUE(server_holds(1));
}

}  // namespace
}  // namespace heartwire::cases
