#include "tests/unit/net/test_loop.hpp"

#include <boost/asio/io_context.hpp>

namespace heartwire::net::testing {

struct TestLoop::Context {
  boost::asio::io_context native{1};
};

TestLoop::TestLoop(LoopOptions options)
    : context_(std::make_unique<Context>()),
      loop_(std::make_unique<Loop>(context_->native, std::move(options))) {}

TestLoop::~TestLoop() = default;

bool TestLoop::run_until(const std::function<bool()>& is_done, std::chrono::seconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!is_done()) {
    if (context_->native.stopped()) context_->native.restart();
    // Without work left nothing can happen any more, unless another thread posts.
    context_->native.run_one_for(std::chrono::milliseconds{20});
    if (std::chrono::steady_clock::now() > end) return false;
  }
  return true;
}

void TestLoop::run_ready() {
  context_->native.restart();
  context_->native.poll();
}

}  // namespace heartwire::net::testing
