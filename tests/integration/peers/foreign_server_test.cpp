// Our client against WebSocket servers that nobody here wrote: python3-websockets and npm `ws`.

#include "tests/integration/support/live_test.hpp"

namespace heartwire::integration {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

enum class Maker { python, npm };

class ForeignServer : public LiveTest, public ::testing::WithParamInterface<Maker> {
 protected:
  void SetUp() override {
    if (GetParam() == Maker::npm && !has_npm_package("ws"))
      GTEST_SKIP() << "no npm package ws: run `npm ci` in tests/integration/npm";
  }

  Process& serve(const std::vector<std::string>& arguments = {}) {
    return start(GetParam() == Maker::python ? python_peer("echo_server.py", arguments)
                                             : npm_peer("echo_server.mjs", arguments));
  }
};

/// Repeatable bytes of every value.
std::string bytes(std::size_t size) {
  std::string result(size, '\0');
  for (std::size_t at = 0; at < size; ++at) result[at] = static_cast<char>(at * 31 + at / 251);
  return result;
}

/// Keeps the whole of what comes.
struct Received {
  std::mutex mutex;
  std::vector<core::Message> messages;

  std::function<void(core::MessageView)> hook() {
    return [this](core::MessageView message) {
      const std::lock_guard lock(mutex);
      messages.push_back({message.type, std::string{message.payload}});
    };
  }
};

TEST_P(ForeignServer, echoes_text_and_binary_of_every_length_form) {
  Process& server = serve();
  Received received;
  auto wanted = options(url_of(server.port(), "/echo?x=1"));
  wanted.hooks = {.on_message = received.hook()};
  client::Client client(witness.watch(wanted));
  std::vector<core::Message> sent{{core::MessageType::text, ""},
                                  {core::MessageType::binary, ""},
                                  {core::MessageType::text, "h\u00e9llo \U0001F493"}};
  for (const std::size_t size : {1u, 125u, 126u, 127u, 65'535u, 65'536u, 65'537u})
    sent.push_back({core::MessageType::binary, bytes(size)});

  client.start();
  for (const core::Message& message : sent) ASSERT_TRUE(client.send(message));

  ASSERT_TRUE(witness.sees(Seen::message, sent.size()));
  const std::lock_guard lock(received.mutex);
  EXPECT_EQ(received.messages, sent);
  EXPECT_THAT(server.rest_of("open 1 "), ElementsAre("/echo?x=1"));
}

TEST_P(ForeignServer, echoes_a_mebibyte_that_travels_in_fragments_both_ways) {
  Process& server = serve();
  Received received;
  auto wanted = options(url_of(server.port()));
  wanted.hooks = {.on_message = received.hook()};
  wanted.outbox.outbox_bytes_max = 4 << 20;
  client::Client client(witness.watch(wanted));
  const core::Message text{core::MessageType::text, std::string(1 << 20, 'w')};
  const core::Message binary{core::MessageType::binary, bytes(1 << 20)};

  client.start();
  ASSERT_TRUE(client.send(text));
  ASSERT_TRUE(client.send(binary));

  ASSERT_TRUE(witness.sees(Seen::message, 2));
  const std::lock_guard lock(received.mutex);
  EXPECT_TRUE(received.messages[0] == text);
  EXPECT_TRUE(received.messages[1] == binary);
}

TEST_P(ForeignServer, hears_a_message_whose_every_character_is_a_frame) {
  Process& server = serve();
  client::Client client(options(url_of(server.port())));

  client.start();
  ASSERT_TRUE(client.send("!split heartbeat"));

  ASSERT_TRUE(witness.hears("heartbeat"));
}

TEST_P(ForeignServer, is_told_our_code_and_reason_and_ends_cleanly) {
  Process& server = serve();
  client::Client client(options(url_of(server.port())));
  client.start();
  ASSERT_TRUE(witness.sees(Seen::open));

  ASSERT_TRUE(client.close(4001, "that is all"));

  ASSERT_TRUE(witness.sees(Seen::close));
  ASSERT_TRUE(server.prints("closed 1 4001 that is all"));
  const Sight close = witness.first(Seen::close);
  EXPECT_EQ(close.close.cause, core::Cause::user);
  EXPECT_TRUE(close.close.is_clean);
  EXPECT_FALSE(close.close.will_retry);
  EXPECT_EQ(client.state(), core::State::closed);
  EXPECT_TRUE(witness.never_more(1, Seen::open, 300ms)) << "three backoffs";
}

TEST_P(ForeignServer, closes_with_a_code_that_we_hear_and_are_back_after) {
  Process& server = serve();
  client::Client client(options(url_of(server.port())));

  client.start();
  ASSERT_TRUE(client.send("!close 4002 come again"));

  ASSERT_TRUE(witness.sees(Seen::close));
  const Sight close = witness.first(Seen::close);
  EXPECT_EQ(close.close.cause, core::Cause::closed);
  EXPECT_EQ(close.close.code, 4002);
  EXPECT_EQ(close.close.reason, "come again");
  EXPECT_EQ(close.close.by, core::EndedBy::peer);
  EXPECT_TRUE(close.close.is_clean);
  EXPECT_TRUE(close.close.will_retry);
  ASSERT_TRUE(server.prints("closed 1 4002"));
  ASSERT_TRUE(witness.sees(Seen::open, 2));
  EXPECT_FALSE(witness.last(Seen::open).is_first);
}

TEST_P(ForeignServer, agrees_on_a_subprotocol) {
  Process& server = serve({"--subprotocol", "chat.v2"});
  auto wanted = options(url_of(server.port()));
  wanted.subprotocols = {"chat.v3", "chat.v2"};
  client::Client client(wanted);

  client.start();

  ASSERT_TRUE(witness.sees(Seen::open));
  EXPECT_EQ(witness.first(Seen::open).transport.subprotocol, "chat.v2");
  ASSERT_TRUE(client.transport());
  EXPECT_EQ(client.transport()->subprotocol, "chat.v2");
}

TEST_P(ForeignServer, may_agree_on_no_subprotocol) {
  Process& server = serve();
  auto wanted = options(url_of(server.port()));
  wanted.subprotocols = {"chat.v3"};
  client::Client client(wanted);

  client.start();

  ASSERT_TRUE(witness.sees(Seen::open));
  EXPECT_EQ(witness.first(Seen::open).transport.subprotocol, "");
}

TEST_P(ForeignServer, sees_headers_and_the_greeting_before_what_was_queued) {
  Process& server = serve();
  auto wanted = options(url_of(server.port()));
  wanted.headers = {{"X-Token", "open sesame"}};
  wanted.greeting = {{core::MessageType::text, "subscribe"}};
  client::Client client(wanted);
  ASSERT_TRUE(client.send("queued"));

  client.start();

  ASSERT_TRUE(server.prints("got 1 ", 2));
  EXPECT_THAT(server.rest_of("got 1 "), ElementsAre("subscribe", "queued"));
  EXPECT_THAT(server.rest_of("header 1 "), Contains("x-token: open sesame"));
}

TEST_P(ForeignServer, answers_our_pings_and_shows_the_round_trip) {
  Process& server = serve();
  auto wanted = options(url_of(server.port()));
  wanted.heartbeat = {.interval = 50ms, .timeout = 10s};
  client::Client client(wanted);

  client.start();

  ASSERT_TRUE(witness.sees(Seen::heartbeat, 5));
  for (const Sight& beat : witness.all(Seen::heartbeat)) {
    EXPECT_GT(beat.duration, 0ns);
    EXPECT_LT(beat.duration, 10s);
  }
  EXPECT_GT(client.heartbeat().smoothed, 0ns);
  EXPECT_EQ(witness.count(Seen::message), 0u);
  EXPECT_EQ(witness.count(Seen::close), 0u);
}

TEST_P(ForeignServer, gets_its_own_pings_answered) {
  Process& server = serve();
  client::Client client(options(url_of(server.port())));

  client.start();
  ASSERT_TRUE(client.send("!ping"));

  EXPECT_TRUE(server.prints("ponged 1"));
}

TEST_P(ForeignServer, beats_in_text_that_no_hook_sees) {
  Process& server = serve({"--dialect", "text"});
  auto wanted = options(url_of(server.port()));
  wanted.heartbeat = {.interval = 50ms, .timeout = 10s};
  wanted.dialect = core::dialect::text("ping", "pong");
  client::Client client(wanted);

  client.start();
  ASSERT_TRUE(witness.sees(Seen::heartbeat, 3));
  ASSERT_TRUE(client.send("!say ping")) << "and the server may ask, too";

  ASSERT_TRUE(server.prints("got 1 pong"));
  EXPECT_GE(server.count("got 1 ping"), 3u);
  EXPECT_THAT(witness.messages(), Each("pong")) << "our answer to its question comes back as echo";
  EXPECT_EQ(witness.count(Seen::close), 0u);
}

TEST_P(ForeignServer, beats_in_json_beside_other_json) {
  Process& server = serve({"--dialect", "json"});
  auto wanted = options(url_of(server.port()));
  wanted.heartbeat = {.interval = 50ms, .timeout = 10s};
  wanted.dialect = core::dialect::json({.probe_json = R"({"traderid":10260,"type":"ping"})"});
  client::Client client(wanted);

  client.start();
  ASSERT_TRUE(witness.sees(Seen::heartbeat, 3));
  ASSERT_TRUE(client.send(R"({"type":"order"})"));

  ASSERT_TRUE(witness.sees(Seen::message));
  EXPECT_THAT(witness.messages(), ElementsAre(R"({"type":"order"})"));
  EXPECT_THAT(server.rest_of("got 1 "), Contains(R"({"traderid":10260,"type":"ping"})"));
}

std::string name_of(const ::testing::TestParamInfo<Maker>& info) {
  return info.param == Maker::python ? "python" : "npm";
}

INSTANTIATE_TEST_SUITE_P(Of, ForeignServer, ::testing::Values(Maker::python, Maker::npm), name_of);

}  // namespace
}  // namespace heartwire::integration
