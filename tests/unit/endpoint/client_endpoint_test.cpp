#include "heartwire/endpoint/client_endpoint.hpp"

#include "tests/unit/endpoint/client_rig.hpp"

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
using test::binary;
using test::ClientRig;
using test::Frame;
using test::text;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace action = client_action;
namespace event = client_event;
namespace life = core::lifecycle_action;
namespace tell = core::lifecycle_event;

/// Beats by text, every 10 s.
ClientEndpointOptions texting() {
  ClientEndpointOptions options = test::plain_client();
  options.lifecycle.dialect = core::dialect::text("ping", "pong");
  options.lifecycle.heartbeat.interval = 10s;
  options.lifecycle.heartbeat.first_probe_spread = false;
  return options;
}

core::Message owned(std::string payload) {
  return {base::MessageType::text, std::move(payload)};
}

// Opening.

TEST(ClientEndpoint, asks_first_and_is_open_when_the_server_agrees) {
  ClientRig rig;
  rig.dial().connect();
  EXPECT_EQ(rig.state(), State::connecting);

  rig.receive(test::to_bytes(test::accepting_head()));

  EXPECT_EQ(rig.state(), State::open);
  EXPECT_EQ(rig.count<life::NotifyOpen>(), 1u);
  EXPECT_EQ(rig.count<action::AskGreeting>(), 1u);
}

TEST(ClientEndpoint, tells_what_the_upgrade_agreed_on_until_the_connection_ends) {
  ClientRig rig;
  rig.dial().connect({"chat"});
  rig.receive(test::to_bytes(test::accepting_head("Sec-WebSocket-Protocol: chat\r\n")));
  EXPECT_EQ(rig.machine.accepted().subprotocol, "chat");

  rig.lose();

  EXPECT_EQ(rig.machine.accepted().subprotocol, "");
}

TEST(ClientEndpoint, opens_however_the_answer_is_cut_and_reads_the_frames_behind_it) {
  const base::Bytes bytes = test::joined(
      {test::to_bytes(test::accepting_head()), test::encode(base::Role::server, text("first"))});
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    ClientRig rig;
    rig.dial().connect();
    const auto middle = bytes.begin() + static_cast<std::ptrdiff_t>(cut);

    rig.receive(base::Bytes{bytes.begin(), middle}).receive(base::Bytes{middle, bytes.end()});

    ASSERT_EQ(rig.state(), State::open) << cut;
    ASSERT_THAT(rig.delivered, ElementsAre(owned("first"))) << cut;
  }
}

TEST(ClientEndpoint, frames_in_the_same_read_as_the_answer_come_after_the_news_of_being_open) {
  ClientRig rig;
  rig.dial().connect();

  rig.receive(test::joined(
      {test::to_bytes(test::accepting_head()),
       test::encode(base::Role::server, {text("1"), text("2"), test::close_frame(1001)})}));

  EXPECT_THAT(rig.delivered, ElementsAre(owned("1"), owned("2")));
  EXPECT_EQ(rig.count<life::NotifyOpen>(), 1u);
  EXPECT_EQ(rig.state(), State::closing);
}

struct Refusal {
  std::string answer;
  Cause cause = Cause::none;
  std::uint16_t code = 0;
};

TEST(ClientEndpoint, whatever_else_a_server_answers_fails_the_attempt_and_drops_the_transport) {
  const Refusal refusals[] = {
      {"HTTP/1.1 401 Unauthorized\r\n\r\n", Cause::http_status, 401},
      {"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n\r\nCome back", Cause::http_status, 503},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", Cause::http_status, 200},
      {"HTTP/1.1 101 Switching Protocols\r\n\r\n", Cause::handshake, 101},
      {"garbage", Cause::handshake, 0},
      {"\x15\x03\x01", Cause::handshake, 0},
  };
  for (const auto& [answer, cause, code] : refusals) {
    ClientRig rig;
    rig.dial().connect().receive(test::to_bytes(answer));

    EXPECT_EQ(rig.outcome().cause, cause) << answer;
    EXPECT_EQ(rig.outcome().code, code) << answer;
    EXPECT_FALSE(rig.outcome().text.empty());
    EXPECT_EQ(rig.count<life::DropTransport>(), 1u) << answer;
    EXPECT_EQ(rig.count<life::NotifyOpen>(), 0u);
    EXPECT_EQ(rig.state(), State::waiting);
  }
}

