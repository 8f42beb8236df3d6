#include "heartwire/endpoint/message_pump.hpp"

#include "tests/unit/endpoint/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace heartwire::endpoint {
namespace {

using base::Role;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr base::Instant kNow = base::instant(std::chrono::hours{9});

test::Frame part(ws::Opcode opcode, std::string payload, bool fin) {
  return {opcode, std::move(payload), fin};
}

struct MessagePumpTest : testing::Test {
  FrameSink sink() { return {Role::server, ledger, workspace}; }
  core::MessageId queue(std::string payload) {
    return outbox.push(kNow, {base::MessageType::text, std::move(payload)}, {}).value();
  }
  void open(std::vector<core::Message> greeting = {}) {
    pump.on_open();
    pump.greet(std::move(greeting));
  }
  /// What the pump hands over now.
  std::vector<test::Frame> fill() {
    pump.fill(kNow, outbox, sink());
    return test::take_frames(Role::server, workspace.output);
  }
  /// All of that leaves.
  void leave() { leave(ledger.unwritten()); }
  void leave(std::size_t count) {
    ledger.on_written(count);
    pump.on_written(count, outbox);
  }
  void urge(std::string_view payload, bool is_probe = false) {
    pump.send_urgent({base::MessageType::text, payload}, is_probe, sink());
  }

