// Case T, the trading desk: a subscription on every open, five retries and then the user's turn,
// and a connection that is wanted only while its tab is showing.

#include "heartwire/core/json_field.hpp"
#include "tests/integration/cases/field_case.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <stdexcept>

namespace heartwire::cases {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr Pace kPace{40ms};
constexpr auto kSubscribe = R"({"traderid":10260,"type":"Subscribe"})";
constexpr auto kUnsubscribe = R"({"traderid":10260,"type":"Unsubscribe"})";
constexpr auto kPing = R"({"traderid":10260,"type":"Ping"})";
constexpr auto kPong = R"({"type":"Pong"})";

class TradingDesk : public FieldCase {
 protected:
  TradingDesk() {
    server.set_answer([](std::string_view got) { return got == kPing ? kPong : ""; });
  }

  client::Options options() {
    client::Options options;
    options.urls = {url("/trade")};
    options.greeting = {{core::MessageType::text, kSubscribe}};
    options.heartbeat.sending = core::Sending::periodic;
    options.heartbeat.interval = 15s;
    options.heartbeat.timeout = 10s;
    options.heartbeat.reply = core::Reply::fixed;
    options.dialect = core::dialect::json({.answer_value = "Pong", .probe_json = kPing});
    options.reconnect.backoff = core::BackoffOptions::constant(5s);
    options.reconnect.attempts_max = 5;
    options.reconnect.stable_after = 0s;
    options.hooks.on_gave_up = [this](const auto&) { journal.add("view connectError"); };
    return recorded(kPace(std::move(options)), journal);
  }

  /// Leaves the client with no more retries, all of them after `cause`.
  void exhaust(client::Client& client) {
    ASSERT_TRUE(proxy.refuse());
    proxy.cut();
    ASSERT_TRUE(journal.awaits("view connectError"));
    ASSERT_EQ(client.state(), core::State::failed);
  }
};

TEST_F(TradingDesk, subscribes_first_on_every_open) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("server got 1 "));

  proxy.cut();
  ASSERT_TRUE(journal.awaits("client close"));
  ASSERT_TRUE(
      client.send(R"({"type":"Order"})"));  // Queued: it must not overtake the subscription.
  ASSERT_TRUE(journal.awaits("server got 2 ", 2));

  EXPECT_EQ(journal.rest_of("server got 1 ").front(), kSubscribe);
  EXPECT_EQ(journal.rest_of("server got 2 ").front(), kSubscribe);
  EXPECT_EQ(journal.rest_of("server got 2 ").at(1), R"({"type":"Order"})");
}

TEST_F(TradingDesk, beats_every_fifteen_seconds_out_of_the_view) {
  client::Client client(options());
  client.start();

  ASSERT_TRUE(journal.awaits("server says 1 ", 3));
  server.push(R"({"data":"last"})");
  ASSERT_TRUE(journal.awaits("client message "));

  auto got = journal.rest_of("server got 1 ");
  got.erase(got.begin());
  EXPECT_THAT(got, Each(kPing));
  EXPECT_THAT(journal.rest_of("client message "), ElementsAre(R"({"data":"last"})"));
  const auto times = journal.times_of("server got 1 ");
  EXPECT_GE(times[3] - times[1], kPace(15s)) << "two periods, less what the journal may lag";
}

TEST_F(TradingDesk, shows_five_numbered_retries_then_says_connect_error_once) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("server got 1 "));

  exhaust(client);

  EXPECT_THAT(journal.rest_of("client retry "), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_THAT(journal.rest_of("client attempt "), ElementsAre("0", "1", "2", "3", "4", "5"));
  EXPECT_THAT(journal.rest_of("client failed "), Each("refused"));
  expect_attempts_apart(kPace(5s));
  EXPECT_TRUE(journal.never_exceeds(6, "client attempt ", kPace(30s)));
  EXPECT_EQ(journal.count("view connectError"), 1u);
}

TEST_F(TradingDesk, comes_back_when_the_user_says_so_with_a_fresh_count) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("client open first"));
  exhaust(client);

  ASSERT_TRUE(proxy.accept());
  client.reconnect();
  ASSERT_TRUE(journal.awaits("client open", 2));
  ASSERT_TRUE(journal.awaits(std::string{"server got 2 "} + kSubscribe));
  ASSERT_TRUE(proxy.refuse());
  proxy.cut();
  ASSERT_TRUE(journal.awaits("view connectError", 2));

  EXPECT_THAT(journal.rest_of("client retry "),
              ElementsAre("1", "2", "3", "4", "5", "1", "2", "3", "4", "5"));
}

TEST_F(TradingDesk, counts_from_one_again_after_a_successful_open) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("client open first"));

  for (std::size_t life = 1; life <= 3; ++life) {
    ASSERT_TRUE(proxy.refuse());
    proxy.cut();
    ASSERT_TRUE(journal.awaits("client retry 3", life));
    ASSERT_TRUE(proxy.accept());
    ASSERT_TRUE(journal.awaits("client open", life + 1));
  }

  EXPECT_EQ(journal.count("client retry 1"), 3u);
  EXPECT_EQ(journal.count("view connectError"), 0u);
}

TEST_F(TradingDesk, treats_a_wrong_address_like_a_lost_connection) {
  ASSERT_TRUE(proxy.refuse());
  client::Client client(options());

  client.start();
  ASSERT_TRUE(journal.awaits("view connectError"));

  EXPECT_THAT(journal.rest_of("client retry "), ElementsAre("1", "2", "3", "4", "5"));
}

