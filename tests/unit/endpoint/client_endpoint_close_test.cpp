// How a client's connection ends in good order, or fails to.

#include "heartwire/endpoint/client_endpoint.hpp"
#include "tests/unit/endpoint/client_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace heartwire::endpoint {
namespace {

using namespace std::chrono_literals;
using core::Cause;
using core::State;
using test::binary;
using test::ClientRig;
using test::close_frame;
using test::Frame;
using test::text;
using testing::ElementsAre;
using testing::IsEmpty;
namespace event = client_event;
namespace life = core::lifecycle_action;
namespace tell = core::lifecycle_event;

ClientEndpointOptions small_steps() {
  ClientEndpointOptions options = test::plain_client();
  options.pump = {.fragment_bytes = 100, .ahead_bytes_max = 100};
  return options;
}

TEST(ClientEndpointClose, both_closes_are_a_clean_end) {
  ClientRig rig;
  rig.open().frames();

  rig.wish(tell::Close{4000, "bye"});
  EXPECT_THAT(rig.frames(), ElementsAre(close_frame(4000, "bye")));
  rig.receive({close_frame(4000)}).lose();

  EXPECT_THAT(rig.frames(), IsEmpty());
  EXPECT_EQ(rig.state(), State::closed);
  EXPECT_EQ(rig.outcome().cause, Cause::user);
  const auto end = rig.last<life::NotifyEnd>();
  EXPECT_TRUE(end->is_clean);
  EXPECT_EQ(end->by, core::EndedBy::us);
}

TEST(ClientEndpointClose, a_code_that_may_not_be_sent_changes_nothing) {
  ClientRig rig;
  rig.open().frames();

  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 2000, 5000})
    rig.wish(tell::Close{static_cast<std::uint16_t>(code), {}});

  EXPECT_EQ(rig.state(), State::open);
  EXPECT_THAT(rig.frames(), IsEmpty());
}

TEST(ClientEndpointClose, what_waits_is_sent_before) {
  ClientRig rig(small_steps());
  rig.open().frames();
  rig.set_room(0);
  static_cast<void>(rig.send(binary(std::string(250, 'x'))));
  static_cast<void>(rig.send(text("last words")));

  rig.wish(tell::Close{}).set_room(1'000'000);

  const auto frames = rig.frames();
  ASSERT_EQ(frames.size(), 5u);
  EXPECT_EQ(frames[3], text("last words"));
  EXPECT_EQ(frames[4], close_frame(1000));
}

TEST(ClientEndpointClose, nothing_follows_our_close) {
  ClientEndpointOptions options = test::plain_client();
  options.lifecycle.dialect = core::dialect::text("ping", "pong");
  ClientRig rig(options);
  rig.open().wish(tell::Close{}).frames();

  EXPECT_EQ(rig.send(text("late")).error(), core::SendError::closed);
  rig.receive({test::ping("are you there?"), text("ping")}).pass(4s);

  EXPECT_THAT(rig.frames(), IsEmpty());
}

TEST(ClientEndpointClose, what_comes_after_our_close_is_not_delivered) {
  ClientRig rig;
  rig.open().wish(tell::Close{});

  rig.receive({text("late"), close_frame(1000), text("later")});

  EXPECT_THAT(rig.delivered, IsEmpty());
}

