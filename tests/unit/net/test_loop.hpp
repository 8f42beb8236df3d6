#pragma once
// A loop that runs on the test's own thread, until what the test waits for has happened.

#include "heartwire/net/loop.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace heartwire::net::testing {

class TestLoop {
 public:
  explicit TestLoop(LoopOptions options = {});
  ~TestLoop();
  TestLoop(const TestLoop&) = delete;
  TestLoop& operator=(const TestLoop&) = delete;

  operator Loop&() { return *loop_; }
  Loop* operator->() { return loop_.get(); }

  /// Runs until `is_done`, which is asked after each handler. False if that took too long.
  [[nodiscard]] bool run_until(const std::function<bool()>& is_done,
                               std::chrono::seconds patience = std::chrono::seconds{20});
  /// Runs what is ready, and what that makes ready, without waiting.
  void run_ready();
  /// Destroys the loop; its io_context stays and may be run on.
  void destroy_loop() { loop_.reset(); }

 private:
  struct Context;
  std::unique_ptr<Context> context_;
  std::unique_ptr<Loop> loop_;
};

}  // namespace heartwire::net::testing
