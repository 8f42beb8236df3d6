// The user ends it: close(), stop() and the destructor, from wherever and at whatever moment.

#include "heartwire/net/clock.hpp"
#include "heartwire/net/loop.hpp"
#include "tests/integration/support/live_test.hpp"

#include <atomic>
#include <future>
#include <thread>

namespace heartwire::integration {
namespace {

/// What may run on its own thread or on a loop that others share.
enum class Home { own_thread, shared_loop };

class Ending : public LiveTest, public ::testing::WithParamInterface<Home> {
 protected:
  std::unique_ptr<client::Client> make(const client::Options& wanted) {
    if (GetParam() == Home::own_thread) return std::make_unique<client::Client>(wanted);
    return std::make_unique<client::Client>(loop, wanted);
  }

  /// Waits until the shared loop has done all that was posted to it before.
  void settle() {
    std::promise<void> done;
    loop.post([&done] { done.set_value(); });
    ASSERT_EQ(done.get_future().wait_for(20s), std::future_status::ready);
  }

  /// No hook runs from here on, whatever the peer does.
  void expect_silence(milliseconds watched = 300ms) {
    settle();
    const std::size_t total = witness.total();
    std::this_thread::sleep_for(watched);  // For what must not happen there is no event.
    EXPECT_EQ(witness.total(), total) << witness.transcript();
  }

  /// Likewise from the note of this hook on, which is written once the hook has returned.
  void expect_silence_after(Seen hook, std::size_t count = 1) {
    EXPECT_TRUE(witness.sees(hook, count));
    expect_silence();
  }

  /// Generous: a busy machine may put us to sleep, but nothing here may wait for a peer.
  static constexpr milliseconds kAtOnce = 2s;