TEST(ClientEndpointClose, the_deadline_counts_from_the_wish_though_much_waits) {
  ClientRig rig(small_steps());
  rig.open().set_room(0);
  static_cast<void>(rig.send(binary(std::string(100'000, 'x'))));
  rig.wish(tell::Close{});

  for (int second = 0; second < 4; ++second) rig.pass(1s).set_room(1000);
  EXPECT_EQ(rig.state(), State::closing);
  rig.pass(1s);

  EXPECT_EQ(rig.state(), State::closed);
  EXPECT_EQ(rig.count<life::DropTransport>(), 1u);
  EXPECT_FALSE(rig.last<life::NotifyEnd>()->is_clean);
  EXPECT_EQ(rig.machine.outbox().count(), 1u) << "it is not lost without a word";
}

TEST(ClientEndpointClose, the_peers_close_is_answered_once_with_its_code) {
  ClientRig rig;
  rig.open().frames();

  rig.receive({close_frame(1001, "going"), close_frame(1000), text("late")});

  EXPECT_THAT(rig.frames(), ElementsAre(close_frame(1001)));
  EXPECT_THAT(rig.delivered, IsEmpty());
  rig.lose();
  EXPECT_EQ(rig.outcome().cause, Cause::closed);
  EXPECT_EQ(rig.outcome().code, 1001);
  EXPECT_EQ(rig.outcome().peer_text, "going");
  EXPECT_TRUE(rig.last<life::NotifyEnd>()->is_clean);
  EXPECT_EQ(rig.last<life::NotifyEnd>()->by, core::EndedBy::peer);
  EXPECT_EQ(rig.state(), State::waiting);
}

TEST(ClientEndpointClose, an_empty_close_is_answered_by_an_empty_one) {
  ClientRig rig;
  rig.open().frames();

  rig.receive({close_frame(0)});

  EXPECT_THAT(rig.frames(), ElementsAre(close_frame(0)));
  rig.lose();
  EXPECT_EQ(rig.outcome().code, 1005);
}

TEST(ClientEndpointClose, a_server_that_does_not_end_the_transport_is_left) {
  ClientRig rig;
  rig.open().receive({close_frame(1000)});

  rig.pass(1s);

  EXPECT_EQ(rig.count<life::DropTransport>(), 1u);
  EXPECT_EQ(rig.state(), State::waiting);
}

TEST(ClientEndpointClose, closes_that_cross_are_one_handshake) {
  ClientRig rig;
  rig.open().frames();

  rig.wish(tell::Close{1000, {}}).receive({close_frame(1001)});

  EXPECT_THAT(rig.frames(), ElementsAre(close_frame(1000)));
  rig.lose();
  EXPECT_EQ(rig.state(), State::closed);
  EXPECT_EQ(rig.outcome().cause, Cause::user);
  EXPECT_TRUE(rig.last<life::NotifyEnd>()->is_clean);
}

TEST(ClientEndpointClose, a_peers_close_that_overtakes_what_waits_is_answered_at_once) {
  ClientRig rig(small_steps());
  rig.open().frames();
  rig.set_room(110);
  static_cast<void>(rig.send(binary(std::string(1000, 'x'))));
  rig.wish(tell::Close{1000, {}});

  rig.receive({close_frame(1012)}).set_room(1'000'000);

  const auto frames = rig.frames();
  EXPECT_EQ(frames.back(), close_frame(1012));
  EXPECT_LE(frames.size(), 4u);
  EXPECT_EQ(rig.machine.outbox().count(), 1u) << "it was cut off, so it is not sent";
}

TEST(ClientEndpointClose, a_fault_during_our_close_ends_it_without_another) {
  ClientRig rig;
  rig.open().wish(tell::Close{}).frames();

  rig.receive(test::encode(base::Role::client, text("masked")));

  EXPECT_THAT(rig.frames(), IsEmpty());
  EXPECT_EQ(rig.count<life::DropTransport>(), 1u);
  EXPECT_EQ(rig.state(), State::closed);
  EXPECT_FALSE(rig.last<life::NotifyEnd>()->is_clean);
}

/// Answers each message in the middle of the read that brought it.
void echo(ClientRig& rig, const core::Message& message) {
  ASSERT_TRUE(rig.send(text(message.payload)).is_ok());
}

TEST(ClientEndpointClose, what_answers_a_message_leaves_before_the_answer_to_a_close_behind_it) {
  ClientRig rig;
  rig.open().frames();
  rig.on_message = echo;

  rig.receive({text("last"), test::ping("p"), text("words"), close_frame(1001)});

  EXPECT_THAT(rig.frames(),
              ElementsAre(text("last"), test::pong("p"), text("words"), close_frame(1001)));
  EXPECT_EQ(rig.machine.outbox().count(), 0u);
}

TEST(ClientEndpointClose, what_answers_a_message_leaves_once_before_a_fault_behind_it) {
  ClientRig rig;
  rig.open().frames();
  rig.on_message = echo;
  rig.receive(test::joined({test::encode(base::Role::server, text("good")),
                            test::encode(base::Role::client, text("masked"))}));

  const auto frames = rig.frames();
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0], text("good"));
  EXPECT_EQ(frames[1].opcode, ws::Opcode::close);
  EXPECT_EQ(rig.count<life::DropTransport>(), 1u);
  EXPECT_EQ(rig.machine.outbox().count(), 0u) << "it would be sent again";
}

TEST(ClientEndpointClose, answers_of_any_size_leave_before_the_answer_to_a_close) {
  ClientRig rig(small_steps());
  rig.open().frames();
  rig.on_message = echo;

  rig.receive({text(std::string(1000, 'x')), text("end"), close_frame(1000)});

  const auto frames = rig.frames();
  ASSERT_EQ(frames.size(), 12u);
  EXPECT_EQ(frames[10], text("end"));
  EXPECT_EQ(frames[11], close_frame(1000));
}

TEST(ClientEndpointClose, a_fault_does_not_wait_for_a_kernel_that_takes_nothing) {
  ClientRig rig;
  rig.open().frames();
  rig.on_message = echo;
  rig.set_room(0).receive(test::joined({test::encode(base::Role::server, text("good")),
                                        test::encode(base::Role::client, text("masked"))}));
  rig.pass(0s);

  EXPECT_EQ(rig.count<life::DropTransport>(), 1u);
  EXPECT_EQ(rig.state(), State::waiting);
  EXPECT_EQ(rig.machine.outbox().count(), 1u) << "it is for the next connection";
}

TEST(ClientEndpointClose, what_waited_before_the_peers_close_is_for_the_next_connection) {
  ClientRig rig(small_steps());
  rig.open().frames();
  rig.set_room(0);
  static_cast<void>(rig.send(binary(std::string(250, 'x'))));
  static_cast<void>(rig.send(text("waits")));

  rig.receive({close_frame(1001)}).set_room(1'000'000);

  EXPECT_EQ(rig.machine.outbox().count(), 2u);
}

TEST(ClientEndpointClose, a_reconnect_closes_first_and_dials_again_with_what_waited) {
  ClientRig rig(small_steps());
  rig.open().frames();

  rig.wish(tell::Reconnect{});
  EXPECT_THAT(rig.frames(), ElementsAre(close_frame(1000)));
  static_cast<void>(rig.send(text("for the next")));
  EXPECT_THAT(rig.frames(), IsEmpty());
  rig.receive({close_frame(1000)}).lose();
  rig.connect().receive(test::to_bytes(test::accepting_head()));

  EXPECT_EQ(rig.generation(), 2u);
  EXPECT_THAT(rig.frames(), ElementsAre(text("for the next")));
}

TEST(ClientEndpointClose, nothing_dials_after_it) {
  ClientRig rig;
  rig.open().lose();
  ASSERT_EQ(rig.state(), State::waiting);

  rig.wish(tell::Close{}).pass(std::chrono::hours{1});

  EXPECT_EQ(rig.state(), State::closed);
  EXPECT_EQ(rig.count<life::Dial>(), 1u);
  EXPECT_EQ(rig.machine.deadline(), std::nullopt);
}

TEST(ClientEndpointClose, a_hole_in_the_way_does_not_hold_it) {
  ClientRig rig;
  rig.open().set_room(0).wish(tell::Close{});

  rig.pass(5s);

  EXPECT_EQ(rig.state(), State::closed);
}

}  // namespace
}  // namespace heartwire::endpoint
