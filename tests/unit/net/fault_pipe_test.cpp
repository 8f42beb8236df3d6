#include "heartwire/net/fault_pipe.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;
using base::as_bytes;
using base::as_text;

constexpr base::Instant kStart = base::instant(1h);

struct FaultPipeTest : testing::Test {
  void push(base::Instant now, std::string_view text) { pipe.push(now, way, as_bytes(text), rng); }
  std::string take(base::Instant now) {
    std::string text;
    for (base::ByteView due; !(due = pipe.due(now)).empty(); pipe.consume(due.size()))
      text += as_text(due);
    return text;
  }

  FaultWay way;
  base::Rng rng{1};
  FaultPipe pipe{1000};
};

TEST_F(FaultPipeTest, passes_bytes_at_once_without_a_fault) {
  push(kStart, "one");
  push(kStart, "two");

  EXPECT_EQ(pipe.deadline(kStart), std::nullopt);
  EXPECT_EQ(take(kStart), "onetwo");
}

TEST_F(FaultPipeTest, gives_the_rest_of_a_piece_that_went_in_part) {
  push(kStart, "heartwire");

  pipe.consume(5);

  EXPECT_EQ(as_text(pipe.due(kStart)), "wire");
}

TEST_F(FaultPipeTest, holds_bytes_back_for_their_delay) {
  way.delay = 200ms;
  push(kStart, "late");

  EXPECT_EQ(pipe.deadline(kStart), kStart + 200ms);
  EXPECT_EQ(take(kStart + 199ms), "");
  EXPECT_EQ(take(kStart + 200ms), "late");
}

TEST_F(FaultPipeTest, draws_jitter_within_its_range_and_keeps_the_order) {
  way.delay = 100ms;
  way.jitter = 50ms;
  bool has_varied = false;
  for (int i = 0; i < 200; ++i) {
    const base::Instant now = kStart + i * 1s;
    push(now, "x");
    const base::Duration took = *pipe.deadline(now) - now;
    EXPECT_GE(took, 100ms);
    EXPECT_LE(took, 150ms);
    has_varied = has_varied || took > 110ms;
    take(now + 150ms);
  }
  EXPECT_TRUE(has_varied);

  push(kStart + 1h, "first");
  way = FaultWay{};
  push(kStart + 1h, "second");

  EXPECT_EQ(take(kStart + 1h), "") << "the second must not overtake the first";
  EXPECT_EQ(take(kStart + 1h + 150ms), "firstsecond");
}

TEST_F(FaultPipeTest, has_no_room_beyond_its_capacity_however_small_the_pieces) {
  std::size_t pieces = 0;
  while (pipe.room(kStart, way) > 0) {
    push(kStart, "x");
    ++pieces;
  }

  EXPECT_LE(pieces, 1000U / 65);
  take(kStart);
  EXPECT_GT(pipe.room(kStart, way), 900U);
}

TEST_F(FaultPipeTest, lets_the_throttled_rate_through_and_no_more) {
  way.bytes_per_second_max = 1000;
  std::size_t passed = 0;
  base::Instant now = kStart;
  while (now < kStart + 10s) {
    for (std::size_t room; (room = pipe.room(now, way)) > 0;) {
      push(now, std::string(room, 'x'));
      passed += take(now).size();
    }
    now = pipe.deadline(now).value_or(now + 1s);
  }

  EXPECT_GE(passed, 9900U);
  EXPECT_LE(passed, 10200U);
}

TEST_F(FaultPipeTest, makes_no_burst_of_an_idle_time) {
  way.bytes_per_second_max = 1000;
  push(kStart, "x");
  const base::Instant later = kStart + 1h;
  std::size_t at_once = 0;

  for (std::size_t room; (room = pipe.room(later, way)) > 0; at_once += room) {
    push(later, std::string(room, 'x'));
    take(later);
  }

  EXPECT_LE(at_once, 140U);
}

TEST_F(FaultPipeTest, ends_behind_the_bytes_and_after_the_delay) {
  way.delay = 100ms;
  push(kStart, "last words");
  pipe.end(kStart + 50ms, way, FaultEnd::fin, rng);
  pipe.end(kStart + 60ms, way, FaultEnd::reset, rng);

  EXPECT_EQ(pipe.room(kStart + 60ms, way), 0U);
  EXPECT_EQ(pipe.due_end(kStart + 1s), std::nullopt) << "the bytes have not gone yet";
  take(kStart + 100ms);
  EXPECT_EQ(pipe.deadline(kStart + 100ms), kStart + 150ms);
  EXPECT_EQ(pipe.due_end(kStart + 149ms), std::nullopt);
  EXPECT_EQ(pipe.due_end(kStart + 150ms), FaultEnd::fin);
}

TEST_F(FaultPipeTest, forgets_bytes_but_not_the_end_when_discarded) {
  push(kStart, "four");
  push(kStart, "six666");
  pipe.consume(1);
  pipe.end(kStart, way, FaultEnd::reset, rng);

  EXPECT_EQ(pipe.discard(), 9U);

  EXPECT_TRUE(pipe.due(kStart).empty());
  EXPECT_EQ(pipe.due_end(kStart), FaultEnd::reset);
}

}  // namespace
}  // namespace heartwire::net
