// A path that breaks while the peer lives: half-open, reset, refused, forgotten by a NAT.

#include "heartwire/net/clock.hpp"
#include "heartwire/net/fault_proxy.hpp"
#include "tests/integration/support/live_test.hpp"

namespace heartwire::integration {
namespace {

using net::FaultDirection;

class BrokenPath : public LiveTest {
 protected:
  void SetUp() override {
    server_ = &start(python_peer("echo_server.py"));
    proxy.emplace(net::FaultProxyOptions{.target = "127.0.0.1:" + std::to_string(server_->port())});
    ASSERT_TRUE(proxy->start());
  }

  client::Options through_proxy(milliseconds interval = 300ms, milliseconds timeout = 600ms) {
    auto wanted = options(url_of(proxy->port()));
    wanted.heartbeat = {.interval = interval, .timeout = timeout};
    return wanted;
  }

  /// Breaks the path of a living connection, expects `cause`, mends it, and expects the connection
  /// back with what was sent meanwhile.
  void expect_survival(const std::function<void()>& break_path, core::Cause cause,
                       const std::function<void()>& mend_path) {
    client::Client client(through_proxy());
    client.start();
    ASSERT_TRUE(witness.sees(Seen::heartbeat));

    break_path();
    ASSERT_TRUE(witness.sees(Seen::close));
    EXPECT_EQ(witness.first(Seen::close).close.cause, cause) << witness.first(Seen::close).text;
    ASSERT_TRUE(client.send("meanwhile"));
    mend_path();

    ASSERT_TRUE(witness.sees(Seen::open, 2));
    ASSERT_TRUE(witness.hears("meanwhile"));
    EXPECT_EQ(witness.count(Seen::message), 1u) << "once";
  }

  std::optional<net::FaultProxy> proxy;

 private:
  Process* server_ = nullptr;
};

TEST_F(BrokenPath, half_open_upwards_is_a_death) {
  expect_survival([this] { proxy->drop(FaultDirection::up); }, core::Cause::heartbeat,
                  [this] { proxy->pass(); });
}

TEST_F(BrokenPath, half_open_downwards_is_a_death) {
  expect_survival([this] { proxy->drop(FaultDirection::down); }, core::Cause::heartbeat,
                  [this] { proxy->pass(); });
}

TEST_F(BrokenPath, dropping_everything_is_a_death) {
  expect_survival([this] { proxy->drop(); }, core::Cause::heartbeat, [this] { proxy->pass(); });
}

TEST_F(BrokenPath, frozen_is_a_death) {
  expect_survival([this] { proxy->freeze(); }, core::Cause::heartbeat, [this] { proxy->thaw(); });
}

TEST_F(BrokenPath, forgotten_by_a_nat_is_a_death) {
  expect_survival([this] { proxy->forget_idle(100ms); }, core::Cause::heartbeat,
                  [this] { proxy->forget_idle(0ms); });
}

TEST_F(BrokenPath, reset_is_a_loss) {
  expect_survival([this] { proxy->reset(); }, core::Cause::lost, [] {});
}

TEST_F(BrokenPath, cut_without_a_closing_handshake_is_a_loss) {
  expect_survival([this] { proxy->cut(); }, core::Cause::lost, [] {});
}

TEST_F(BrokenPath, refused_for_a_while_is_tried_until_it_is_not) {
  client::Client client(through_proxy());
  client.start();
  ASSERT_TRUE(witness.sees(Seen::open));

  ASSERT_TRUE(proxy->refuse());
  proxy->cut();
  ASSERT_TRUE(witness.sees(Seen::attempt_failed, 3));
  for (const Sight& failed : witness.all(Seen::attempt_failed))
    EXPECT_EQ(failed.close.cause, core::Cause::refused) << failed.text;
  ASSERT_TRUE(proxy->accept());

  ASSERT_TRUE(witness.sees(Seen::open, 2));
  EXPECT_GE(witness.last(Seen::open).count, 3u);
}

TEST_F(BrokenPath, black_hole_for_new_connections_ends_each_attempt_in_time) {
  ASSERT_TRUE(proxy->black_hole_new());
  auto wanted = through_proxy();
  wanted.handshake_timeout = 200ms;
  client::Client client(wanted);

  client.start();
  ASSERT_TRUE(witness.sees(Seen::attempt_failed, 2));
  EXPECT_EQ(witness.first(Seen::attempt_failed).close.cause, core::Cause::connect_timeout);
  ASSERT_TRUE(proxy->accept());

  ASSERT_TRUE(witness.sees(Seen::open));
}

TEST_F(BrokenPath, that_is_only_slow_is_no_death) {
  client::Client client(through_proxy(300ms, 10s));
  proxy->delay(150ms, 50ms);

  client.start();
  ASSERT_TRUE(witness.sees(Seen::heartbeat, 5));

  EXPECT_EQ(witness.count(Seen::close), 0u);
  for (const Sight& beat : witness.all(Seen::heartbeat)) EXPECT_GE(beat.duration, 300ms);
}

// The server accepts, upgrades or not, and drops: attempts keep to the schedule whatever it does.
class AcceptThenClose : public LiveTest {
 protected:
  static constexpr milliseconds kFirst = 50ms;
  static constexpr milliseconds kMost = 800ms;
  static constexpr milliseconds kWatched = 4s;

