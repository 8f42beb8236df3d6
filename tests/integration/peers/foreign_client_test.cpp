// Our server against WebSocket clients that nobody here wrote: python3-websockets and npm `ws`.

#include "tests/integration/support/host.hpp"
#include "tests/integration/support/live_test.hpp"

namespace heartwire::integration {
namespace {

enum class Maker { python, npm };

class ForeignClient : public LiveTest, public ::testing::WithParamInterface<Maker> {
 protected:
  void SetUp() override {
    if (GetParam() == Maker::npm && !has_npm_package("ws"))
      GTEST_SKIP() << "no npm package ws: run `npm ci` in tests/integration/npm";
  }

  Process& connect_to(const Host& host, std::vector<std::string> words = {}) {
    words.insert(words.begin(), url_of(host.port(), "/room?id=7"));
    return start(GetParam() == Maker::python ? python_peer("echo_client.py", words)
                                             : npm_peer("echo_client.mjs", words));
  }
};

TEST_P(ForeignClient, sends_back_text_and_binary_of_every_length_form) {
  std::mutex mutex;
  std::vector<core::Message> received;
  server::Options wanted = Host::without_heartbeats();
  wanted.send_buffer_bytes_max = 8 << 20;
  wanted.hooks.on_message = [&](server::Connection&, core::MessageView message) {
    const std::lock_guard lock(mutex);
    received.push_back({message.type, std::string{message.payload}});
  };
  Host host(wanted);
  connect_to(host);
  server::Connection guest = host.guest();
  std::vector<core::Message> sent{{core::MessageType::text, ""},
                                  {core::MessageType::binary, ""},
                                  {core::MessageType::text, "h\u00e9llo \U0001F493"}};
  for (const std::size_t size : {1u, 125u, 126u, 127u, 65'535u, 65'536u, 1u << 20})
    sent.push_back({core::MessageType::binary, std::string(size, '\xfe')});

  for (const core::Message& message : sent) ASSERT_TRUE(guest.send(message.view()));

  ASSERT_TRUE(host.witness().sees(Seen::message, sent.size())) << host.witness().transcript();
  const std::lock_guard lock(mutex);
  EXPECT_TRUE(received == sent) << host.witness().transcript();
  EXPECT_EQ(host.witness().first(Seen::open).text, "/room");
}

TEST_P(ForeignClient, gets_its_pings_answered) {
  Host host;
  Process& client = connect_to(host);

  ASSERT_TRUE(host.guest().send("!ping"));

  EXPECT_TRUE(client.prints("ponged"));
}

TEST_P(ForeignClient, answers_our_pings) {
  server::Options wanted;
  wanted.heartbeat = {.interval = 50ms, .timeout = 10s};
  Host host(wanted);
  connect_to(host);

  ASSERT_TRUE(host.witness().sees(Seen::heartbeat, 5));
  for (const Sight& beat : host.witness().all(Seen::heartbeat)) EXPECT_GT(beat.duration, 0ns);
  EXPECT_EQ(host.witness().count(Seen::close), 0u);
}

TEST_P(ForeignClient, that_is_frozen_is_reaped) {
  server::Options wanted;
  wanted.heartbeat = {.interval = 300ms, .timeout = 600ms};
  Host host(wanted);
  Process& client = connect_to(host);
  ASSERT_TRUE(host.witness().sees(Seen::heartbeat));

  client.freeze();

  ASSERT_TRUE(host.witness().sees(Seen::close));
  EXPECT_EQ(host.witness().first(Seen::close).close.cause, core::Cause::heartbeat);
  EXPECT_TRUE(becomes_true([&] { return host.server().stats().reaped == 1; }));
  EXPECT_TRUE(becomes_true([&] { return host.server().stats().open == 0; }));
}

TEST_P(ForeignClient, that_is_killed_is_lost_at_once) {
  Host host;
  Process& client = connect_to(host);
  ASSERT_TRUE(host.witness().sees(Seen::open));

  client.kill();

  ASSERT_TRUE(host.witness().sees(Seen::close));
  EXPECT_EQ(host.witness().first(Seen::close).close.cause, core::Cause::lost);
}

TEST_P(ForeignClient, is_told_our_code_and_reason) {
  Host host;
  Process& client = connect_to(host);

  ASSERT_TRUE(host.guest().close(4001, "that is all"));

  EXPECT_TRUE(client.prints("closed 4001 that is all"));
  ASSERT_TRUE(host.witness().sees(Seen::close));
  EXPECT_TRUE(host.witness().first(Seen::close).close.is_clean);
}

TEST_P(ForeignClient, tells_us_its_code_and_reason) {
  Host host;
  Process& client = connect_to(host);

  ASSERT_TRUE(host.guest().send("!close 4002 enough"));

  ASSERT_TRUE(host.witness().sees(Seen::close));
  const Sight close = host.witness().first(Seen::close);
  EXPECT_EQ(close.close.cause, core::Cause::closed);
  EXPECT_EQ(close.close.code, 4002);
  EXPECT_EQ(close.close.reason, "enough");
  EXPECT_EQ(close.close.by, core::EndedBy::peer);
  EXPECT_TRUE(close.close.is_clean);
  EXPECT_TRUE(client.prints("closed 4002"));
}

TEST_P(ForeignClient, is_told_by_a_drain_when_to_return) {
  server::Options wanted = Host::without_heartbeats();
  wanted.drain.close_window = 0s;
  wanted.drain.downtime = 7s;
  wanted.drain.return_window = 0s;
  Host host(wanted);
  Process& client = connect_to(host);
  ASSERT_TRUE(client.prints("open "));

  host.server().drain();
  host.server().wait();

  ASSERT_TRUE(client.prints("closed 1012 retry-after="));
  const std::string seconds = client.rest_of("closed 1012 retry-after=").at(0);
  EXPECT_TRUE(seconds == "7" || seconds == "8") << seconds;
}

TEST_P(ForeignClient, agrees_on_a_subprotocol) {
  server::Options wanted = Host::without_heartbeats();
  wanted.hooks.on_request = [](const server::Request& request) {
    EXPECT_EQ(request.subprotocols, (std::vector<std::string>{"chat.v3", "chat.v2"}));
    EXPECT_EQ(request.query, "id=7");
    return server::Admit::accept("chat.v2");
  };
  Host host(wanted);
  Process& client = connect_to(host, {"chat.v3", "chat.v2"});

  EXPECT_TRUE(client.prints("open chat.v2"));
}

TEST_P(ForeignClient, that_is_refused_hears_the_status_and_when_to_return) {
  server::Options wanted = Host::without_heartbeats();
  wanted.hooks.on_request = [](const server::Request&) {
    server::Admit admit = server::Admit::refuse(401, "who are you?");
    admit.retry_after = 120s;
    return admit;
  };
  Host host(wanted);
  Process& client = connect_to(host);

  EXPECT_TRUE(client.prints("refused 401 120"));
  EXPECT_EQ(host.witness().count(Seen::open), 0u);
}

TEST_P(ForeignClient, that_is_one_too_many_hears_503_and_when_to_return) {
  server::Options wanted = Host::without_heartbeats();
  wanted.admission.connections_max = 1;
  wanted.admission.full_wait_min = 5s;
  wanted.admission.full_wait_max = 5s;
  Host host(wanted);
  connect_to(host);
  ASSERT_TRUE(host.witness().sees(Seen::open));

  Process& second = connect_to(host);

  EXPECT_TRUE(second.prints("refused 503 5"));
}

TEST_P(ForeignClient, beats_in_the_dialect_of_its_choice) {
  for (const auto& [question, answer] : std::vector<std::pair<std::string, std::string>>{
           {"ping", "pong"}, {R"({"type":"ping"})", R"({"type":"pong"})"}}) {
    server::Options wanted = Host::without_heartbeats();
    wanted.dialects = {core::dialect::text("ping", "pong"), core::dialect::json({})};
    Host host(wanted);
    Process& client = connect_to(host);

    ASSERT_TRUE(host.guest().send("!ask " + question));

    EXPECT_TRUE(client.prints("got " + answer));
    EXPECT_EQ(host.witness().count(Seen::message), 0u) << "heartbeats are no messages";
  }
}

TEST_P(ForeignClient, that_sends_too_long_a_message_is_told_1009) {
  server::Options wanted = Host::without_heartbeats();
  wanted.message_bytes_max = 1000;
  Host host(wanted);
  Process& client = connect_to(host);

  ASSERT_TRUE(host.guest().send(std::string(1001, 'x')));

  EXPECT_TRUE(client.prints("closed 1009"));
  ASSERT_TRUE(host.witness().sees(Seen::close));
  EXPECT_EQ(host.witness().first(Seen::close).close.cause, core::Cause::protocol_error);
}

std::string name_of(const ::testing::TestParamInfo<Maker>& info) {
  return info.param == Maker::python ? "python" : "npm";
}

INSTANTIATE_TEST_SUITE_P(Of, ForeignClient, ::testing::Values(Maker::python, Maker::npm), name_of);

}  // namespace
}  // namespace heartwire::integration
