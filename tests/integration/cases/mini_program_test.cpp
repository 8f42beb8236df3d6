// Case W, the mini-program: text ping and pong, twelve retries for each outage, and timers that do
// not outlive their socket.

#include "tests/integration/cases/field_case.hpp"

namespace heartwire::cases {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Pace kPace{40ms};

client::Options mini_program(std::string url) {
  client::Options options;
  options.urls = {std::move(url)};
  options.heartbeat.interval = 10s;
  options.heartbeat.timeout = 10s;
  options.heartbeat.reply = core::Reply::fixed;
  options.dialect = core::dialect::text("ping", "pong");
  options.reconnect.backoff = core::BackoffOptions::constant(5s);
  options.reconnect.attempts_max = 12;
  options.reconnect.stable_after = 0s;
  return kPace(std::move(options));
}

class MiniProgram : public FieldCase {
 protected:
  MiniProgram() { server_answers(); }

  void server_answers() {
    server.set_answer([](std::string_view got) { return got == "ping" ? "pong" : ""; });
  }

  client::Options options() {
    return recorded(mini_program(url("/task?taskId=7&userId=42")), journal);
  }
};

TEST_F(MiniProgram, asks_ping_hears_pong_and_keeps_both_from_the_application) {
  auto timed = options();
  timed.hooks.on_heartbeat = [this](const auto&) { journal.add("client round trip"); };
  client::Client client(timed);
  client.start();

  ASSERT_TRUE(journal.awaits("client round trip", 3));

  EXPECT_THAT(journal.rest_of("server open 1 "), ElementsAre("/task?taskId=7&userId=42"));
  EXPECT_THAT(journal.rest_of("server got 1 "), Each("ping"));
  EXPECT_THAT(journal.rest_of("client message "), IsEmpty());
}

TEST_F(MiniProgram, closes_ten_seconds_after_an_unanswered_ping_and_reconnects_after_five) {
  server.fall_mute();
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("client close heartbeat"));
  server_answers();
  ASSERT_TRUE(journal.awaits("server got 2 ping", 2));

  const base::Duration died = journal.times_of("client close heartbeat")[0];
  EXPECT_GE(died - journal.times_of("client open first")[0], kPace(10s)) << "5 to 10, and 10 s";
  EXPECT_GE(journal.times_of("server open 2")[0] - died, kPace(4s))
      << "less what a journal may lag";
  EXPECT_THAT(journal.rest_of("client retry "), ElementsAre("1"));
}

TEST_F(MiniProgram, tries_twelve_times_one_at_a_time_and_then_stops) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("client open first"));

  ASSERT_TRUE(proxy.refuse());
  proxy.cut();
  ASSERT_TRUE(journal.awaits("client gave up attempts"));

  EXPECT_THAT(journal.rest_of("client retry "), SizeIs(12));
  EXPECT_EQ(journal.rest_of("client attempt ").back(), "12");
  expect_attempts_apart(kPace(5s));
  EXPECT_TRUE(journal.never_exceeds(13, "client attempt ", kPace(20s)));
}

// Fault: the attempt count is never reset, so after 12 losses in the page's whole life it never
// reconnects.
TEST_F(MiniProgram, survives_more_losses_than_one_outage_has_retries) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("client open first"));

  for (std::size_t loss = 1; loss <= 14; ++loss) {
    proxy.cut();
    ASSERT_TRUE(journal.awaits("client open", loss + 1)) << "after loss " << loss;
  }

  EXPECT_THAT(journal.rest_of("client retry "), Each("1"));
  expect_one_connection_at_a_time();
}

// Fault: only `pong` counts as a sign of life, so a busy link is declared dead.
TEST_F(MiniProgram, takes_a_busy_link_for_alive_though_no_pong_comes) {
  server.fall_mute();
  client::Client client(options());
  client.start();

  for (int i = 0; i < 100 && journal.never_exceeds(3, "server got 1 ping", kPace(1s)); ++i)
    server.push("news");

  EXPECT_EQ(journal.count("server got 1 ping"), 4u);
  EXPECT_EQ(journal.count("client close"), 0u);
}

// Fault: timers outlive their socket, and an old one closes the new socket.
TEST_F(MiniProgram, lets_no_old_deadline_touch_the_new_socket) {
  server.fall_mute();
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("server got 1 ping"));

  proxy.cut();  // Half way to the first socket's deadline the second one opens.
  server_answers();
  ASSERT_TRUE(journal.awaits("client open again"));
  EXPECT_TRUE(journal.never_exceeds(1, "client close", kPace(25s)));
  ASSERT_TRUE(journal.awaits("server got 2 ping", 2));

  EXPECT_EQ(journal.count("client close heartbeat"), 0u);
  EXPECT_EQ(client.transport()->generation, 2u);
}

TEST_F(MiniProgram, stays_closed_when_the_user_closes_in_the_middle_of_a_retry) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("client open first"));
  ASSERT_TRUE(proxy.refuse());
  proxy.cut();
  ASSERT_TRUE(journal.awaits("client retry 2"));

  client.close();
  ASSERT_TRUE(proxy.accept());

  const std::size_t attempts = journal.count("client attempt ");
  EXPECT_TRUE(journal.never_exceeds(attempts, "client attempt ", kPace(20s)));
  EXPECT_EQ(client.state(), core::State::closed);
}

server::Options speaking_text() {
  server::Options options = quiet_server();
  options.dialects = {core::dialect::text("ping", "pong")};
  return options;
}

class MiniProgramWithHeartwireServer : public FieldCase {
 protected:
  MiniProgramWithHeartwireServer() : FieldCase(speaking_text()) {}
};

TEST_F(MiniProgramWithHeartwireServer, is_answered_without_a_line_of_code) {
  auto timed = recorded(mini_program(url("/task")), journal);
  timed.hooks.on_heartbeat = [this](const auto&) { journal.add("client round trip"); };
  client::Client client(timed);
  client.start();

  ASSERT_TRUE(journal.awaits("client round trip", 3));

  EXPECT_THAT(journal.rest_of("server got "), IsEmpty());
}

}  // namespace
}  // namespace heartwire::cases
