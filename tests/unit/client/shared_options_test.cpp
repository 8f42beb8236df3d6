#include "heartwire/client/shared_options.hpp"

#include "heartwire/client/client.hpp"
#include "heartwire/net/loop.hpp"
#include "tests/unit/client/client_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>

namespace heartwire::client {
namespace {

using namespace testing;

class SharedOptions : public ::testing::Test {
 protected:
  std::shared_ptr<EventLog> log = std::make_shared<EventLog>();
  WsListener listener;
  net::Loop loop;
};

TEST_F(SharedOptions, are_refused_as_those_of_one_client) {
  EXPECT_THROW(client::SharedOptions(Options{}), std::invalid_argument);
}

TEST_F(SharedOptions, tell_the_same_hooks_for_all_that_bring_none) {
  const client::SharedOptions shared(logged_options(listener.url(), log));
  Client one(loop, shared);
  Client other(loop, shared);
  one.start();
  other.start();

  WsPeer first = listener.accept_open();
  WsPeer second = listener.accept_open();

  EXPECT_TRUE(log->wait_for("open first", 2));
}

TEST_F(SharedOptions, tell_the_hooks_that_a_client_brings_instead) {
  const client::SharedOptions shared(logged_options(listener.url(), log));
  const auto own_log = std::make_shared<EventLog>();
  Client client(loop, shared, logged_hooks(own_log));
  client.start();

  WsPeer peer = listener.accept_open();

  EXPECT_TRUE(own_log->wait_for("open first"));
  EXPECT_EQ(log->count("open"), 0u);
}

TEST_F(SharedOptions, may_go_before_the_clients) {
  std::optional<client::SharedOptions> shared(logged_options(listener.url(), log));
  Client client(loop, *shared);
  shared.reset();
  client.start();

  WsPeer peer = listener.accept_open();
  ASSERT_TRUE(log->wait_for("open first"));
  peer.reset();
  peer = listener.accept_open();

  EXPECT_TRUE(log->wait_for("open again"));
}

TEST_F(SharedOptions, keep_each_clients_dialect_behind_its_own_gate) {
  std::atomic<int> asked{0};
  core::dialect::CustomOptions dialect;
  dialect.read = [&](core::MessageView) {
    ++asked;
    return core::Meaning::application;
  };
  Options options = logged_options(listener.url(), log);
  options.dialect = core::dialect::custom(std::move(dialect));
  const client::SharedOptions shared(std::move(options));
  Client one(loop, shared);
  Client other(loop, shared);
  one.start();
  WsPeer of_one = listener.accept_open();
  other.start();
  WsPeer of_other = listener.accept_open();
  ASSERT_TRUE(log->wait_for("open first", 2));

  one.stop();
  of_one.send("too late");
  of_other.send("in time");

  ASSERT_TRUE(log->wait_for("message in time"));
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace heartwire::client