TEST(ClientEndpoint, the_transport_is_dropped_before_anything_is_told_of_it) {
  ClientRig rig;
  rig.dial().connect().receive(test::to_bytes("garbage"));

  ASSERT_GE(rig.told.size(), 3u);
  EXPECT_TRUE(std::holds_alternative<life::DropTransport>(rig.told[1]));
  EXPECT_TRUE(std::holds_alternative<life::NotifyEnd>(rig.told[2]));
}

TEST(ClientEndpoint, an_attempt_that_takes_too_long_is_abandoned_in_the_middle_of_the_answer) {
  ClientRig rig;
  rig.dial().connect().receive(test::to_bytes("HTTP/1.1 101 Sw"));

  rig.pass(45s);

  EXPECT_EQ(rig.count<life::AbortDial>(), 1u);
  EXPECT_EQ(rig.outcome().cause, Cause::connect_timeout);
}

// Stale reports.

TEST(ClientEndpoint, what_a_stale_generation_reports_changes_nothing) {
  ClientRig rig;
  rig.open().lose().pass(1s).connect().receive(test::to_bytes(test::accepting_head()));
  ASSERT_EQ(rig.state(), State::open);
  ASSERT_EQ(rig.generation(), 2u);
  rig.set_room(0);
  static_cast<void>(rig.send(text("waits")));
  rig.frames();
  const std::size_t told = rig.told.size();
  base::Bytes close = test::encode(base::Role::server, test::close_frame(1000));

  rig.handle(event::Received{1, close});
  rig.handle(event::Written{1, 4});
  rig.handle(event::Ended{1, {}});
  rig.handle(event::Greeting{1, {owned("stale")}});
  rig.handle(event::Connected{1, ClientHandshake::make(*ws::parse_url("ws://a/"), {}, {}).value()});
  rig.set_room(1000);

  EXPECT_EQ(rig.state(), State::open);
  EXPECT_EQ(rig.told.size(), told);
  EXPECT_THAT(rig.frames(), ElementsAre(text("waits")));
}

TEST(ClientEndpoint, what_the_last_transport_reports_while_none_is_there_changes_nothing) {
  ClientRig rig;
  rig.open().lose();
  const std::size_t told = rig.told.size();
  base::Bytes bytes = test::encode(base::Role::server, text("late"));

  rig.handle(event::Received{1, bytes});
  rig.handle(event::Written{1, 9});
  rig.handle(event::Ended{1, {}});
  rig.handle(event::Greeting{1, {owned("late")}});

  EXPECT_EQ(rig.told.size(), told);
  EXPECT_THAT(rig.delivered, IsEmpty());
  EXPECT_THAT(rig.frames(), IsEmpty());
}

// Sending.

TEST(ClientEndpoint, sends_the_greeting_first_on_every_open_then_what_had_queued) {
  ClientRig rig;
  rig.greeting = {owned("hello")};
  rig.dial();
  static_cast<void>(rig.send(text("queued")));
  rig.connect().receive(test::to_bytes(test::accepting_head()));
  EXPECT_THAT(rig.frames(), ElementsAre(text("hello"), text("queued")));

  rig.lose();
  static_cast<void>(rig.send(text("more")));
  rig.pass(1s).connect().receive(test::to_bytes(test::accepting_head()));

  EXPECT_THAT(rig.frames(), ElementsAre(text("hello"), text("more")));
}

TEST(ClientEndpoint, nothing_leaves_before_a_greeting_that_is_answered_later) {
  ClientRig rig(texting());
  rig.greeting = std::nullopt;
  rig.open();
  static_cast<void>(rig.send(text("queued")));
  rig.receive({text("ping"), test::ping("frames go anyway")});
  EXPECT_THAT(rig.frames(), ElementsAre(test::pong("frames go anyway")));

  rig.handle(event::Greeting{1, {owned("hello")}});

  EXPECT_THAT(rig.frames(), ElementsAre(text("hello"), text("pong"), text("queued")));
}

