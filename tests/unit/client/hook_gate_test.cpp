#include "heartwire/client/hook_gate.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace heartwire::client {
namespace {

TEST(HookGate, lets_hooks_through_until_it_is_shut) {
  HookGate gate;
  int calls = 0;
  EXPECT_TRUE(gate.pass([&] { ++calls; }));
  EXPECT_FALSE(gate.is_shut());

  gate.shut();

  EXPECT_FALSE(gate.pass([&] { ++calls; }));
  EXPECT_TRUE(gate.is_shut());
  EXPECT_EQ(calls, 1);
}

TEST(HookGate, lets_a_hook_run_another) {
  HookGate gate;
  int calls = 0;
  gate.pass([&] { gate.pass([&] { ++calls; }); });
  EXPECT_EQ(calls, 1);
}

TEST(HookGate, keeps_out_what_follows_a_shut_inside_of_a_hook) {
  HookGate gate;
  int calls = 0;
  gate.pass([&] {
    gate.shut();
    gate.pass([&] { ++calls; });
  });
  EXPECT_EQ(calls, 0);
}

TEST(HookGate, does_not_wait_inside_of_a_hook) {
  HookGate gate;
  gate.pass([&] {
    gate.pass([] {});
    gate.shut();
    gate.wait();
  });
  gate.wait();
}

TEST(HookGate, lets_go_of_a_hook_that_throws) {
  HookGate gate;
  EXPECT_THROW(gate.pass([] { throw 1; }), int);
  gate.shut();
  gate.wait();
}

TEST(HookGate, waits_for_a_hook_on_another_thread) {
  for (int round = 0; round < 200; ++round) {
    HookGate gate;
    std::atomic<bool> is_inside = false;
    std::atomic<bool> is_over = false;
    std::thread loop([&] {
      gate.pass([&] {
        is_inside = true;
        gate.pass([] { std::this_thread::yield(); });
        is_over = true;
      });
    });
    while (!is_inside) std::this_thread::yield();
    gate.shut();
    gate.wait();
    EXPECT_TRUE(is_over);
    loop.join();
  }
}

TEST(HookGate, is_shut_without_waiting_for_a_hook_on_another_thread) {
  HookGate gate;
  std::promise<void> entered;
  std::promise<void> release;
  bool is_nested_through = true;
  std::thread loop([&] {
    gate.pass([&] {
      entered.set_value();
      release.get_future().wait();
      is_nested_through = gate.pass([] {});
    });
  });
  entered.get_future().wait();

  gate.shut();  // Would hang if it waited: the hook ends only after it.

  release.set_value();
  gate.wait();
  EXPECT_FALSE(is_nested_through);
  loop.join();
}

TEST(HookGate, lets_none_begin_once_shut_has_returned) {
  for (int round = 0; round < 200; ++round) {
    HookGate gate;
    std::atomic<bool> is_shut = false;
    std::atomic<int> late = 0;
    std::thread loop([&] {
      while (gate.pass([&] { late += is_shut ? 1 : 0; })) {
      }
    });
    gate.shut();
    gate.wait();
    is_shut = true;
    loop.join();
    ASSERT_EQ(late, 0);
  }
}

}  // namespace
}  // namespace heartwire::client