  net::Loop loop;
};

TEST_P(Ending, by_stop_from_a_hook_returns_at_once_and_is_final) {
  Process& server = start(python_peer("echo_server.py"));
  std::unique_ptr<client::Client> client;
  std::promise<milliseconds> stopped;
  auto wanted = options(url_of(server.port()));
  wanted.hooks = {.on_open = [&](const auto&) {
    const base::Instant begin = net::steady_now();
    client->stop();
    stopped.set_value(since(begin));
  }};
  client = make(witness.watch(wanted));

  client->start();
  auto took = stopped.get_future();
  ASSERT_EQ(took.wait_for(20s), std::future_status::ready);

  EXPECT_LE(took.get(), kAtOnce);
  EXPECT_TRUE(server.prints("closed 1")) << "the transport is gone, too";
  EXPECT_EQ(client->state(), core::State::closed);
  expect_silence_after(Seen::open);
  EXPECT_EQ(witness.total(), 1u) << "only the hook that stopped";
}

TEST_P(Ending, by_stop_from_another_thread_returns_at_once_though_the_peer_is_frozen) {
  Process& server = start(python_peer("echo_server.py"));
  const auto client = make(options(url_of(server.port())));
  client->start();
  ASSERT_TRUE(witness.sees(Seen::open));
  server.freeze();

  const base::Instant begin = net::steady_now();
  std::thread([&] { client->stop(); }).join();

  EXPECT_LE(since(begin), kAtOnce);
  expect_silence();
  EXPECT_EQ(witness.total(), 1u);
  EXPECT_FALSE(client->send("too late"));
}

TEST_P(Ending, by_stop_does_not_wait_for_a_hook_that_is_running) {
  Process& server = start(python_peer("echo_server.py"));
  std::promise<void> entered;
  std::promise<void> release;
  std::atomic<bool> has_finished{false};
  auto wanted = options(url_of(server.port()));
  wanted.hooks = {.on_open = [&](const auto&) {
    entered.set_value();
    release.get_future().wait_for(20s);
    has_finished = true;
  }};
  auto client = make(witness.watch(wanted));
  client->start();
  ASSERT_EQ(entered.get_future().wait_for(20s), std::future_status::ready);

  client->stop();
  EXPECT_FALSE(has_finished) << "stop() did not wait";
  release.set_value();
  client.reset();

  EXPECT_TRUE(has_finished) << "the destructor did";
}

TEST_P(Ending, by_stop_a_tenth_of_a_millisecond_after_the_start) {
  Process& server = start(python_peer("echo_server.py"));
  const std::string url = url_of(server.port());
  for (int i = 0; i < 200; ++i) {
    const auto client = make(options(url));
    client->start();
    const base::Instant begin = net::steady_now();
    while (net::steady_now() - begin < 100us) {
    }

    client->stop();

    EXPECT_LE(since(begin), kAtOnce);
    EXPECT_EQ(client->state(), core::State::closed);
  }
  expect_silence();
}

TEST_P(Ending, by_stop_while_the_server_pours_messages) {
  Process& server = start(python_peer("echo_server.py"));
  const auto client = make(options(url_of(server.port())));
  client->start();
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(client->send("message"));
  ASSERT_TRUE(witness.sees(Seen::message, 10));

  client->stop();

  // The hook that was running may finish; settle() waits for it on the shared loop.
  ASSERT_TRUE(server.prints("closed 1"));
  expect_silence();
}

TEST_P(Ending, by_the_destructor_inside_a_message_hook) {
  Process& server = start(python_peer("echo_server.py"));
  std::unique_ptr<client::Client> client;
  auto wanted = options(url_of(server.port()));
  wanted.hooks = {.on_message = [&](auto) { client.reset(); }};
  client = make(witness.watch(wanted));

  ASSERT_TRUE(client->send("one"));
  ASSERT_TRUE(client->send("two"));
  client->start();

  ASSERT_TRUE(server.prints("closed 1"));
  expect_silence_after(Seen::message);
  EXPECT_EQ(witness.messages(), std::vector<std::string>{"one"});
}

TEST_P(Ending, by_the_destructor_inside_the_open_hook) {
  Process& server = start(python_peer("echo_server.py"));
  std::unique_ptr<client::Client> client;
  auto wanted = options(url_of(server.port()));
  wanted.hooks = {.on_open = [&](const auto&) { client.reset(); }};
  client = make(witness.watch(wanted));

  client->start();

  ASSERT_TRUE(server.prints("closed 1"));
  expect_silence_after(Seen::open);
  EXPECT_EQ(witness.total(), 1u);
}

TEST_P(Ending, by_the_destructor_inside_the_close_and_the_retry_hook) {
  Process& server = start(python_peer("raw_server.py", {"upgrade-close"}));
  for (const bool is_in_close : {true, false}) {
    std::unique_ptr<client::Client> client;
    std::promise<void> gone;
    const auto end = [&] {
      client.reset();
      gone.set_value();
    };
    auto wanted = options(url_of(server.port()));
    wanted.hooks = {};
    if (is_in_close) {
      wanted.hooks.on_close = [&](const auto&) { end(); };
    } else {
      wanted.hooks.on_reconnect = [&](const auto&) { end(); };
    }
    client = make(witness.watch(wanted));

    client->start();

    ASSERT_EQ(gone.get_future().wait_for(20s), std::future_status::ready);
    expect_silence_after(is_in_close ? Seen::close : Seen::retry);
  }
  EXPECT_TRUE(server.prints("connection ", 2));
  EXPECT_EQ(server.count("connection "), 2u);
}

TEST_P(Ending, by_the_destructor_inside_the_hook_of_giving_up) {
  std::unique_ptr<client::Client> client;
  std::promise<void> gone;
  auto wanted = options("ws://127.0.0.1:1/");
  wanted.reconnect.enabled = false;
  wanted.hooks = {.on_gave_up = [&](const auto&) {
    client.reset();
    gone.set_value();
  }};
  client = make(witness.watch(wanted));

  client->start();

  ASSERT_EQ(gone.get_future().wait_for(20s), std::future_status::ready);
  expect_silence_after(Seen::gave_up);
}

TEST_P(Ending, by_close_from_the_message_hook_is_clean) {
  Process& server = start(python_peer("echo_server.py"));
  std::unique_ptr<client::Client> client;
  auto wanted = options(url_of(server.port()));
  wanted.hooks = {.on_message = [&](auto) { client->close(4000, "seen enough"); }};
  client = make(witness.watch(wanted));

  client->start();
  ASSERT_TRUE(client->send("one"));
  ASSERT_TRUE(client->send("two"));

  ASSERT_TRUE(witness.sees(Seen::close));
  EXPECT_TRUE(server.prints("closed 1 4000 seen enough"));
  EXPECT_TRUE(witness.first(Seen::close).close.is_clean);
  expect_silence();
}

TEST_P(Ending, by_close_is_not_for_ever) {
  Process& server = start(python_peer("echo_server.py"));
  const auto client = make(options(url_of(server.port())));
  for (std::size_t i = 1; i <= 3; ++i) {
    client->start();
    ASSERT_TRUE(witness.sees(Seen::open, i));
    EXPECT_TRUE(witness.last(Seen::open).is_first);
    ASSERT_TRUE(client->close());
    ASSERT_TRUE(witness.sees(Seen::close, i));
  }
  EXPECT_TRUE(server.prints("closed ", 3));
}

std::string name_of(const ::testing::TestParamInfo<Home>& info) {
  return info.param == Home::own_thread ? "own_thread" : "shared_loop";
}

INSTANTIATE_TEST_SUITE_P(Of, Ending, ::testing::Values(Home::own_thread, Home::shared_loop),
                         name_of);

}  // namespace
}  // namespace heartwire::integration
