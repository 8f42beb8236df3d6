// Case M, the meeting room: a heartbeat on a fixed period whose payload says what the user is doing
// when it is sent, and a watchdog on the server's silence.

#include "tests/integration/cases/field_case.hpp"

#include <algorithm>
#include <atomic>
#include <optional>

namespace heartwire::cases {
namespace {

using ::testing::ElementsAre;

constexpr Pace kPace{250ms};
constexpr auto kIdle = "{}";
constexpr auto kSharing = R"({"event":"pushStatus","tpid":"u42"})";

class MeetingRoom : public FieldCase {
 protected:
  MeetingRoom() { server_speaks(); }

  void server_speaks() {
    server.set_answer([](std::string_view) { return R"({"members":2})"; });
  }

  client::Options options() {
    client::Options options;
    options.urls = {url("/meeting/u42")};
    options.heartbeat.sending = core::Sending::periodic;
    options.heartbeat.evidence = core::Evidence::one_way;
    options.heartbeat.interval = 1s;
    options.heartbeat.timeout = 1s;  // Suspect when half of it is left.
    options.heartbeat.silence_max = 2000ms;
    options.dialect = core::dialect::custom({
        .name = "meeting",
        .probe = [this](std::uint32_t) -> std::optional<core::Message> {
          const std::string payload = is_sharing ? kSharing : kIdle;
          journal.add("client beats " + payload);
          return core::Message{core::MessageType::text, payload};
        },
    });
    return recorded(kPace(std::move(options)), journal);
  }

  std::atomic<bool> is_sharing{false};
};

std::vector<std::string> without_repeats(std::vector<std::string> lines) {
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  return lines;
}

TEST_F(MeetingRoom, names_the_participant_in_the_path) {
  client::Client client(options());
  client.start();

  ASSERT_TRUE(journal.awaits("server open 1 "));
  EXPECT_THAT(journal.rest_of("server open 1 "), ElementsAre("/meeting/u42"));
}

TEST_F(MeetingRoom, asks_for_the_payload_when_the_heartbeat_is_sent) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("server got 1 {}", 2));

  is_sharing = true;
  ASSERT_TRUE(journal.awaits(std::string{"server got 1 "} + kSharing, 2));
  const std::size_t before = journal.count("server got 1 {}");
  is_sharing = false;
  ASSERT_TRUE(journal.awaits("server got 1 {}", before + 2));

  EXPECT_THAT(without_repeats(journal.rest_of("server got 1 ")),
              ElementsAre(kIdle, kSharing, kIdle));
}

TEST_F(MeetingRoom, keeps_the_period_however_much_is_said) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("client beats ", 1));

  for (int i = 0; i < 400 && journal.never_exceeds(5, "client beats ", kPace(100ms)); ++i) {
    ASSERT_TRUE(client.send(R"({"event":"talk"})"));
    server.push(R"({"event":"talk"})");
  }
  ASSERT_EQ(journal.count("client beats "), 6u) << "while both sides talk";
  EXPECT_EQ(journal.count("client close"), 0u);

  // Five periods lie between the six; allow one for a lagging journal.
  const auto times = journal.times_of("client beats ");
  EXPECT_GE(times[5] - times[0], kPace(4s));
}

// Fault: the watchdog notices but reconnects nothing.
TEST_F(MeetingRoom, tells_the_user_that_the_server_is_gone_and_comes_back) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("server got 1 {}", 3));

  server.fall_mute();
  ASSERT_TRUE(journal.awaits("client close heartbeat"));
  server_speaks();
  ASSERT_TRUE(journal.awaits("client open again"));
  ASSERT_TRUE(journal.awaits("server got 2 {}", 3));

  EXPECT_EQ(journal.count("client suspect"), 1u) << "a warning comes before";
  const base::Duration silence =
      journal.times_of("client close heartbeat")[0] - journal.times_of("server says 1 ").back();
  EXPECT_GE(silence, kPace(2000ms));
  expect_one_connection_at_a_time();
}

TEST_F(MeetingRoom, notices_a_server_that_is_frozen_without_any_event) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("client message "));

  proxy.freeze();
  ASSERT_TRUE(journal.awaits("client close heartbeat"));
  proxy.thaw();

  ASSERT_TRUE(journal.awaits("client open again"));
  EXPECT_TRUE(server_holds(1));
}

TEST_F(MeetingRoom, comes_back_when_a_heartbeat_cannot_be_sent) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("server got 1 {}"));

  proxy.reset();

  ASSERT_TRUE(journal.awaits("client close lost"));
  ASSERT_TRUE(journal.awaits("server got 2 {}"));
  expect_one_connection_at_a_time();
}

// Fault: an error means reconnect at once, without delay or limit.
TEST_F(MeetingRoom, keeps_a_growing_distance_between_attempts) {
  auto growing = options();
  growing.reconnect.backoff.jitter = core::Jitter::none;
  client::Client client(growing);
  ASSERT_TRUE(proxy.refuse());

  client.start();
  ASSERT_TRUE(journal.awaits("client attempt ", 5));
  ASSERT_TRUE(proxy.accept());
  ASSERT_TRUE(journal.awaits("client open first"));

  expect_attempts_apart(kPace(500ms));
  const auto times = journal.times_of("client attempt ");
  EXPECT_GE(times[4] - times[3], kPace(4000ms)) << "500 ms doubled three times";
}

// Fault: every tick adds another event listener, so that each message is handled ever more often.
TEST_F(MeetingRoom, handles_each_message_once_after_any_number_of_heartbeats_and_reconnects) {
  server.set_answer([](std::string_view got) { return got == kIdle ? "tick" : ""; });
  client::Client client(options());
  client.start();

  for (std::size_t life = 1; life <= 3; ++life) {
    const std::string connection = std::to_string(life) + ' ';
    ASSERT_TRUE(journal.awaits("server got " + connection, 3));
    server.push("once " + connection);
    ASSERT_TRUE(journal.awaits("client message once " + connection));
    ASSERT_TRUE(journal.awaits("server got " + connection, 4));
    EXPECT_EQ(journal.count("client message once " + connection), 1u);
    proxy.cut();
    ASSERT_TRUE(journal.awaits("client open", life + 1));
  }

  EXPECT_EQ(journal.count("client open"), 4u);
  EXPECT_TRUE(proxy.wait_until([](const auto& stats) { return stats.open == 1; }, 20s));
}

// Fault: nothing stops two sockets living at once.
TEST_F(MeetingRoom, never_holds_two_sockets_whatever_comes_together) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("client open", 1));

  for (std::size_t round = 1; round <= 3; ++round) {
    const std::size_t opened = journal.count("client open");
    for (int i = 0; i < 3; ++i) {
      client.start();
      client.check_now();
      client.reconnect();
    }
    proxy.reset();
    ASSERT_TRUE(journal.awaits("client open", opened + 1));
    ASSERT_TRUE(journal.awaits("server open ", round + 1));
  }

  ASSERT_TRUE(proxy.wait_until([](const auto& stats) { return stats.open == 1; }, 20s));
  expect_one_connection_at_a_time();
}

TEST_F(MeetingRoom, stays_closed_when_the_user_leaves) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("client open first"));

  client.close();

  ASSERT_TRUE(journal.awaits("server closed 1 "));
  EXPECT_THAT(journal.rest_of("server closed 1 "), ElementsAre("closed 1000"));
  EXPECT_TRUE(journal.never_exceeds(1, "client attempt ", kPace(4s)));
  EXPECT_EQ(client.state(), core::State::closed);
}

}  // namespace
}  // namespace heartwire::cases