  test::SeededMaskKeys masks;
  WriteLedger ledger;
  Workspace workspace{masks};
  core::OutboxOptions outbox_options{};
  core::Outbox outbox{outbox_options};
  PumpOptions options{.fragment_bytes = 4, .ahead_bytes_max = 10};
  MessagePump pump{options};
};

core::Message hello(std::string payload) {
  return {base::MessageType::text, std::move(payload)};
}

TEST_F(MessagePumpTest, sends_the_greeting_then_what_is_urgent_then_what_waits) {
  options.ahead_bytes_max = 1000;
  queue("late");
  pump.on_open();
  urge("beat");
  EXPECT_THAT(fill(), IsEmpty()) << "nothing leaves before the greeting is known";
  pump.greet({hello("hi 1"), hello("hi 2")});

  EXPECT_THAT(fill(), ElementsAre(test::text("hi 1"), test::text("hi 2"), test::text("beat"),
                                  test::text("late")));
}

TEST_F(MessagePumpTest, a_second_greeting_for_one_transport_is_not_sent) {
  open({hello("a")});
  pump.greet({hello("b")});

  EXPECT_THAT(fill(), ElementsAre(test::text("a")));
}

TEST_F(MessagePumpTest, a_long_message_leaves_in_fragments_as_the_wire_drains) {
  open();
  queue("0123456789");

  EXPECT_THAT(fill(), ElementsAre(part(ws::Opcode::text, "0123", false),
                                  part(ws::Opcode::continuation, "4567", false)))
      << "12 bytes are ahead, the third fragment waits";
  EXPECT_THAT(fill(), IsEmpty());
  leave(3);
  EXPECT_THAT(fill(), ElementsAre(part(ws::Opcode::continuation, "89", true)));
}

TEST_F(MessagePumpTest, nothing_urgent_goes_inside_a_fragmented_message) {
  open();
  queue("0123456789");
  queue("next");
  fill();
  urge("beat");
  leave();

  EXPECT_THAT(fill(), ElementsAre(part(ws::Opcode::continuation, "89", true), test::text("beat")));
  leave();
  EXPECT_THAT(fill(), ElementsAre(test::text("next")));
}

TEST_F(MessagePumpTest, what_is_urgent_between_messages_leaves_at_once_and_takes_no_room) {
  open();
  queue("01");
  queue("23");
  queue("45");
  queue("67");
  EXPECT_EQ(fill().size(), 3u) << "12 bytes are ahead";

  urge("beat");

  EXPECT_THAT(test::take_frames(Role::server, workspace.output), ElementsAre(test::text("beat")));
}

TEST_F(MessagePumpTest, answers_owed_inside_a_long_message_are_bounded_but_a_probe_is_not_lost) {
  open();
  queue("0123456789");
  fill();
  for (std::size_t i = 0; i < 3 * MessagePump::kUrgentMax; ++i) urge("answer");
  urge("probe", true);
  leave();

  const auto frames = fill();

  ASSERT_EQ(frames.size(), 1 + MessagePump::kUrgentMax + 1);
  EXPECT_EQ(frames.back(), test::text("probe"));
}

TEST_F(MessagePumpTest, marks_a_probe_where_it_ends) {
  open();
  queue("0123456789");
  fill();
  urge("probe", true);
  leave();
  fill();

  EXPECT_FALSE(ledger.on_written(4)) << "the last fragment";
  EXPECT_FALSE(ledger.on_written(6));
  EXPECT_TRUE(ledger.on_written(1));
}

TEST_F(MessagePumpTest, a_message_is_gone_when_its_last_byte_left_and_not_before) {
  open();
  queue("01");
  queue("23");
  fill();

  leave(3);
  EXPECT_EQ(outbox.count(), 2u);
  leave(1);
  EXPECT_EQ(outbox.count(), 1u);
  leave(4);
  EXPECT_EQ(outbox.count(), 0u);
}

TEST_F(MessagePumpTest, what_had_not_left_wholly_leaves_again_after_a_loss) {
  open();
  queue("0123456789");
  queue("next");
  fill();
  leave();
  outbox.on_lost();
  pump.on_lost();
  ledger = {};
  open({hello("hi")});
  options.ahead_bytes_max = 1000;

  EXPECT_THAT(fill(), ElementsAre(test::text("hi"), part(ws::Opcode::text, "0123", false),
                                  part(ws::Opcode::continuation, "4567", false),
                                  part(ws::Opcode::continuation, "89", true), test::text("next")));
  leave();
  EXPECT_EQ(outbox.count(), 0u);
}

TEST_F(MessagePumpTest, bytes_that_were_given_before_it_opened_are_no_message) {
  ledger.on_queued(100);
  open();
  queue("01");
  fill();
  options.ahead_bytes_max = 1000;
  fill();

  leave(100);
  EXPECT_EQ(outbox.count(), 1u);
  leave(4);
  EXPECT_EQ(outbox.count(), 0u);
}

TEST_F(MessagePumpTest, empty_messages_are_messages) {
  open({hello("")});
  queue("");

  EXPECT_THAT(fill(), ElementsAre(test::text(""), test::text("")));
  leave();
  EXPECT_EQ(outbox.count(), 0u);
}

TEST_F(MessagePumpTest, options_at_their_ends_still_send) {
  options = {.fragment_bytes = 0, .ahead_bytes_max = 0};
  open();
  queue("0123456789");
  queue("next");

  EXPECT_THAT(fill(), ElementsAre(test::text("0123456789")));
  leave();
  EXPECT_THAT(fill(), ElementsAre(test::text("next")));
}

TEST_F(MessagePumpTest, is_drained_only_when_all_of_it_was_handed_over) {
  pump.on_open();
  EXPECT_FALSE(pump.is_drained(outbox)) << "the greeting is not known";
  pump.greet({hello("greeting that is long")});
  EXPECT_FALSE(pump.is_drained(outbox));
  options.ahead_bytes_max = 1000;
  fill();
  EXPECT_TRUE(pump.is_drained(outbox));
  queue("0123456789");
  EXPECT_FALSE(pump.is_drained(outbox));
  options.ahead_bytes_max = ledger.unwritten() + 1;
  fill();
  EXPECT_FALSE(pump.is_drained(outbox)) << "a fragment is out, the rest is not";
  options.ahead_bytes_max = 1000;
  fill();
  EXPECT_TRUE(pump.is_drained(outbox));
}

TEST_F(MessagePumpTest, never_makes_more_wait_than_it_says) {
  open();
  for (int i = 0; i < 1000; ++i) queue(std::string(static_cast<std::size_t>(i % 40), 'x'));
  while (outbox.count() > 0) {
    fill();
    ASSERT_LE(ledger.unwritten(), pump.unwritten_max(1000));
    leave(1 + ledger.unwritten() / 3);
  }
}

}  // namespace
}  // namespace heartwire::endpoint
