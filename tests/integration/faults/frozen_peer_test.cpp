// A peer that stops: killed, or frozen so that its machine still acknowledges every byte. What was
// promised for then: dead by interval + timeout after its last byte, back within the backoff, the
// greeting again, and no message lost.

#include "heartwire/net/clock.hpp"
#include "tests/integration/support/live_test.hpp"

#include <atomic>
#include <thread>

namespace heartwire::integration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr milliseconds kInterval = 400ms;
constexpr milliseconds kTimeout = 800ms;
/// A machine that is busy with other tests may wake us late, and a late timer asks once more before
/// it accuses (check_timeout, here `timeout`).
constexpr milliseconds kBusyMachine = 3s;

class FrozenPeer : public LiveTest {
 protected:
  client::Options beating(std::string url) {
    auto wanted = options(std::move(url));
    wanted.heartbeat = {.interval = kInterval, .timeout = kTimeout};
    return wanted;
  }

  /// How long the peer had been silent, as the verdict says.
  static milliseconds silence_of(const Sight& death) {
    constexpr std::string_view kBefore = "nothing came for ";
    const std::size_t at = death.text.find(kBefore);
    EXPECT_NE(at, std::string::npos) << death.text;
    return milliseconds{at == std::string::npos
                            ? 0
                            : std::strtol(death.text.c_str() + at + kBefore.size(), nullptr, 10)};
  }

  void expect_death_in_time(base::Instant frozen_at) {
    const Sight death = witness.first(Seen::close);
    EXPECT_EQ(death.close.cause, core::Cause::heartbeat) << death.text;
    EXPECT_TRUE(death.close.will_retry);
    EXPECT_LE(silence_of(death), kInterval + kTimeout + kBusyMachine);
    EXPECT_LE(death.at - frozen_at, kInterval + kTimeout + kBusyMachine);
    EXPECT_GE(death.at - frozen_at, kTimeout / 2) << "and it was given a chance";
  }
};

TEST_F(FrozenPeer, is_dead_in_time_and_back_with_every_message_in_order) {
  Process& server = start(python_peer("echo_server.py"));
  auto wanted = beating(url_of(server.port()));
  wanted.greeting = {{core::MessageType::text, "subscribe"}};
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(witness.sees(Seen::heartbeat));

  server.freeze();
  const base::Instant frozen_at = net::steady_now();
  ASSERT_TRUE(witness.sees(Seen::close));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(client.send("while away " + std::to_string(i)));
  server.thaw();

  // An attempt may have been accepted by the frozen server's kernel and be served now.
  ASSERT_TRUE(witness.sees(Seen::open, 2));
  ASSERT_TRUE(witness.hears("while away 19"));
  expect_death_in_time(frozen_at);
  std::vector<std::string> expected{"subscribe", "subscribe"};
  for (int i = 0; i < 20; ++i) expected.push_back("while away " + std::to_string(i));
  EXPECT_EQ(witness.messages(), expected) << "each once";
  EXPECT_FALSE(witness.last(Seen::open).is_first);
  EXPECT_EQ(client.queued_count(), 0u);
}

TEST_F(FrozenPeer, is_suspect_before_it_is_dead) {
  Process& server = start(python_peer("echo_server.py"));
  client::Client client(beating(url_of(server.port())));
  client.start();
  ASSERT_TRUE(witness.sees(Seen::heartbeat));

  server.freeze();

  ASSERT_TRUE(witness.sees(Seen::close));
  EXPECT_EQ(witness.count(Seen::suspect), 1u);
  EXPECT_LE(witness.first(Seen::suspect).at, witness.first(Seen::close).at);
}

TEST_F(FrozenPeer, is_cleared_when_it_answers_after_all) {
  Process& server = start(python_peer("echo_server.py"));
  auto wanted = beating(url_of(server.port()));
  wanted.heartbeat.timeout = 15s;
  wanted.heartbeat.reply_min = 100ms;
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(witness.sees(Seen::heartbeat));

  server.freeze();
  ASSERT_TRUE(witness.sees(Seen::suspect));
  server.thaw();

  ASSERT_TRUE(witness.sees(Seen::cleared));
  EXPECT_EQ(witness.count(Seen::close), 0u);
}