  client::Options impatient(std::string url, core::Jitter jitter) {
    auto wanted = options(std::move(url));
    wanted.reconnect.backoff = {kFirst, kMost, 2.0, jitter};
    return wanted;
  }

  /// How many connections the backoff without jitter allows within a time: one, then one after each
  /// of the delays 1, 2, 4, ... times the first, up to the greatest.
  static std::size_t bound(milliseconds watched) {
    std::size_t count = 1;
    milliseconds delay = kFirst;
    for (milliseconds at = delay; at <= watched; at += delay) {
      ++count;
      delay = std::min(delay * 2, kMost);
    }
    return count;
  }
};

TEST_F(AcceptThenClose, sees_what_the_backoff_allows_and_no_more) {
  net::FaultProxy proxy({.target = "127.0.0.1:1"});
  ASSERT_TRUE(proxy.start());
  ASSERT_TRUE(proxy.accept_then_close());
  client::Client client(impatient(url_of(proxy.port()), core::Jitter::none));

  const base::Instant begin = net::steady_now();
  client.start();
  ASSERT_TRUE(witness.sees(Seen::attempt_failed, bound(kWatched) - 1));

  // Counted first, so that time which passes meanwhile can only help the bound.
  const std::uint64_t count = proxy.accepted_count();
  EXPECT_LE(count, bound(since(begin)));
}

TEST_F(AcceptThenClose, sees_no_more_when_it_upgraded_before) {
  Process& server = start(python_peer("raw_server.py", {"upgrade-close"}));
  client::Client client(impatient(url_of(server.port()), core::Jitter::none));

  const base::Instant begin = net::steady_now();
  client.start();
  ASSERT_TRUE(witness.sees(Seen::close, bound(kWatched) - 1));

  const std::size_t count = server.count("connection ");
  EXPECT_LE(count, bound(since(begin)));
  for (const Sight& close : witness.all(Seen::close))
    EXPECT_EQ(close.close.cause, core::Cause::lost) << close.text;
}

TEST_F(AcceptThenClose, sees_gaps_of_at_least_the_first_delay_with_jitter) {
  Process& server = start(python_peer("raw_server.py", {"upgrade-close"}));
  client::Client client(impatient(url_of(server.port()), core::Jitter::decorrelated));

  client.start();
  ASSERT_TRUE(server.prints("connection ", 6));

  const auto retries = witness.all(Seen::retry);
  ASSERT_GE(retries.size(), 5u);
  for (std::size_t i = 0; i < retries.size(); ++i) {
    EXPECT_GE(retries[i].duration, kFirst);
    EXPECT_LE(retries[i].duration, kMost);
    EXPECT_EQ(retries[i].count, i + 1) << "the series goes on";
  }
}

TEST_F(AcceptThenClose, hears_nothing_more_after_a_close_during_the_delay) {
  Process& server = start(python_peer("raw_server.py", {"upgrade-close"}));
  auto wanted = options(url_of(server.port()));
  wanted.reconnect.backoff = core::BackoffOptions::constant(200ms);
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(witness.sees(Seen::retry));

  ASSERT_TRUE(client.close());
  ASSERT_TRUE(witness.sees(Seen::close, 2)) << "of the connection, and of the client";

  EXPECT_EQ(client.state(), core::State::closed);
  EXPECT_TRUE(witness.never_more(1, Seen::open, 1s)) << "five backoffs";
  EXPECT_EQ(server.count("connection "), 1u);
  EXPECT_EQ(witness.count(Seen::retry), 1u);
  EXPECT_EQ(witness.last(Seen::close).close.cause, core::Cause::user);
}

TEST_F(AcceptThenClose, hears_nothing_more_after_a_close_from_the_retry_hook) {
  Process& server = start(python_peer("raw_server.py", {"upgrade-close"}));
  client::Client* self = nullptr;
  auto wanted = options(url_of(server.port()));
  wanted.hooks = {.on_reconnect = [&self](const auto&) { self->close(); }};
  wanted.reconnect.backoff = core::BackoffOptions::constant(200ms);
  client::Client client(witness.watch(wanted));
  self = &client;

  client.start();
  ASSERT_TRUE(witness.sees(Seen::close, 2));

  EXPECT_TRUE(witness.never_more(1, Seen::open, 1s)) << "five backoffs";
  EXPECT_EQ(server.count("connection "), 1u);
  EXPECT_EQ(client.state(), core::State::closed);
}

}  // namespace
}  // namespace heartwire::integration
