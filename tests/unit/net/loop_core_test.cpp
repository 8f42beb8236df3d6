// The loop's timers.
#include "heartwire/net/loop.hpp"
#include "tests/unit/net/test_loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <vector>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;
using testing::TestLoop;

TEST(LoopCore, calls_timers_in_the_order_of_their_deadlines_and_never_early) {
  TestLoop loop;
  const base::Instant start = loop->now();
  std::vector<int> order;
  for (const int delay_ms : {30, 10, 20}) {
    const base::Instant due = start + std::chrono::milliseconds{delay_ms};
    const auto timer = loop->add_timer([&order, due, delay_ms](base::Instant now) {
      EXPECT_GE(now, due);
      order.push_back(delay_ms);
    });
    loop->schedule(timer, due);
  }

  ASSERT_TRUE(loop.run_until([&] { return order.size() == 3; }));

  EXPECT_THAT(order, ::testing::ElementsAre(10, 20, 30));
}

TEST(LoopCore, calls_once_for_each_schedule) {
  TestLoop loop;
  int calls = 0;
  int later_calls = 0;
  const auto timer = loop->add_timer([&](base::Instant) { ++calls; });
  const auto later = loop->add_timer([&](base::Instant) { ++later_calls; });
  loop->schedule(timer, loop->now());
  loop->schedule(later, loop->now() + 20ms);

  ASSERT_TRUE(loop.run_until([&] { return later_calls == 1; }));
  EXPECT_EQ(calls, 1);

  loop->schedule(timer, loop->now());
  ASSERT_TRUE(loop.run_until([&] { return calls == 2; }));
}

TEST(LoopCore, a_deadline_that_moved_later_is_not_met_early) {
  TestLoop loop;
  std::optional<base::Instant> called_at;
  const auto timer = loop->add_timer([&](base::Instant now) { called_at = now; });
  const base::Instant start = loop->now();
  loop->schedule(timer, start + 5ms);
  loop->schedule(timer, start + 40ms);

  ASSERT_TRUE(loop.run_until([&] { return called_at.has_value(); }));

  EXPECT_GE(*called_at, start + 40ms);
}

TEST(LoopCore, a_deadline_that_moved_earlier_is_met) {
  TestLoop loop;
  bool is_called = false;
  const auto timer = loop->add_timer([&](base::Instant) { is_called = true; });
  loop->schedule(timer, loop->now() + 24h);
  loop->schedule(timer, loop->now() + 5ms);

  EXPECT_TRUE(loop.run_until([&] { return is_called; }));
}

TEST(LoopCore, a_deadline_in_the_past_is_met_soon_but_not_inside_the_call) {
  TestLoop loop;
  bool is_called = false;
  const auto timer = loop->add_timer([&](base::Instant) { is_called = true; });

  loop->schedule(timer, base::Instant::min());
  EXPECT_FALSE(is_called);

  EXPECT_TRUE(loop.run_until([&] { return is_called; }));
}

TEST(LoopCore, a_deadline_at_the_end_of_time_never_comes) {
  TestLoop loop;
  bool is_done = false;
  const auto never = loop->add_timer([](base::Instant) { FAIL(); });
  const auto timer = loop->add_timer([&](base::Instant) { is_done = true; });
  loop->schedule(never, base::Instant::max());
  loop->schedule(timer, loop->now() + 10ms);

  EXPECT_TRUE(loop.run_until([&] { return is_done; }));
}

TEST(LoopCore, cancelled_and_removed_timers_are_silent) {
  TestLoop loop;
  bool is_done = false;
  const auto cancelled = loop->add_timer([](base::Instant) { FAIL(); });
  const auto removed = loop->add_timer([](base::Instant) { FAIL(); });
  const auto last = loop->add_timer([&](base::Instant) { is_done = true; });
  loop->schedule(cancelled, loop->now() + 1ms);
  loop->schedule(removed, loop->now() + 1ms);
  loop->schedule(last, loop->now() + 20ms);

  loop->schedule(cancelled, std::nullopt);
  loop->remove_timer(removed);

  EXPECT_TRUE(loop.run_until([&] { return is_done; }));
}

TEST(LoopCore, a_callback_may_remove_its_own_timer_and_add_another) {
  TestLoop loop;
  int calls = 0;
  Loop::TimerId timer = 0;
  timer = loop->add_timer([&](base::Instant now) {
    loop->remove_timer(timer);
    timer = loop->add_timer([&](base::Instant) { ++calls; });
    loop->schedule(timer, now);
  });
  loop->schedule(timer, loop->now());

  EXPECT_TRUE(loop.run_until([&] { return calls == 1; }));
}

TEST(LoopCore, a_timer_removed_by_another_that_is_due_with_it_is_silent) {
  TestLoop loop;
  int calls = 0;
  std::vector<Loop::TimerId> timers;
  for (int count = 0; count < 2; ++count)
    timers.push_back(loop->add_timer([&](base::Instant) {
      ++calls;
      for (const Loop::TimerId timer : timers) loop->remove_timer(timer);
    }));
  const base::Instant due = loop->now();
  for (const Loop::TimerId timer : timers) loop->schedule(timer, due);
  bool is_done = false;
  const auto last = loop->add_timer([&](base::Instant) { is_done = true; });
  loop->schedule(last, due + 20ms);

  ASSERT_TRUE(loop.run_until([&] { return is_done; }));

  EXPECT_EQ(calls, 1);
}

TEST(LoopCore, a_timer_that_always_asks_for_now_starves_nobody) {
  TestLoop loop;
  int calls = 0;
  bool is_done = false;
  Loop::TimerId timer = 0;
  timer = loop->add_timer([&](base::Instant now) {
    ++calls;
    loop->schedule(timer, now);
  });
  loop->schedule(timer, loop->now());
  ASSERT_TRUE(loop.run_until([&] { return calls > 2; }));

  loop->post([&] { is_done = true; });

  EXPECT_TRUE(loop.run_until([&] { return is_done; }));
}

TEST(LoopCore, removing_a_timer_twice_is_a_bug) {
  TestLoop loop;
  const auto timer = loop->add_timer([](base::Instant) {});
  loop->remove_timer(timer);

  EXPECT_DEATH(loop->remove_timer(timer), "is_used");
}

}  // namespace
}  // namespace heartwire::net