TEST_F(TradingDesk, treats_a_server_of_another_protocol_like_a_lost_connection) {
  ASSERT_TRUE(proxy.accept_then_close());
  client::Client client(options());

  client.start();
  ASSERT_TRUE(journal.awaits("view connectError"));

  EXPECT_EQ(proxy.accepted_count(), 6u);
  expect_attempts_apart(kPace(5s));
}

TEST_F(TradingDesk, refuses_an_address_that_is_none_before_anything_begins) {
  auto wrong = options();
  wrong.request = {};
  wrong.urls = {"http//trade"};

  EXPECT_THROW(client::Client{wrong}, std::invalid_argument);
}

TEST_F(TradingDesk, unsubscribes_before_it_closes_and_stays_closed_until_the_tab_is_back) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("server got 1 "));

  ASSERT_TRUE(client.send(kUnsubscribe));
  client.close();
  ASSERT_TRUE(journal.awaits("server closed 1 closed 1000"));
  EXPECT_EQ(journal.rest_of("server got 1 ").back(), kUnsubscribe);
  EXPECT_TRUE(journal.never_exceeds(1, "client attempt ", kPace(20s)));

  client.start();
  ASSERT_TRUE(journal.awaits("server got 2 "));
  EXPECT_EQ(journal.rest_of("server got 2 ").front(), kSubscribe);
}

TEST_F(TradingDesk, wants_a_connection_only_while_the_right_tab_is_showing) {
  std::atomic<bool> is_showing{true};
  auto conditional = options();
  conditional.wanted = [&is_showing] { return is_showing.load(); };
  client::Client client(conditional);
  client.start();
  ASSERT_TRUE(journal.awaits("client open first"));

  is_showing = false;
  proxy.cut();
  ASSERT_TRUE(journal.awaits("client retry 1"));
  EXPECT_TRUE(journal.never_exceeds(1, "client attempt ", kPace(20s)));
  EXPECT_EQ(client.state(), core::State::suspended);

  is_showing = true;
  client.resume();
  ASSERT_TRUE(journal.awaits("client open again"));
}

TEST_F(TradingDesk, holds_its_retries_while_it_is_suspended) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("client open first"));

  client.suspend();
  proxy.cut();
  ASSERT_TRUE(journal.awaits("client close"));
  EXPECT_TRUE(journal.never_exceeds(1, "client attempt ", kPace(20s)));

  client.resume();
  ASSERT_TRUE(journal.awaits("client open again"));
}

// Fault: the heartbeat's answer is never checked, so a dead server is never noticed.
TEST_F(TradingDesk, notices_a_dead_server_though_no_event_tells_of_it) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("server got 1 "));

  proxy.freeze();
  ASSERT_TRUE(journal.awaits("client close heartbeat"));
  proxy.thaw();

  ASSERT_TRUE(journal.awaits(std::string{"server got 2 "} + kSubscribe));
}

// Faults: the retry is a repeating timer, so sockets multiply; error and close both schedule one.
TEST_F(TradingDesk, schedules_one_retry_for_each_loss_and_none_after_it_has_opened) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("server got 1 "));

  for (std::size_t life = 1; life <= 3; ++life) {
    proxy.reset();
    ASSERT_TRUE(journal.awaits("client open", life + 1));
  }

  EXPECT_TRUE(journal.never_exceeds(4, "client attempt ", kPace(20s)));
  EXPECT_THAT(journal.rest_of("client retry "), ElementsAre("1", "1", "1"));
  EXPECT_EQ(proxy.accepted_count(), 4u);
  expect_one_connection_at_a_time();
}

TEST_F(TradingDesk, closes_the_link_when_the_page_is_destroyed) {
  auto client = std::make_unique<client::Client>(options());
  client->start();
  ASSERT_TRUE(journal.awaits("server open 1 "));

  client.reset();

  ASSERT_TRUE(journal.awaits("server closed 1 "));
  EXPECT_TRUE(journal.never_exceeds(1, "client attempt ", kPace(20s)));
}

// What the application does with what is pushed; heartwire hands it everything but heartbeats.
TEST_F(TradingDesk, lets_only_messages_with_data_reach_the_view_split_by_their_kind) {
  auto viewed = options();
  auto record = viewed.hooks.on_message;
  viewed.hooks.on_message = [this, record](core::MessageView message) {
    record(message);
    std::array fields{core::JsonField{"data"}, core::JsonField{"kind"}, core::JsonField{"trader"}};
    if (!core::read_json(message.payload, fields)) return;
    if (fields[0].kind() == core::JsonKind::absent) return;
    const bool is_own = fields[1].equals("own");
    if (!is_own && !fields[2].equals("10260")) return;
    journal.add(std::string{"view "} + (is_own ? "own" : "followed"));
  };
  client::Client client(viewed);
  client.start();
  ASSERT_TRUE(journal.awaits("server open 1 "));

  server.push(R"({"kind":"own","note":"no data"})");
  server.push(R"({"kind":"own","data":[1,2]})");
  server.push(R"({"kind":"followed","trader":99,"data":[3]})");
  server.push("not JSON");
  server.push(R"({"kind":"followed","trader":10260,"data":[4]})");
  ASSERT_TRUE(journal.awaits("client message ", 5));
  ASSERT_TRUE(journal.awaits("view followed"));

  EXPECT_THAT(journal.rest_of("view "), ElementsAre("own", "followed"));
}

}  // namespace
}  // namespace heartwire::cases
