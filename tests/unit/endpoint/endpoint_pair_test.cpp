// A client and a server on one wire, in virtual time: what the two of them promise end to end.

#include "tests/support/endpoint_pair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

namespace heartwire::endpoint {
namespace {

using namespace std::chrono_literals;
using core::Cause;
using core::State;
using support::EndpointPair;
using support::EndpointPairOptions;
using support::Reception;
using testing::IsEmpty;
namespace life = core::lifecycle_action;
namespace tell = core::lifecycle_event;

core::Message owned(std::string payload) {
  return {base::MessageType::text, std::move(payload)};
}

/// Both sides: probes after 10 s, death 5 s later; retries after a second.
EndpointPairOptions usual() {
  EndpointPairOptions options;
  options.client.lifecycle.heartbeat.interval = 10s;
  options.client.lifecycle.heartbeat.timeout = 5s;
  options.client.lifecycle.reconnect.backoff = core::BackoffOptions::constant(1s);
  options.server.heartbeat = options.client.lifecycle.heartbeat;
  return options;
}

core::DialectSet only(core::DialectPtr dialect) {
  return core::DialectSet::make({std::move(dialect)}).value();
}

State state(const EndpointPair& pair) {
  return pair.client().lifecycle().state();
}

Cause cause(const EndpointPair& pair) {
  return pair.client().lifecycle().last_outcome().cause;
}

std::vector<std::string> texts(const std::vector<EndpointPair::ServerGot>& got) {
  std::vector<std::string> texts;
  for (const auto& one : got) texts.push_back(one.message.payload);
  return texts;
}

TEST(EndpointPair, stays_open_for_a_day_in_every_dialect) {
  const core::DialectPtr dialects[] = {
      core::dialect::protocol(), core::dialect::text("ping", "pong"),
      core::dialect::text("echo", "echo"), core::dialect::graphql_transport_ws(),
      core::dialect::mqtt()};
  for (const core::DialectPtr& dialect : dialects) {
    EndpointPairOptions options = usual();
    options.client.lifecycle.dialect = dialect;
    options.server.dialects = only(dialect);
    dialect->adapt(base::Role::client, options.client.lifecycle.heartbeat);
    options.server.dialects.adapt(base::Role::server, options.server.heartbeat);
    EndpointPair pair(options);
    pair.wish(tell::Start{});

    pair.run(24h);

    EXPECT_EQ(pair.count<life::NotifyOpen>(), 1u) << dialect->name();
    EXPECT_EQ(pair.count<life::NotifySuspect>(), 0u) << dialect->name();
    EXPECT_EQ(state(pair), State::open) << dialect->name();
    EXPECT_THAT(pair.client_got, IsEmpty()) << dialect->name();
    EXPECT_THAT(pair.server_got, IsEmpty()) << dialect->name();
    EXPECT_THAT(pair.complaints(), IsEmpty());
  }
}

TEST(EndpointPair, a_server_of_many_dialects_finds_the_one_that_the_subprotocol_names) {
  EndpointPairOptions options = usual();
  options.subprotocol = "graphql-transport-ws";
  options.client.lifecycle.dialect = core::dialect::graphql_transport_ws();
  options.server.dialects =
      core::DialectSet::make({core::dialect::text("ping", "pong"), core::dialect::mqtt(),
                              core::dialect::graphql_transport_ws()})
          .value();
  EndpointPair pair(options);
  pair.wish(tell::Start{});

  pair.run(5min);

  EXPECT_EQ(state(pair), State::open);
  EXPECT_EQ(pair.client().accepted().subprotocol, "graphql-transport-ws");
  EXPECT_EQ(pair.server()->dialect(), 2u);
  // Each beat of the one spares the other its own.
  EXPECT_GT(pair.count<life::NotifyHeartbeat>() + pair.server_told.size(), 10u);
  EXPECT_THAT(pair.server_got, IsEmpty());
}

TEST(EndpointPair, a_frozen_server_is_dead_in_time_though_we_send_every_second) {
  EndpointPair pair(usual());
  pair.wish(tell::Start{});
  pair.run(30s);
  ASSERT_EQ(state(pair), State::open);
  pair.set_server_frozen(true);
  const base::Instant frozen_at = pair.now();

  while (state(pair) == State::open && pair.now() < frozen_at + 1min) {
    static_cast<void>(pair.send(owned("tick")));
    pair.run(1s);
  }

  EXPECT_EQ(cause(pair), Cause::heartbeat);
  ASSERT_NE(pair.last<life::NotifyEnd>(), nullptr);
  EXPECT_LE(pair.last<life::NotifyEnd>()->at - frozen_at, 15s + 20ms);
}

TEST(EndpointPair, a_frozen_server_that_wakes_is_found_again_and_gets_what_was_queued) {
  EndpointPairOptions options = usual();
  options.greeting = {owned("subscribe")};
  EndpointPair pair(options);
  pair.wish(tell::Start{});
  pair.run(5s);
  pair.set_server_frozen(true);
  pair.run(1min);
  static_cast<void>(pair.send(owned("while frozen")));
  pair.set_server_frozen(false);

  pair.run(1min);

  EXPECT_EQ(state(pair), State::open);
  EXPECT_GE(pair.count<life::NotifyOpen>(), 2u);
  const auto got = texts(pair.server_got);
  EXPECT_EQ(got.front(), "subscribe");
  EXPECT_EQ(got[got.size() - 2], "subscribe");
  EXPECT_EQ(got.back(), "while frozen");
  EXPECT_THAT(pair.complaints(), IsEmpty());
}

TEST(EndpointPair, both_ends_notice_a_hole_in_the_way) {
  EndpointPair pair(usual());
  pair.wish(tell::Start{});
  pair.run(1s);
  pair.set_black_hole(true);
  const base::Instant since = pair.now();

  pair.run(16s);

  EXPECT_EQ(cause(pair), Cause::heartbeat);
  const auto ends = pair.server_ends();
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(ends[0].outcome.cause, Cause::heartbeat);
  EXPECT_LE(pair.server_told.back().at - since, 15s + 20ms);
}

TEST(EndpointPair, a_sleeping_client_accuses_no_one_when_it_wakes) {
  EndpointPairOptions options = usual();
  // The server is patient; the client sleeps for less than that.
  options.server.heartbeat.interval = 1h;
  EndpointPair pair(options);
  pair.wish(tell::Start{});
  pair.run(15s);
  pair.set_client_frozen(true);
  pair.run(10min);
  pair.set_client_frozen(false);

  pair.run(1min);

  EXPECT_EQ(state(pair), State::open);
  EXPECT_EQ(pair.count<life::NotifyOpen>(), 1u);
  EXPECT_EQ(pair.count<life::NotifyEnd>(), 0u);
}

TEST(EndpointPair, check_now_finds_a_hole_within_its_own_deadline) {
  EndpointPair pair(usual());
  pair.wish(tell::Start{});
  pair.run(1s);
  pair.set_black_hole(true);

  pair.wish(tell::CheckNow{});
  pair.run(3s);

  EXPECT_EQ(cause(pair), Cause::heartbeat);
}

TEST(EndpointPair, a_refusing_server_is_tried_again_until_it_accepts) {
  EndpointPair pair(usual());
  pair.set_reception({Reception::Kind::refuse_dial, {}});
  pair.wish(tell::Start{});
  pair.run(5s);
  pair.set_reception({Reception::Kind::answer, "HTTP/1.1 503 Busy\r\nRetry-After: 3\r\n\r\n"});
  pair.run(5s);
  EXPECT_EQ(cause(pair), Cause::http_status);
  pair.set_reception({Reception::Kind::answer, "garbage"});
  pair.run(5s);
  EXPECT_EQ(cause(pair), Cause::handshake);
  pair.set_reception({});

  pair.run(1min);

  EXPECT_EQ(state(pair), State::open);
  EXPECT_THAT(pair.complaints(), IsEmpty());
}

TEST(EndpointPair, a_server_that_never_answers_the_upgrade_is_left) {
  EndpointPair pair(usual());
  pair.set_reception({Reception::Kind::ignore, {}});
  pair.wish(tell::Start{});
  pair.run(45'500ms);
  EXPECT_EQ(cause(pair), Cause::connect_timeout);
  pair.set_reception({});

  pair.run(5s);

  EXPECT_EQ(state(pair), State::open);
}

TEST(EndpointPair, a_close_is_clean_at_both_ends_and_final) {
  EndpointPair pair(usual());
  pair.wish(tell::Start{});
  pair.run(1s);
  static_cast<void>(pair.send(owned("last words")));
  pair.wish(tell::Close{1000, "bye"});
  EXPECT_FALSE(pair.send(owned("later")));

  pair.run(1h);

  EXPECT_EQ(texts(pair.server_got), std::vector<std::string>{"last words"});
  const auto* end = pair.last<life::NotifyEnd>();
  ASSERT_NE(end, nullptr);
  EXPECT_TRUE(std::get<life::NotifyEnd>(end->action).is_clean);
  ASSERT_EQ(pair.server_ends().size(), 1u);
  EXPECT_TRUE(pair.server_ends()[0].is_clean);
  EXPECT_EQ(pair.server_ends()[0].outcome.peer_text, "bye");
  EXPECT_EQ(state(pair), State::closed);
  EXPECT_EQ(pair.count<life::Dial>(), 1u);
}

TEST(EndpointPair, closes_from_both_ends_at_once_are_clean) {
  EndpointPair pair(usual());
  pair.wish(tell::Start{});
  pair.run(1s);

  pair.wish(tell::Close{1000, {}});
  EXPECT_TRUE(pair.server_close(1001));
  pair.run(10s);

  EXPECT_TRUE(std::get<life::NotifyEnd>(pair.last<life::NotifyEnd>()->action).is_clean);
  EXPECT_TRUE(pair.server_ends().at(0).is_clean);
  EXPECT_EQ(state(pair), State::closed);
}

TEST(EndpointPair, a_close_on_a_dead_way_ends_by_its_deadline_at_both_ends) {
  EndpointPair pair(usual());
  pair.wish(tell::Start{});
  pair.run(1s);
  pair.set_black_hole(true);

  pair.wish(tell::Close{1000, {}});
  EXPECT_TRUE(pair.server_close(1001));
  pair.run(5s);

  EXPECT_EQ(state(pair), State::closed);
  ASSERT_EQ(pair.server_ends().size(), 1u);
  EXPECT_FALSE(pair.server_ends()[0].is_clean);
}

TEST(EndpointPair, a_draining_server_is_returned_to_when_it_said) {
  EndpointPair pair(usual());
  pair.wish(tell::Start{});
  pair.run(10s);
  EXPECT_TRUE(pair.server_close(1012, "retry-after=30"));
  const base::Instant closed_at = pair.now();

  pair.run(2min);

  EXPECT_EQ(state(pair), State::open);
  EXPECT_EQ(pair.count<life::Dial>(), 2u);
  EXPECT_GE(pair.last<life::Dial>()->at - closed_at, 30s);
}

// Bulk.

struct BulkCase {
  const char* name;
  std::uint64_t bytes_per_second;
  std::size_t send_buffer;
  std::size_t receive_buffer;
};

class EndpointPairBulk : public testing::TestWithParam<BulkCase> {
 protected:
  /// A heartbeat far more impatient than the wire is fast.
  static EndpointPairOptions throttled(const BulkCase& wire) {
    EndpointPairOptions options = usual();
    options.client.lifecycle.heartbeat.interval = 1s;
    options.client.lifecycle.heartbeat.timeout = 500ms;
    options.server.heartbeat = options.client.lifecycle.heartbeat;
    options.client.lifecycle.outbox.outbox_bytes_max = std::size_t{4} << 20;
    options.up.bytes_per_second = wire.bytes_per_second;
    options.up.send_buffer_bytes = wire.send_buffer;
    options.up.receive_buffer_bytes = wire.receive_buffer;
    return options;
  }

  /// Feeds a message whenever there is room, until so many bytes are queued or have left.
  static std::uint64_t feed(EndpointPair& pair, std::uint64_t fed, std::uint64_t bytes) {
    const std::string piece(200'000, 'x');
    while (fed < bytes && pair.send({base::MessageType::binary, piece})) fed += piece.size();
    return fed;
  }
};

TEST_P(EndpointPairBulk, a_hundred_megabytes_over_a_slow_wire_are_no_death) {
  constexpr std::uint64_t kBytes = 100'000'000;
  EndpointPair pair(throttled(GetParam()));
  pair.keeps_messages = false;
  pair.wish(tell::Start{});
  pair.run(1s);
  std::uint64_t fed = 0;
  const base::Instant end = pair.now() + 20min;

  while (pair.server_got_bytes < kBytes && pair.now() < end) {
    fed = feed(pair, fed, kBytes);
    pair.run(1s);
  }

  EXPECT_EQ(pair.server_got_bytes, kBytes);
  EXPECT_EQ(pair.count<life::NotifyEnd>(), 0u);
  EXPECT_THAT(pair.server_ends(), IsEmpty());
  EXPECT_THAT(pair.complaints(), IsEmpty());
}

TEST_P(EndpointPairBulk, a_hole_in_the_middle_of_it_is_found_in_time) {
  EndpointPair pair(throttled(GetParam()));
  pair.keeps_messages = false;
  pair.wish(tell::Start{});
  pair.run(1s);
  std::uint64_t fed = 0;
  for (int second = 0; second < 20; ++second) {
    fed = feed(pair, fed, 100'000'000);
    pair.run(1s + 37ms);
  }
  ASSERT_EQ(pair.count<life::NotifyEnd>(), 0u);
  pair.set_black_hole(true);
  const base::Instant since = pair.now();

  pair.run(10s);

  ASSERT_GE(pair.count<life::NotifyEnd>(), 1u);
  EXPECT_EQ(cause(pair), Cause::heartbeat);
  // An interval and a timeout, and one stage that the last progress had begun.
  EXPECT_LE(pair.last<life::NotifyEnd>()->at - since, 1s + 500ms + 500ms);
}

INSTANTIATE_TEST_SUITE_P(Wires, EndpointPairBulk,
                         testing::Values(BulkCase{"fast", 10'000'000, 64 << 10, 64 << 10},
                                         BulkCase{"small_buffers", 1'000'000, 8 << 10, 8 << 10},
                                         BulkCase{"slow", 100'000, 16 << 10, 16 << 10},
                                         BulkCase{"slow_and_deep", 100'000, 256 << 10, 64 << 10}),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST(EndpointPair, a_bulk_from_the_server_to_a_slow_client_is_no_death) {
  EndpointPairOptions options = usual();
  options.client.lifecycle.heartbeat.interval = 1s;
  options.client.lifecycle.heartbeat.timeout = 500ms;
  options.server.heartbeat = options.client.lifecycle.heartbeat;
  options.down.bytes_per_second = 100'000;
  options.down.send_buffer_bytes = 16 << 10;
  EndpointPair pair(options);
  pair.wish(tell::Start{});
  pair.run(1s);
  const std::string piece(200'000, 'x');
  std::size_t sent = 0;

  for (int second = 0; second < 60; ++second) {
    while (pair.server_send({base::MessageType::binary, piece})) ++sent;
    pair.run(1s);
  }
  pair.run(15s);

  EXPECT_EQ(pair.client_got.size(), sent);
  EXPECT_GE(sent, 28u);
  EXPECT_EQ(pair.count<life::NotifyEnd>(), 0u);
  EXPECT_THAT(pair.server_ends(), IsEmpty());
  EXPECT_THAT(pair.complaints(), IsEmpty());
}

}  // namespace
}  // namespace heartwire::endpoint
