#include "heartwire/endpoint/receiver.hpp"

#include "tests/unit/endpoint/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace heartwire::endpoint {
namespace {

using base::Role;
using testing::ElementsAre;

constexpr std::size_t kUnwrittenMax = 1000;

struct ReceiverTest : testing::Test {
  std::optional<Incoming> next() { return receiver.next(sink, kUnwrittenMax, limits); }
  void came(const std::vector<test::Frame>& frames) {
    input = test::encode(Role::client, frames);
    workspace.input = input;
  }
  std::vector<test::Frame> answers() { return test::take_frames(Role::server, workspace.output); }

  ws::ReaderLimits limits{};
  test::SeededMaskKeys masks;
  WriteLedger ledger;
  Workspace workspace{masks};
  FrameSink sink{Role::server, ledger, workspace};
  Receiver receiver{Role::server};
  base::Bytes input;
};

TEST_F(ReceiverTest, hands_out_one_thing_at_a_time_in_order) {
  came({test::text("one"), test::pong("hw\0\0\0\5"), test::binary("two"), test::close_frame(1001)});

  const auto first = next();
  ASSERT_TRUE(first && first->kind == Incoming::Kind::message);
  EXPECT_EQ(first->message, (core::MessageView{base::MessageType::text, "one"}));
  EXPECT_EQ(next()->kind, Incoming::Kind::pong);
  EXPECT_EQ(next()->message, (core::MessageView{base::MessageType::binary, "two"}));
  EXPECT_EQ(next()->kind, Incoming::Kind::close);
  EXPECT_FALSE(next());
}

TEST_F(ReceiverTest, answers_pings_by_itself_with_their_payload) {
  came({test::ping("abc"), test::ping(), test::text("x")});

  EXPECT_EQ(next()->kind, Incoming::Kind::message);
  EXPECT_THAT(answers(), ElementsAre(test::pong("abc"), test::pong()));
}

TEST_F(ReceiverTest, answers_no_ping_once_enough_waits_to_be_written) {
  came(std::vector<test::Frame>(500, test::ping("0123456789")));

  EXPECT_FALSE(next());
  EXPECT_GE(ledger.unwritten(), kUnwrittenMax);
  EXPECT_LT(ledger.unwritten(), kUnwrittenMax + 14);
}

TEST_F(ReceiverTest, answers_no_ping_where_nothing_may_be_sent) {
  came({test::ping("abc")});

  EXPECT_FALSE(receiver.next(sink, 0, limits));
  EXPECT_TRUE(workspace.output.empty());
}

TEST_F(ReceiverTest, a_fault_carries_the_code_that_answers_it) {
  came({test::text("\xFF")});
  const auto fault = next();

  ASSERT_TRUE(fault && fault->kind == Incoming::Kind::fault);
  EXPECT_EQ(fault->code, 1007);
  const core::Outcome outcome = fault_outcome(*fault);
  EXPECT_EQ(outcome.cause, core::Cause::protocol_error);
  EXPECT_EQ(outcome.code, 1007);
  EXPECT_THAT(outcome.text, testing::HasSubstr("not UTF-8"));
}

TEST_F(ReceiverTest, a_close_tells_code_and_reason_and_when_to_return) {
  came({test::close_frame(1012, "retry-after=30")});
  const core::Outcome outcome = close_outcome(*next());

  EXPECT_EQ(outcome.cause, core::Cause::closed);
  EXPECT_EQ(outcome.code, 1012);
  EXPECT_EQ(outcome.retry_after, std::chrono::seconds{30});
  EXPECT_EQ(outcome.peer_text, "retry-after=30");
}

TEST_F(ReceiverTest, a_close_without_a_code_reads_as_1005) {
  came({test::close_frame(0)});
  const auto close = next();

  EXPECT_EQ(close->code, std::nullopt);
  EXPECT_EQ(close_outcome(*close).code, 1005);
}

TEST_F(ReceiverTest, reads_nothing_after_a_close) {
  came({test::close_frame(1000), test::text("late"), test::ping("late")});

  EXPECT_EQ(next()->kind, Incoming::Kind::close);
  EXPECT_FALSE(next());
  EXPECT_TRUE(workspace.input.empty());
  EXPECT_TRUE(workspace.output.empty());
}

}  // namespace
}  // namespace heartwire::endpoint
