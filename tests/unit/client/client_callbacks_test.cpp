// What a user's hooks and callbacks may do: throw, use the client, and wait for others that use it.

#include "heartwire/client/client.hpp"
#include "tests/unit/client/client_fixture.hpp"
#include "tests/unit/client/every_hook.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <optional>
#include <stdexcept>
#include <thread>

namespace heartwire::client {
namespace {

using namespace testing;
using ::testing::HasSubstr;

class ClientCallbacks : public ::testing::Test {
 protected:
  /// Every hook throws, after it has told the log; what on_error is told goes there as well.
  void expect_life_goes_on(const std::function<void()>& throwing) {
    EveryHook every(listener.url(), [&](const std::string& name) {
      if (!is_hook(name)) return;
      log->add(name);
      throwing();
    });
    Options options = every.options();
    options.hooks.on_error = [this, tell = options.hooks.on_error](std::string_view what) {
      log->add("error " + std::string{what});
      tell(what);
    };
    client::Client client(std::move(options));

    every.provoke(client, listener, [this] { return log->count("error on_gave_up") > 0; });

    for (const std::string name : kHooks) {
      if (!is_hook(name)) continue;
      EXPECT_GT(log->count(name), 0u) << name;
      const std::size_t reports = name == "on_error" ? 0 : log->count(name);
      EXPECT_EQ(log->count("error " + name + " threw"), reports) << name;
    }
    EXPECT_EQ(client.state(), core::State::failed);
  }

  static bool is_hook(const std::string& name) { return name.rfind("on_", 0) == 0; }