TEST(ClientEndpoint, messages_wait_in_the_outbox_and_not_behind_the_wire) {
  ClientEndpointOptions options = test::plain_client();
  options.pump = {.fragment_bytes = 100, .ahead_bytes_max = 100};
  ClientRig rig(options);
  rig.open().frames();
  rig.set_room(0);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(rig.send(text(std::string(50, 'x'))));
  EXPECT_LE(rig.kept(), 250u);
  const auto newest = rig.send(text("take me back"));

  EXPECT_EQ(rig.machine.outbox().take_back(*newest), owned("take me back"));
  rig.set_room(1'000'000);
  EXPECT_EQ(rig.frames().size(), 100u);
}

TEST(ClientEndpoint, what_was_not_wholly_written_is_sent_again_and_nothing_else) {
  ClientRig rig;
  rig.open().frames();
  rig.set_room(2 * (6 + 3) + 4);
  for (const char* payload : {"one", "two", "six", "ten"})
    static_cast<void>(rig.send(text(payload)));
  EXPECT_THAT(rig.frames(), ElementsAre(text("one"), text("two")));

  rig.lose().set_room(1'000'000);
  rig.pass(1s).connect().receive(test::to_bytes(test::accepting_head()));

  const auto frames = rig.frames();
  EXPECT_THAT(frames, ElementsAre(text("six"), text("ten")));
  EXPECT_EQ(rig.machine.outbox().count(), 0u);
}

TEST(ClientEndpoint, text_that_is_not_utf8_is_refused) {
  ClientRig rig;
  rig.open().frames();

  EXPECT_EQ(rig.send(text("\xFF")).error(), core::SendError::invalid_text);
  EXPECT_TRUE(rig.send(binary("\xFF")));
  EXPECT_THAT(rig.frames(), ElementsAre(binary("\xFF")));
}

