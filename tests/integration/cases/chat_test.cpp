// Case C, the chat: the heartbeat is an ordinary message of a special type; any message is a sign
// of life; the page's own close is final, every other close is not.

#include "tests/integration/cases/field_case.hpp"

#include <stdexcept>

namespace heartwire::cases {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr Pace kPace{80ms};
constexpr auto kHeartbeat =
    R"({"sender":"ann","receiver":"bob","avatar":"ann.png","content":"pong","contentType":"hert"})";

bool is_heartbeat(std::string_view text) {
  return text.find(R"("contentType":"hert")") != std::string_view::npos;
}

class Chat : public FieldCase {
 protected:
  Chat() { server_answers(); }

  void server_answers() {
    server.set_answer(
        [](std::string_view got) { return is_heartbeat(got) ? std::string{got} : std::string{}; });
  }

  client::Options options() {
    client::Options options;
    options.urls = {url("/imserver/ann")};
    options.heartbeat.interval = 30s;
    options.heartbeat.timeout = 2s;
    options.heartbeat.reply = core::Reply::fixed;
    options.dialect = core::dialect::custom({
        .name = "chat",
        .probe = [this](std::uint32_t) -> std::optional<core::Message> {
          journal.add("client beats");
          return core::Message{core::MessageType::text, kHeartbeat};
        },
        .read =
            [](core::MessageView message) {
              return is_heartbeat(message.payload) ? core::Meaning::answer
                                                   : core::Meaning::application;
            },
    });
    return recorded(kPace(std::move(options)), journal);
  }
};

TEST_F(Chat, sends_its_heartbeat_as_a_chat_message_that_no_user_sees) {
  client::Client client(options());
  client.start();

  ASSERT_TRUE(journal.awaits("server got 1 "));
  server.push(R"({"content":"hello","contentType":"text"})");
  ASSERT_TRUE(journal.awaits("client message "));

  EXPECT_THAT(journal.rest_of("server got 1 "), Each(kHeartbeat));
  EXPECT_THAT(journal.rest_of("client message "),
              ElementsAre(R"({"content":"hello","contentType":"text"})"));
}

// Fault: handlers are attached to the first socket only, so after a reconnect nothing is received
// and no heartbeat runs.
TEST_F(Chat, dies_of_two_seconds_of_silence_and_is_whole_again_after_it) {
  server.fall_mute();
  client::Client client(options());
  client.start();

  ASSERT_TRUE(journal.awaits("client close heartbeat"));
  server_answers();
  ASSERT_TRUE(journal.awaits("client open again"));
  ASSERT_TRUE(journal.awaits("server open 2 "));
  server.push("hello again");
  ASSERT_TRUE(journal.awaits("client message hello again"));
  ASSERT_TRUE(journal.awaits("server says 2 {")) << "heartbeats run, and are answered";

  const base::Duration waited =
      journal.times_of("client close heartbeat")[0] - journal.times_of("client beats")[0];
  EXPECT_GE(waited, kPace(2s));
  EXPECT_EQ(journal.count("client close"), 1u);
}

TEST_F(Chat, takes_any_message_for_the_answer) {
  server.set_answer([](std::string_view) { return R"({"content":"I am typing"})"; });
  client::Client client(options());
  client.start();

  ASSERT_TRUE(journal.awaits("server got 1 ", 2));
  ASSERT_TRUE(journal.awaits("client message ", 2));

  EXPECT_EQ(journal.count("client close"), 0u);
}

TEST_F(Chat, starts_the_period_afresh_with_every_message) {
  server.set_answer([](std::string_view got) { return std::string{got}; });
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("client open"));

  // One and a half periods of talk, with never half a period of silence in it.
  for (int i = 0; i < 15 && journal.never_exceeds(0, "client beats", kPace(3s)); ++i)
    ASSERT_TRUE(client.send("so I said"));

  EXPECT_EQ(journal.count("client beats"), 0u);
  ASSERT_TRUE(journal.awaits("client beats")) << "and then there was silence";
}

// Fault: the flag that tells the user's close from the heartbeat's own is never cleared.
TEST_F(Chat, stays_closed_when_the_page_is_left_and_tells_that_from_a_death) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("server got 1 "));

  client.close();
  ASSERT_TRUE(journal.awaits("client close user 1000"));
  ASSERT_TRUE(journal.awaits("server closed 1 closed 1000"));
  EXPECT_TRUE(journal.never_exceeds(1, "client attempt ", kPace(35s)));
  EXPECT_EQ(journal.count("client beats"), journal.count("server got 1 "));

  client.start();  // The page is back.
  ASSERT_TRUE(journal.awaits("client open", 2));
  server.fall_mute();
  ASSERT_TRUE(journal.awaits("client close heartbeat"));
  ASSERT_TRUE(journal.awaits("client open", 3));
}

TEST_F(Chat, stays_closed_when_the_page_is_left_while_a_heartbeat_is_unanswered) {
  server.fall_mute();
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("server got 1 "));

  client.close();

  ASSERT_TRUE(journal.awaits("client close user 1000"));
  EXPECT_TRUE(journal.never_exceeds(1, "client attempt ", kPace(10s)));
}

// Fault: a close by the server is not reconnected.
TEST_F(Chat, comes_back_from_a_close_by_the_server) {
  client::Client client(options());
  client.start();
  ASSERT_TRUE(journal.awaits("server open 1 "));

  server.close_all(1000, "bye");

  ASSERT_TRUE(journal.awaits("client close closed 1000"));
  ASSERT_TRUE(journal.awaits("client open again"));
  expect_one_connection_at_a_time();
}

TEST_F(Chat, drops_what_is_not_json_without_harm) {
  auto careless = options();
  auto record = careless.hooks.on_message;
  careless.hooks.on_message = [record](core::MessageView message) {
    record(message);
    if (!message.payload.starts_with('{')) throw std::runtime_error("unexpected token");
  };
  client::Client client(careless);
  client.start();
  ASSERT_TRUE(journal.awaits("server open 1 "));

  server.push("<html>");
  server.push(R"({"content":"still here"})");

  ASSERT_TRUE(journal.awaits(R"(client message {"content":"still here"})"));
  EXPECT_THAT(journal.rest_of("client error "), ElementsAre("on_message threw: unexpected token"));
  EXPECT_EQ(journal.count("client close"), 0u);
}

// Fault: reconnect has no delay and no limit.
TEST_F(Chat, keeps_its_distance_and_its_limit_where_the_server_accepts_and_drops) {
  auto limited = options();
  limited.reconnect.attempts_max = 4;
  client::Client client(limited);
  ASSERT_TRUE(proxy.accept_then_close());

  client.start();
  ASSERT_TRUE(journal.awaits("client gave up"));

  EXPECT_THAT(journal.rest_of("client attempt "), ElementsAre("0", "1", "2", "3", "4"));
  EXPECT_EQ(proxy.accepted_count(), 5u);
  EXPECT_THAT(journal.rest_of("client gave up "), ElementsAre("attempts"));
  expect_attempts_apart(kPace(500ms));
}

}  // namespace
}  // namespace heartwire::cases
