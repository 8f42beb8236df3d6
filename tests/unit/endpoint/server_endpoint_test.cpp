#include "heartwire/endpoint/server_endpoint.hpp"

#include "heartwire/ws/message_writer.hpp"
#include "tests/unit/endpoint/server_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

namespace heartwire::endpoint {
namespace {

using namespace std::chrono_literals;
using core::Cause;
using core::EndedBy;
using core::SendError;
using test::binary;
using test::close_frame;
using test::Frame;
using test::ServerRig;
using test::text;
using testing::ElementsAre;
using testing::IsEmpty;
namespace action = server_action;
namespace event = server_event;

/// Probes after 10 s of silence; 5 s more are death.
ServerEndpointOptions beating() {
  ServerEndpointOptions options;
  options.heartbeat.interval = 10s;
  options.heartbeat.timeout = 5s;
  options.heartbeat.first_probe_spread = false;
  return options;
}

core::Message owned(std::string payload) {
  return {base::MessageType::text, std::move(payload)};
}

TEST(ServerEndpoint, fits_its_budget) {
  EXPECT_LE(sizeof(ServerEndpoint), kServerEndpointBytesMax);
  EXPECT_EQ(kServerEndpointBytesMax, 128u);
}

// Messages.

TEST(ServerEndpoint, delivers_messages_in_order_however_they_are_cut) {
  const base::Bytes bytes =
      test::encode(base::Role::client, {text("one"), Frame{ws::Opcode::binary, "tw", false},
                                        test::ping("x"), Frame{ws::Opcode::continuation, "o"}});
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    ServerRig rig;
    const auto middle = bytes.begin() + static_cast<std::ptrdiff_t>(cut);

    rig.receive(base::Bytes{bytes.begin(), middle}).receive(base::Bytes{middle, bytes.end()});

    ASSERT_THAT(rig.delivered,
                ElementsAre(owned("one"), core::Message{base::MessageType::binary, "two"}));
    ASSERT_THAT(rig.frames(), ElementsAre(test::pong("x")));
  }
}

TEST(ServerEndpoint, sends_messages_as_they_are_given) {
  ServerRig rig;

  EXPECT_TRUE(rig.send(text("one")));
  EXPECT_TRUE(rig.send_encoded(ws::encode_message(base::MessageType::text, base::as_bytes("two"))));
  EXPECT_TRUE(rig.send(binary("\xFF")));
  EXPECT_EQ(rig.send(text("\xFF")).error(), SendError::invalid_text);

  EXPECT_THAT(rig.frames(), ElementsAre(text("one"), text("two"), binary("\xFF")));
}

TEST(ServerEndpoint, a_slow_peer_makes_no_more_wait_than_the_bound) {
  ServerEndpointOptions options = test::plain_server();
  options.send_buffer_bytes_max = 10'000;
  ServerRig rig(options);
  rig.set_room(0);
  const base::Bytes frame =
      ws::encode_message(base::MessageType::text, base::as_bytes(std::string(100, 'x')));
  while (rig.send(text(std::string(100, 'x')))) ASSERT_LE(rig.kept(), 10'000u);
  while (rig.send_encoded(frame)) ASSERT_LE(rig.kept(), 10'000u);
  EXPECT_GE(rig.kept(), 9'800u);
  EXPECT_EQ(rig.send(text(std::string(100, 'x'))).error(), SendError::outbox_full);
  EXPECT_EQ(rig.send_encoded(frame).error(), SendError::outbox_full);

  rig.set_room(500);

  EXPECT_TRUE(rig.send(text(std::string(100, 'x'))));
}

TEST(ServerEndpoint, a_message_that_can_never_fit_is_refused) {
  ServerEndpointOptions options = test::plain_server();
  options.send_buffer_bytes_max = 50;
  ServerRig rig(options);

  EXPECT_EQ(rig.send(text(std::string(51, 'x'))).error(), SendError::outbox_full);
  EXPECT_TRUE(rig.send(text(std::string(30, 'x'))));
}

TEST(ServerEndpoint, a_peer_that_asks_faster_than_it_reads_is_answered_within_a_bound) {
  for (const Frame& question : {text("ping"), test::ping(std::string(125, 'x'))}) {
    ServerEndpointOptions options = test::plain_server();
    options.send_buffer_bytes_max = 10'000;
    options.dialects = test::dialects({core::dialect::text("ping", "pong")});
    ServerRig rig(options, 0);
    rig.set_room(0);
    for (int i = 0; i < 1000; ++i) rig.receive(std::vector<Frame>(50, question));

    EXPECT_LE(rig.kept(), 10'000 + Receiver::kAnswerBytesMax + 200);
    EXPECT_FALSE(rig.end());
  }
}

TEST(ServerEndpoint, of_too_many_pings_the_last_is_answered_once_there_is_room) {
  ServerEndpointOptions options = test::plain_server();
  options.send_buffer_bytes_max = 10'000;
  ServerRig rig(options, 0);
  rig.set_room(0);
  for (int i = 0; i < 1000; ++i)
    rig.receive({test::ping(std::string(120, 'x')), test::ping(std::to_string(i))});

  rig.set_room(1'000'000);

  const auto frames = rig.frames();
  ASSERT_FALSE(frames.empty());
  EXPECT_LT(frames.size(), 1500u) << "the others went unanswered";
  EXPECT_EQ(frames.back(), test::pong("999"));
}

TEST(ServerEndpoint, a_full_send_buffer_does_not_keep_pings_from_being_answered) {
  ServerEndpointOptions options = test::plain_server();
  options.send_buffer_bytes_max = 10'000;
  ServerRig rig(options);
  rig.set_room(0);
  while (rig.send(text(std::string(100, 'x')))) {
  }

  rig.receive({test::ping("still there?")}).set_room(100'000);

  EXPECT_EQ(rig.frames().back(), test::pong("still there?"));
}

// Closing.

TEST(ServerEndpoint, answers_a_close_once_with_its_code_and_ends) {
  ServerRig rig;

  rig.receive({text("before"), close_frame(1001, "bye"), text("after")});

  EXPECT_THAT(rig.delivered, ElementsAre(owned("before")));
  const auto end = rig.end();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->outcome.cause, Cause::closed);
  EXPECT_EQ(end->outcome.code, 1001);
  EXPECT_EQ(end->outcome.peer_text, "bye");
  EXPECT_EQ(end->by, EndedBy::peer);
  EXPECT_TRUE(end->is_clean);
  EXPECT_THAT(rig.frames(), ElementsAre(close_frame(1001)));
  EXPECT_EQ(rig.machine.deadline(), std::nullopt);
}

TEST(ServerEndpoint, its_own_close_is_clean_when_it_is_answered) {
  ServerRig rig;
  static_cast<void>(rig.send(text("last")));

  rig.close(1012, "retry-after=5");
  EXPECT_FALSE(rig.end());
  rig.receive({text("late"), close_frame(1012)});

  EXPECT_THAT(rig.frames(), ElementsAre(text("last"), close_frame(1012, "retry-after=5")));
  EXPECT_THAT(rig.delivered, IsEmpty());
  EXPECT_EQ(rig.end()->outcome.cause, Cause::user);
  EXPECT_EQ(rig.end()->by, EndedBy::us);
  EXPECT_TRUE(rig.end()->is_clean);
}

TEST(ServerEndpoint, nothing_follows_its_close) {
  ServerEndpointOptions options = beating();
  options.dialects = test::dialects({core::dialect::text("ping", "pong")});
  ServerRig rig(options, 0);
  rig.close(1000);
  rig.frames();

  EXPECT_EQ(rig.send(text("late")).error(), SendError::closed);
  EXPECT_EQ(rig.send_encoded({0x81, 0x00}).error(), SendError::closed);
  rig.close(1001).receive({text("ping"), test::ping()}).handle(event::CheckNow{}).pass(4s);

  EXPECT_THAT(rig.frames(), IsEmpty());
}

TEST(ServerEndpoint, a_close_that_is_not_answered_ends_by_its_deadline) {
  ServerRig rig;
  rig.close(1000).pass(4999ms);
  EXPECT_FALSE(rig.end());

  rig.pass(1ms);

  ASSERT_TRUE(rig.end());
  EXPECT_FALSE(rig.end()->is_clean);
  EXPECT_EQ(rig.end()->by, EndedBy::us);
}

TEST(ServerEndpoint, a_code_that_may_not_be_sent_changes_nothing) {
  ServerRig rig;
  for (const int code : {0, 999, 1005, 1006, 1015, 5000})
    rig.close(static_cast<std::uint16_t>(code));

  EXPECT_TRUE(rig.machine.is_open());
  EXPECT_THAT(rig.frames(), IsEmpty());
}

TEST(ServerEndpoint, closes_that_cross_are_one_handshake) {
  ServerRig rig;

  rig.close(1000).receive({close_frame(1001)});

  EXPECT_THAT(rig.frames(), ElementsAre(close_frame(1000)));
  EXPECT_EQ(rig.end()->outcome.cause, Cause::user);
  EXPECT_TRUE(rig.end()->is_clean);
}

TEST(ServerEndpoint, a_transport_that_ends_says_so_once) {
  ServerRig rig;

  rig.lose().lose().close(1000).receive({text("late")}).pass(1h);

  EXPECT_EQ(rig.count<action::End>(), 1u);
  EXPECT_EQ(rig.end()->outcome.cause, Cause::lost);
  EXPECT_EQ(rig.end()->by, EndedBy::nobody);
  EXPECT_THAT(rig.delivered, IsEmpty());
  EXPECT_THAT(rig.frames(), IsEmpty());
}

TEST(ServerEndpoint, a_transport_that_ends_during_our_close_was_ended_by_us) {
  ServerRig rig;

  rig.close(1000).lose();

  EXPECT_EQ(rig.end()->outcome.cause, Cause::user);
  EXPECT_EQ(rig.end()->by, EndedBy::us);
  EXPECT_FALSE(rig.end()->is_clean);
}

// Faults.

TEST(ServerEndpoint, a_fault_of_the_peer_is_answered_with_its_code_and_ends) {
  ServerEndpointOptions options = test::plain_server();
  options.limits.message_bytes_max = 100;
  const std::pair<base::Bytes, std::uint16_t> faults[] = {
      {test::encode(base::Role::server, text("not masked")), 1002},
      {test::encode(base::Role::client, Frame{ws::Opcode::continuation, "x"}), 1002},
      {test::encode(base::Role::client, text("\xFF")), 1007},
      {test::encode(base::Role::client, text(std::string(101, 'x'))), 1009},
      {test::encode(base::Role::client, Frame{ws::Opcode::close, "\x03\xED"}), 1002},
  };
  for (const auto& [bytes, code] : faults) {
    ServerRig rig(options);
    rig.receive(test::joined({bytes, test::encode(base::Role::client, text("after"))}));

    const auto frames = rig.frames();
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].opcode, ws::Opcode::close);
    EXPECT_EQ(rig.end()->outcome.cause, Cause::protocol_error);
    EXPECT_EQ(rig.end()->outcome.code, code);
    EXPECT_EQ(static_cast<unsigned char>(frames[0].payload[0]) << 8 |
                  static_cast<unsigned char>(frames[0].payload[1]),
              code);
    EXPECT_EQ(rig.end()->by, EndedBy::us);
    EXPECT_THAT(rig.delivered, IsEmpty());
  }
}

// Heartbeats.

TEST(ServerEndpoint, reaps_a_silent_peer_within_interval_and_timeout) {
  ServerRig rig(beating());

  rig.pass(10s);
  EXPECT_EQ(rig.frames().size(), 1u) << "a probe";
  rig.pass(5s);

  EXPECT_EQ(rig.count<action::NotifySuspect>(), 1u);
  ASSERT_TRUE(rig.end());
  EXPECT_EQ(rig.end()->outcome.cause, Cause::heartbeat);
  EXPECT_EQ(rig.end()->by, EndedBy::us);
}

TEST(ServerEndpoint, keeps_a_peer_that_answers_and_measures_the_round_trip) {
  ServerRig rig(beating());
  for (int i = 0; i < 20; ++i) {
    rig.pass(i == 0 ? 10s : 9970ms);
    const auto probes = rig.frames();
    ASSERT_EQ(probes.size(), 1u);
    rig.pass(30ms).receive({test::pong(probes[0].payload)});
  }

  EXPECT_EQ(rig.count<action::NotifyHeartbeat>(), 20u);
  EXPECT_EQ(rig.machine.round_trip().last(), 30ms);
  EXPECT_FALSE(rig.end());
}

TEST(ServerEndpoint, a_suspect_that_answers_late_is_cleared) {
  ServerRig rig(beating());
  rig.pass(13s);
  ASSERT_EQ(rig.count<action::NotifySuspect>(), 1u);
  EXPECT_TRUE(rig.machine.is_awaiting_answer());

  rig.receive({text("here")});

  EXPECT_EQ(rig.count<action::NotifyCleared>(), 1u);
  EXPECT_FALSE(rig.machine.is_awaiting_answer());
}

TEST(ServerEndpoint, answers_each_connection_in_its_own_dialect) {
  ServerEndpointOptions options = test::plain_server();
  options.dialects = test::dialects({core::dialect::text("ping", "pong"),
                                     core::dialect::graphql_transport_ws(), core::dialect::mqtt()});
  const std::pair<Frame, Frame> exchanges[] = {
      {text("ping"), text("pong")},
      {text(R"({"type":"ping"})"), text(R"({"type":"pong"})")},
      {binary(std::string("\xC0\0", 2)), binary(std::string("\xD0\0", 2))},
  };
  for (const auto& [probe, answer] : exchanges) {
    ServerRig rig(options);
    rig.receive({probe});
    EXPECT_THAT(rig.frames(), ElementsAre(answer));
    EXPECT_THAT(rig.delivered, IsEmpty());
  }
}

TEST(ServerEndpoint, adopts_the_dialect_of_the_first_heartbeat_and_keeps_it) {
  ServerEndpointOptions options = test::plain_server();
  options.dialects =
      test::dialects({core::dialect::text("ping", "pong"), core::dialect::graphql_transport_ws()});
  ServerRig rig(options);
  EXPECT_EQ(rig.machine.dialect(), core::DialectSet::kUndecided);

  rig.receive({text("ping"), text(R"({"type":"ping"})")});

  EXPECT_EQ(rig.machine.dialect(), 0u);
  EXPECT_THAT(rig.delivered, ElementsAre(owned(R"({"type":"ping"})")));
}

TEST(ServerEndpoint, speaks_the_dialect_that_the_subprotocol_implied_from_the_start) {
  ServerEndpointOptions options = beating();
  options.dialects =
      test::dialects({core::dialect::text("ping", "pong"), core::dialect::graphql_transport_ws()});
  ServerRig rig(options, options.dialects.choose("graphql-transport-ws", "/"));

  rig.receive({text("ping")}).pass(10s);

  EXPECT_THAT(rig.delivered, ElementsAre(owned("ping"))) << "the other dialect's";
  EXPECT_THAT(rig.frames(), ElementsAre(text(R"({"type":"ping"})")));
}

TEST(ServerEndpoint, while_undecided_it_probes_by_ping) {
  ServerEndpointOptions options = beating();
  options.dialects =
      test::dialects({core::dialect::text("ping", "pong"), core::dialect::graphql_transport_ws()});
  ServerRig rig(options);

  rig.pass(10s);

  EXPECT_EQ(rig.frames().at(0).opcode, ws::Opcode::ping);
}

TEST(ServerEndpoint, a_slow_transfer_that_moves_is_no_death) {
  ServerEndpointOptions options = test::plain_server();
  options.heartbeat.interval = 1s;
  options.heartbeat.timeout = 500ms;
  ServerRig rig(options);
  rig.set_room(0);
  static_cast<void>(rig.send(binary(std::string(1'000'000, 'x'))));

  for (int i = 0; i < 100; ++i) rig.pass(300ms).set_room(1000);
  EXPECT_FALSE(rig.end());
  rig.pass(1s);

  EXPECT_EQ(rig.end()->outcome.cause, Cause::heartbeat) << "now nothing moves any more";
}

TEST(ServerEndpoint, bytes_that_the_driver_only_knows_of_are_a_sign_of_life) {
  ServerRig rig(beating());
  for (int i = 0; i < 30; ++i) rig.pass(4s).handle(event::Received{});

  EXPECT_FALSE(rig.end());
}

}  // namespace
}  // namespace heartwire::endpoint