TEST(ClientEndpoint, tells_once_when_there_is_room_again_after_a_refusal) {
  ClientEndpointOptions options = test::plain_client();
  options.lifecycle.outbox.outbox_bytes_max = 1000;
  ClientRig rig(options);
  rig.open().set_room(0);
  while (rig.send(binary(std::string(100, 'x')))) {
  }
  EXPECT_EQ(rig.count<action::NotifyWritable>(), 0u);

  rig.set_room(150);
  EXPECT_EQ(rig.count<action::NotifyWritable>(), 0u);
  rig.set_room(1000);
  EXPECT_EQ(rig.count<action::NotifyWritable>(), 1u);
  rig.set_room(100'000);
  EXPECT_EQ(rig.count<action::NotifyWritable>(), 1u);
}

TEST(ClientEndpoint, tells_of_room_only_when_what_was_refused_fits) {
  ClientEndpointOptions options = test::plain_client();
  options.lifecycle.outbox.outbox_bytes_max = 1000;
  ClientRig rig(options);
  int tries = 0;
  rig.on_writable = [&tries](ClientRig& one) {
    ASSERT_LT(++tries, 10) << "a hot loop";
    EXPECT_TRUE(one.send(binary(std::string(800, 'y'))));
  };
  rig.open().set_room(0);
  ASSERT_TRUE(rig.send(binary(std::string(200, 'x'))));

  EXPECT_EQ(rig.send(binary(std::string(800, 'y'))).error(), core::SendError::outbox_full);
  EXPECT_EQ(tries, 0) << "half of the outbox is free, but it would not fit";
  rig.set_room(1'000'000);

  EXPECT_EQ(tries, 1);
  EXPECT_EQ(rig.machine.outbox().count(), 0u);
}

TEST(ClientEndpoint, a_refusal_while_not_connected_is_followed_up_as_well) {
  ClientEndpointOptions options = test::plain_client();
  options.lifecycle.outbox.outbox_bytes_max = 1000;
  ClientRig rig(options);
  rig.dial();
  while (rig.send(binary(std::string(100, 'x')))) {
  }
  EXPECT_EQ(rig.count<action::NotifyWritable>(), 0u);

  rig.connect().receive(test::to_bytes(test::accepting_head()));

  EXPECT_EQ(rig.count<action::NotifyWritable>(), 1u);
}

// Receiving.

TEST(ClientEndpoint, pings_are_answered_whatever_the_dialect) {
  ClientRig rig(texting());
  rig.open().frames();

  rig.receive({test::ping("a"), test::ping("b")});

  EXPECT_THAT(rig.frames(), ElementsAre(test::pong("a"), test::pong("b")));
}

TEST(ClientEndpoint, heartbeats_that_are_messages_are_hidden_from_the_application) {
  ClientRig rig(texting());
  rig.open().frames();

  rig.receive({text("ping"), text("pong"), text("pingpong"), binary("ping")});

  EXPECT_THAT(rig.frames(), ElementsAre(text("pong")));
  EXPECT_THAT(rig.delivered,
              ElementsAre(owned("pingpong"), core::Message{base::MessageType::binary, "ping"}));
}

TEST(ClientEndpoint, a_peer_that_asks_faster_than_it_reads_is_answered_within_a_bound) {
  for (const Frame& question : {text("ping"), test::ping(std::string(125, 'x'))}) {
    ClientRig rig(texting());
    rig.open().set_room(0);
    for (int i = 0; i < 1000; ++i) {
      rig.receive(std::vector<Frame>(50, question));
      static_cast<void>(rig.send(binary(std::string(1000, 'x'))));
    }

    EXPECT_LE(rig.kept(), (64u + 64 + 64 + 1) << 10);
    EXPECT_EQ(rig.state(), State::open);
  }
}

TEST(ClientEndpoint, our_own_bulk_does_not_keep_pings_from_being_answered) {
  ClientEndpointOptions options = test::plain_client();
  options.lifecycle.outbox.outbox_bytes_max = std::size_t{1} << 24;
  ClientRig rig(options);
  rig.open().frames();
  rig.set_room(0);
  static_cast<void>(rig.send(binary(std::string(1'000'000, 'x'))));
  ASSERT_GE(rig.kept(), std::size_t{64} << 10);

  rig.receive({test::ping("still there?")});
  rig.set_room(rig.kept());

  EXPECT_EQ(rig.frames().back(), test::pong("still there?"));
}

// Faults.

TEST(ClientEndpoint, a_fault_of_the_peer_is_answered_with_its_code_and_the_transport_dropped) {
  const std::pair<base::Bytes, std::uint16_t> faults[] = {
      {test::encode(base::Role::client, text("masked")), 1002},
      {test::encode(base::Role::server, Frame{ws::Opcode::continuation, "x", true}), 1002},
      {test::encode(base::Role::server, text("\xFF\xFF")), 1007},
      {{0xC1, 0x00}, 1002},
      {{0x82, 0x7F, 0x00, 0x00, 0x00, 0x7F, 0x00, 0x00, 0x00, 0x00}, 1009},
  };
  for (const auto& [bytes, code] : faults) {
    ClientRig rig;
    rig.open().frames();
    rig.receive(bytes);

    const auto frames = rig.frames();
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].opcode, ws::Opcode::close);
    EXPECT_EQ(static_cast<unsigned char>(frames[0].payload[0]) << 8 |
                  static_cast<unsigned char>(frames[0].payload[1]),
              code);
    EXPECT_EQ(rig.count<life::DropTransport>(), 1u);
    EXPECT_EQ(rig.outcome().cause, Cause::protocol_error);
    EXPECT_EQ(rig.outcome().code, code);
    EXPECT_EQ(rig.last<life::NotifyEnd>()->by, core::EndedBy::us);
    EXPECT_EQ(rig.state(), State::waiting);
  }
}

TEST(ClientEndpoint, what_came_before_a_fault_is_delivered_and_what_came_after_is_not) {
  ClientRig rig;
  rig.open();

  rig.receive(test::joined({test::encode(base::Role::server, text("before")),
                            test::encode(base::Role::client, text("fault")),
                            test::encode(base::Role::server, text("after"))}));

  EXPECT_THAT(rig.delivered, ElementsAre(owned("before")));
}

// The heartbeat.

TEST(ClientEndpoint, a_probe_as_ping_goes_between_the_fragments_of_a_long_message) {
  ClientEndpointOptions options = test::plain_client();
  options.pump = {.fragment_bytes = 100, .ahead_bytes_max = 100};
  ClientRig rig(options);
  rig.open().frames();
  rig.set_room(0);
  static_cast<void>(rig.send(binary(std::string(250, 'x'))));

  rig.handle(tell::CheckNow{}).set_room(1'000'000);

  const auto frames = rig.frames();
  ASSERT_EQ(frames.size(), 4u);
  EXPECT_EQ(frames[0], (Frame{ws::Opcode::binary, std::string(100, 'x'), false}));
  EXPECT_EQ(frames[1].opcode, ws::Opcode::ping);
  EXPECT_EQ(frames[2], (Frame{ws::Opcode::continuation, std::string(100, 'x'), false}));
  EXPECT_EQ(frames[3], (Frame{ws::Opcode::continuation, std::string(50, 'x'), true}));
}