// Sending is never a sign of life: a write to a frozen peer succeeds until the buffers are full.
TEST_F(FrozenPeer, is_noticed_by_one_who_never_stops_sending) {
  Process& server = start(python_peer("echo_server.py"));
  client::Client client(beating(url_of(server.port(), "/sink")));
  client.start();
  ASSERT_TRUE(witness.sees(Seen::heartbeat));
  std::atomic<bool> is_over{false};
  std::thread busy([&] {
    while (!is_over) {
      EXPECT_TRUE(client.send("an order a tenth of a second"));
      std::this_thread::sleep_for(20ms);  // Its pace.
    }
  });

  server.freeze();
  const base::Instant frozen_at = net::steady_now();
  const bool has_died = witness.sees(Seen::close);
  is_over = true;
  busy.join();

  ASSERT_TRUE(has_died);
  expect_death_in_time(frozen_at);
}

TEST_F(FrozenPeer, is_noticed_at_once_on_request) {
  Process& server = start(python_peer("echo_server.py"));
  auto wanted = beating(url_of(server.port()));
  wanted.heartbeat.interval = 1h;
  wanted.heartbeat.check_timeout = 300ms;
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(witness.sees(Seen::open));
  client.check_now();
  ASSERT_TRUE(witness.sees(Seen::heartbeat)) << "it lives";

  server.freeze();
  client.check_now();

  ASSERT_TRUE(witness.sees(Seen::close));
  EXPECT_EQ(witness.first(Seen::close).close.cause, core::Cause::heartbeat);
}

TEST_F(FrozenPeer, lets_go_of_who_closes_within_the_close_timeout) {
  Process& server = start(python_peer("echo_server.py"));
  auto wanted = options(url_of(server.port()));
  wanted.close_timeout = 300ms;
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(witness.sees(Seen::open));

  server.freeze();
  const base::Instant begin = net::steady_now();
  ASSERT_TRUE(client.close());

  ASSERT_TRUE(witness.sees(Seen::close));
  EXPECT_GE(since(begin), 300ms) << "the peer had its time";
  EXPECT_LE(since(begin), 300ms + kBusyMachine);
  EXPECT_EQ(witness.first(Seen::close).close.cause, core::Cause::user);
  EXPECT_FALSE(witness.first(Seen::close).close.is_clean);
  EXPECT_EQ(client.state(), core::State::closed);
  server.thaw();
  EXPECT_TRUE(witness.never_more(1, Seen::open, 500ms)) << "five backoffs";
}

TEST_F(FrozenPeer, takes_the_close_of_one_whose_messages_it_does_not_take) {
  Process& server = start(python_peer("echo_server.py"));
  auto wanted = options(url_of(server.port()));
  wanted.close_timeout = 300ms;
  wanted.outbox.outbox_bytes_max = 32 << 20;
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(witness.sees(Seen::open));

  server.freeze();
  for (int i = 0; i < 16; ++i)
    ASSERT_TRUE(client.send({core::MessageType::binary, std::string(1 << 20, 'x')}));
  ASSERT_TRUE(client.close()) << "what is queued would go first";

  ASSERT_TRUE(witness.sees(Seen::close));
  EXPECT_EQ(client.state(), core::State::closed);
}

TEST_F(FrozenPeer, whose_process_was_killed_is_lost_at_once_and_found_again) {
  Process& first = start(python_peer("echo_server.py"));
  const std::uint16_t port = first.port();
  client::Client client(options(url_of(port)));
  client.start();
  ASSERT_TRUE(witness.sees(Seen::open));

  first.kill();

  ASSERT_TRUE(witness.sees(Seen::close));
  EXPECT_EQ(witness.first(Seen::close).close.cause, core::Cause::lost);
  ASSERT_TRUE(witness.sees(Seen::attempt_failed, 2));
  EXPECT_EQ(witness.last(Seen::attempt_failed).close.cause, core::Cause::refused);
  EXPECT_THAT(witness.last(Seen::attempt_failed).text, HasSubstr(std::to_string(port)));
  ASSERT_TRUE(client.send("after the restart"));
  Process& second = start(python_peer("echo_server.py", {"--port", std::to_string(port)}));
  ASSERT_EQ(second.port(), port);
  ASSERT_TRUE(witness.hears("after the restart"));
  EXPECT_GE(witness.last(Seen::open).count, 3u) << "attempts that it took";
}

}  // namespace
}  // namespace heartwire::integration
