// Threads, posting and ending; timers are in loop_core_test.cpp.
#include "heartwire/net/loop.hpp"

#include "tests/unit/net/test_loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;
using testing::TestLoop;

/// Runs `work` on the loop's thread and waits for it.
void run_on(Loop& loop, std::function<void()> work) {
  std::promise<void> done;
  loop.post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

TEST(Loop, runs_what_is_posted_on_its_own_thread) {
  Loop loop;
  std::thread::id there;
  bool is_current = false;

  run_on(loop, [&] {
    there = std::this_thread::get_id();
    is_current = loop.is_current_thread();
  });

  EXPECT_NE(there, std::this_thread::get_id());
  EXPECT_TRUE(is_current);
  EXPECT_FALSE(loop.is_current_thread());
}

TEST(Loop, keeps_the_order_of_posting_also_from_within) {
  TestLoop loop;
  std::vector<int> order;
  loop->post([&] {
    loop->post([&] { order.push_back(3); });
    order.push_back(1);
  });
  loop->post([&] { order.push_back(2); });
  EXPECT_TRUE(order.empty()) << "never inside the call";

  ASSERT_TRUE(loop.run_until([&] { return order.size() == 3; }));

  EXPECT_THAT(order, ::testing::ElementsAre(1, 2, 3));
}

TEST(Loop, takes_posts_from_many_threads) {
  constexpr int kThreads = 4;
  constexpr int kPosts = 500;
  Loop loop;
  int count = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread)
    threads.emplace_back([&] {
      for (int post = 0; post < kPosts; ++post) loop.post([&] { ++count; });
    });
  for (std::thread& thread : threads) thread.join();

  int seen = 0;
  run_on(loop, [&] { seen = count; });

  EXPECT_EQ(seen, kThreads * kPosts);
}

TEST(Loop, knows_its_thread_on_a_borrowed_context) {
  TestLoop loop;
  std::optional<bool> inside;
  EXPECT_FALSE(loop->is_current_thread());

  loop->post([&] { inside = loop->is_current_thread(); });
  ASSERT_TRUE(loop.run_until([&] { return inside.has_value(); }));

  EXPECT_EQ(inside, true);
}

TEST(Loop, runs_nothing_after_stop_and_drops_it_with_itself) {
  const auto witness = std::make_shared<int>(0);
  bool has_run = false;
  {
    Loop loop;
    std::promise<void> may_go_on;
    loop.post([&, future = std::make_shared<std::future<void>>(may_go_on.get_future())] {
      future->wait();
    });
    loop.post([&has_run, witness] { has_run = true; });
    loop.stop();
    may_go_on.set_value();
    loop.join();

    loop.post([&has_run, witness] { has_run = true; });
    EXPECT_FALSE(loop.handle().post([&has_run] { has_run = true; }));
    EXPECT_EQ(witness.use_count(), 2) << "what waits stands until the loop goes";
  }

  EXPECT_FALSE(has_run);
  EXPECT_EQ(witness.use_count(), 1);
}

TEST(Loop, handle_outlives_the_loop) {
  std::optional<LoopHandle> handle;
  {
    Loop loop;
    handle = loop.handle();
  }

  EXPECT_FALSE(handle->post([] { FAIL(); }));
}

TEST(Loop, may_be_destroyed_by_its_own_callback) {
  auto owner = std::make_unique<std::unique_ptr<Loop>>(std::make_unique<Loop>());
  Loop& loop = **owner;
  std::promise<bool> went_on;
  bool has_run = false;

  loop.post([&] {
    Loop& inside = **owner;
    inside.post([&] { has_run = true; });
    owner->reset();
    went_on.set_value(true);
  });

  EXPECT_TRUE(went_on.get_future().get());
  EXPECT_FALSE(has_run);
}

TEST(Loop, on_a_borrowed_context_leaves_nothing_behind) {
  TestLoop loop;
  const auto witness = std::make_shared<int>(0);
  bool has_run = false;
  loop->post([&has_run, witness] { has_run = true; });
  const Loop::TimerId timer = loop->add_timer([&](base::Instant) { has_run = true; });
  loop->schedule(timer, loop->now());

  loop.destroy_loop();
  loop.run_ready();

  EXPECT_FALSE(has_run);
  EXPECT_EQ(witness.use_count(), 1);
}

TEST(Loop, may_be_destroyed_by_a_timer_on_a_borrowed_context) {
  TestLoop loop;
  bool has_run = false;
  bool is_gone = false;
  const Loop::TimerId second = loop->add_timer([&](base::Instant) { has_run = true; });
  const Loop::TimerId first = loop->add_timer([&](base::Instant) {
    loop.destroy_loop();
    is_gone = true;
  });
  loop->schedule(first, loop->now());
  loop->schedule(second, loop->now() + 1h);

  ASSERT_TRUE(loop.run_until([&] { return is_gone; }));
  loop.run_ready();

  EXPECT_FALSE(has_run);
}

TEST(Loop, lends_one_read_buffer_of_the_asked_size) {
  TestLoop loop(LoopOptions{.read_buffer_bytes = 1000});

  EXPECT_EQ(loop->read_buffer().size(), 1000U);
  EXPECT_EQ(loop->read_buffer().data(), loop->read_buffer().data());
}

TEST(Loop, tells_of_a_time_jump_once) {
  std::atomic<int> slept_seconds{0};
  LoopOptions options;
  options.jump_check_interval = 1ms;
  options.read_clocks = [&] {
    ClockReading clocks = read_clocks();
    clocks.boot += std::chrono::seconds{slept_seconds};
    return clocks;
  };
  TestLoop loop(options);
  std::vector<base::Duration> jumps;
  loop->on_time_jump([&](base::Duration by) { jumps.push_back(by); });
  int ticks = 0;
  Loop::TimerId timer = 0;
  timer = loop->add_timer([&](base::Instant now) {
    ++ticks;
    loop->schedule(timer, now + 1ms);
  });
  loop->schedule(timer, loop->now());

  ASSERT_TRUE(loop.run_until([&] { return ticks == 3; }));
  EXPECT_TRUE(jumps.empty());
  slept_seconds = 3600;
  ASSERT_TRUE(loop.run_until([&] { return !jumps.empty(); }));
  const int then = ticks;
  ASSERT_TRUE(loop.run_until([&] { return ticks > then + 3; }));

  ASSERT_EQ(jumps.size(), 1U);
  EXPECT_GE(jumps[0], base::Duration{3599s});
  EXPECT_LT(jumps[0], base::Duration{3700s});
}

TEST(Loop, a_jump_s_callback_may_take_back_the_others) {
  bool has_slept = false;
  LoopOptions options;
  options.jump_check_interval = 1ms;
  options.read_clocks = [&] {
    ClockReading clocks = read_clocks();
    if (has_slept) clocks.wall += 1h;
    return clocks;
  };
  TestLoop loop(options);
  int calls = 0;
  Loop::JumpId second = 0;
  Loop::JumpId first = 0;
  first = loop->on_time_jump([&](base::Duration) {
    ++calls;
    loop->remove_time_jump(first);
    loop->remove_time_jump(second);
  });
  second = loop->on_time_jump([&](base::Duration) { ++calls; });

  has_slept = true;
  ASSERT_TRUE(loop.run_until([&] { return calls != 0; }));
  loop.run_ready();

  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace heartwire::net