TEST(ClientEndpoint, a_probe_as_text_waits_for_the_end_of_a_long_message_and_goes_before_the_next) {
  ClientEndpointOptions options = texting();
  options.pump = {.fragment_bytes = 100, .ahead_bytes_max = 100};
  ClientRig rig(options);
  rig.open().frames();
  rig.set_room(50);
  static_cast<void>(rig.send(binary(std::string(250, 'x'))));
  static_cast<void>(rig.send(binary("next")));

  rig.handle(tell::CheckNow{}).set_room(1'000'000);

  const auto frames = rig.frames();
  ASSERT_EQ(frames.size(), 5u);
  EXPECT_TRUE(frames[2].fin);
  EXPECT_EQ(frames[3], text("ping"));
  EXPECT_EQ(frames[4], binary("next"));
}

TEST(ClientEndpoint, a_probe_counts_from_when_it_left_and_its_answer_is_measured) {
  ClientRig rig(texting());
  rig.open().set_room(0);
  rig.pass(10s);
  rig.pass(3s).set_room(1000);
  rig.pass(40ms).receive({text("pong")});

  ASSERT_EQ(rig.count<life::NotifyHeartbeat>(), 1u);
  EXPECT_EQ(rig.last<life::NotifyHeartbeat>()->round_trip, 40ms);
}

TEST(ClientEndpoint, the_pong_to_our_ping_answers_the_probe_and_another_does_not) {
  ClientEndpointOptions options = test::plain_client();
  options.lifecycle.heartbeat.evidence = core::Evidence::round_trip;
  options.lifecycle.heartbeat.first_probe_spread = false;
  ClientRig rig(options);
  rig.open().frames();
  rig.pass(60s);
  const auto probe = rig.frames();
  ASSERT_EQ(probe.size(), 1u);

  rig.pass(50ms).receive({test::pong("not yours")});
  EXPECT_EQ(rig.count<life::NotifyHeartbeat>(), 0u);
  rig.receive({test::pong(probe[0].payload)});
  EXPECT_EQ(rig.count<life::NotifyHeartbeat>(), 1u);
}

TEST(ClientEndpoint, a_frozen_peer_is_dead_in_time_though_we_send_every_second) {
  ClientRig rig(texting());
  rig.open().frames();
  const base::Instant last_byte = rig.now;

  while (rig.state() == State::open && rig.now < last_byte + 60s) {
    static_cast<void>(rig.send(text("tick")));
    rig.pass(1s);
  }

  EXPECT_LE(rig.now - last_byte, 21s);
  EXPECT_EQ(rig.outcome().cause, Cause::heartbeat);
  EXPECT_EQ(rig.count<life::DropTransport>(), 1u);
}

TEST(ClientEndpoint, a_dialect_that_sends_no_probe_still_waits_for_a_word) {
  ClientEndpointOptions options = test::plain_client();
  options.lifecycle.dialect = core::dialect::text("", "pong");
  options.lifecycle.heartbeat.first_probe_spread = false;
  ClientRig rig(options);
  rig.open().frames();

  rig.pass(69s);
  rig.receive({text("I am here")});
  EXPECT_EQ(rig.state(), State::open);
  rig.pass(75s);

  EXPECT_THAT(rig.frames(), IsEmpty());
  EXPECT_EQ(rig.outcome().cause, Cause::heartbeat);
}

TEST(ClientEndpoint, a_slow_transfer_that_moves_is_no_death) {
  ClientEndpointOptions options = test::plain_client();
  options.lifecycle.heartbeat.interval = 1s;
  options.lifecycle.heartbeat.timeout = 500ms;
  ClientRig rig(options);
  rig.open().frames();
  rig.set_room(0);
  static_cast<void>(rig.send(binary(std::string(1'000'000, 'x'))));

  for (int i = 0; i < 100; ++i) rig.pass(300ms).set_room(1000);
  EXPECT_EQ(rig.state(), State::open);
  rig.pass(1s);

  EXPECT_EQ(rig.outcome().cause, Cause::heartbeat) << "now nothing moves any more";
}

}  // namespace
}  // namespace heartwire::endpoint