  std::shared_ptr<EventLog> log = std::make_shared<EventLog>();
  WsListener listener;
};

TEST_F(ClientCallbacks, may_throw_a_std_exception_from_every_hook) {
  expect_life_goes_on([] { throw std::runtime_error("on purpose"); });
  EXPECT_GT(log->count("error on_message threw: on purpose"), 0u);
}

TEST_F(ClientCallbacks, may_throw_anything_from_every_hook) {
  expect_life_goes_on([] { throw 42; });
  EXPECT_GT(log->count("error on_message threw something that is not a std::exception"), 0u);
}

TEST_F(ClientCallbacks, turn_a_request_that_throws_into_a_failed_attempt) {
  Options options = logged_options("ws://ignored.example/", log);
  options.request = [&, count = 0](const AttemptInfo& info) mutable {
    log->add("asked " + std::to_string(info.attempt) + " " + info.url);
    if (++count == 1) throw std::runtime_error("no token");
    return Request{listener.url("/with-token"), {{"Authorization", "Bearer abc"}}};
  };
  client::Client client(std::move(options));
  client.start();

  WsPeer peer = listener.accept();
  const auto request = peer.read_request();

  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "/with-token");
  EXPECT_TRUE(log->wait_for("failed request: request threw: no token"));
  EXPECT_TRUE(log->wait_for("asked 0 ws://ignored.example/"));
  EXPECT_TRUE(log->wait_for("asked 1 ws://ignored.example/"));
}

TEST_F(ClientCallbacks, turn_a_request_for_a_bad_url_into_a_failed_attempt_that_names_it) {
  Options options = logged_options(listener.url(), log);
  options.request = [](const AttemptInfo&) { return Request{"http://wrong.example/", {}}; };
  client::Client client(std::move(options));
  client.start();
  ASSERT_TRUE(log->wait_for("failed request", 2));
  EXPECT_THAT(log->all("failed")[0], HasSubstr("http://wrong.example/"));
}

TEST_F(ClientCallbacks, go_on_without_a_greeting_that_throws) {
  Options options = logged_options(listener.url(), log);
  options.greeting = {{core::MessageType::text, "fixed"}};
  options.make_greeting = []() -> std::vector<core::Message> { throw 1; };
  client::Client client(std::move(options));
  ASSERT_TRUE(client.send("queued"));
  client.start();
  WsPeer peer = listener.accept_open();
  EXPECT_EQ(peer.hear(), "message fixed");
  EXPECT_EQ(peer.hear(), "message queued");
  EXPECT_TRUE(log->wait_for("error make_greeting threw"));
}

TEST_F(ClientCallbacks, leave_out_what_a_greeting_may_not_send) {
  Options options = logged_options(listener.url(), log);
  options.make_greeting = [] {
    return std::vector<core::Message>{{core::MessageType::text, "\xFF"},
                                      {core::MessageType::binary, "\xFF"}};
  };
  client::Client client(std::move(options));
  client.start();
  WsPeer peer = listener.accept_open();
  EXPECT_EQ(peer.hear(), "binary \xFF");
  EXPECT_TRUE(log->wait_for("error make_greeting: a text that is not UTF-8"));
}

TEST_F(ClientCallbacks, take_a_condition_that_throws_for_yes) {
  Options options = logged_options(listener.url(), log);
  options.wanted = []() -> bool { throw 1; };
  client::Client client(std::move(options));
  client.start();
  WsPeer peer = listener.accept_open();
  EXPECT_TRUE(log->wait_for("open"));
  EXPECT_TRUE(log->wait_for("error wanted threw"));
}

TEST_F(ClientCallbacks, follow_the_classifier_when_the_judge_throws) {
  Options options = logged_options(listener.url(), log);
  options.judge = [](const core::Outcome&) -> std::optional<core::Verdict> { throw 1; };
  client::Client client(std::move(options));
  client.start();
  listener.accept_open().reset();
  WsPeer peer = listener.accept_open();
  EXPECT_TRUE(log->wait_for("error judge threw"));
  EXPECT_TRUE(log->wait_for("open again"));
}

TEST_F(ClientCallbacks, take_a_message_for_the_applications_when_the_dialect_throws) {
  Options options = logged_options(listener.url(), log);
  options.heartbeat.interval = 20ms;
  core::dialect::CustomOptions dialect;
  dialect.read = [](core::MessageView) -> core::Meaning { throw std::runtime_error("bad read"); };
  dialect.probe = [](std::uint32_t) -> std::optional<core::Message> { throw 1; };
  options.dialect = core::dialect::custom(std::move(dialect));
  client::Client client(std::move(options));
  client.start();
  WsPeer peer = listener.accept_open();
  peer.send("hello");
  EXPECT_TRUE(log->wait_for("message hello"));
  EXPECT_TRUE(log->wait_for("error the dialect threw: bad read"));
  EXPECT_TRUE(log->wait_for("error the dialect threw something"));
}

class ClientCallback : public ::testing::TestWithParam<const char*> {
 protected:
  /// Runs `work` once inside the callback of the parameter; true if it came to its end.
  bool run_in_hook(const std::function<void(client::Client&)>& work) {
    std::optional<client::Client> client;
    std::atomic<bool> is_entered = false;
    std::atomic<bool> is_done = false;
    EveryHook every(listener.url(), [&](const std::string& name) {
      if (name != GetParam() || is_entered.exchange(true)) return;
      work(*client);
      is_done = true;
    });
    client.emplace(every.options());
    every.provoke(*client, listener, [&] { return is_done.load(); });
    client.reset();
    return is_done;
  }

  WsListener listener;
};

void use_everything(client::Client& client) {
  static_cast<void>(client.state());
  static_cast<void>(client.transport());
  static_cast<void>(client.heartbeat());
  static_cast<void>(client.queued_count());
  static_cast<void>(client.queued_bytes());
  client.check_now();
  client.pause_reading();
  client.resume_reading();
  client.suspend();
  client.resume();
  client.start();
  const auto sent = client.send("from a hook");
  if (sent) static_cast<void>(client.take_back(*sent));
  static_cast<void>(client.send("from a hook"));
  static_cast<void>(client.take_back_all());
  client.reconnect();
  client.close();
}

TEST_P(ClientCallback, may_use_the_client) {
  EXPECT_TRUE(run_in_hook(use_everything));
}

TEST_P(ClientCallback, may_wait_for_a_thread_that_uses_the_client) {
  EXPECT_TRUE(run_in_hook([](client::Client& client) {
    std::thread other([&client] {
      use_everything(client);
      client.stop();
    });
    other.join();
  }));
}

INSTANTIATE_TEST_SUITE_P(, ClientCallback, ::testing::ValuesIn(kHooks),
                         [](const auto& hook) { return std::string{hook.param}; });

}  // namespace
}  // namespace heartwire::client
