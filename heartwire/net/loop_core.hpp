#pragma once
// The inside of a Loop; only loop.cpp and loop_core.cpp include it.

#include "heartwire/base/bytes.hpp"
#include "heartwire/core/timer_table.hpp"
#include "heartwire/net/loop.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace heartwire::net {

/// Where posted work waits. It is kept here and not in the io_context, so that what was not run can
/// be dropped while the loop still stands.
struct LoopHandle::Mailbox {
  /// Needs the mutex.
  static void ask_to_deliver(const std::shared_ptr<Mailbox>& self);
  void deliver(const std::shared_ptr<Mailbox>& self);

  std::mutex mutex;
  boost::asio::io_context* context = nullptr;  ///< Null once the loop is closed.
  std::deque<std::function<void()>> waiting;   ///< The first may be running, and is empty then.
};

class LoopCore : public std::enable_shared_from_this<LoopCore> {
 public:
  /// With an io_context of its own, or on `borrowed`.
  LoopCore(boost::asio::io_context* borrowed, LoopOptions options);

  boost::asio::io_context& context() noexcept { return *context_; }
  LoopHandle handle() const { return LoopHandle{mailbox_}; }
  bool is_own() const noexcept { return own_context_.has_value(); }
  base::MutableByteView read_buffer();

  /// Runs on the loop's own thread until close().
  void run();
  /// From any thread: no posted work and no timer begins any more.
  void close();
  /// Destroys posted work that close() has kept from running.
  void drop_waiting_work();
  bool is_current_thread() const;

  Loop::TimerId add_timer(std::function<void(base::Instant)> callback);
  void schedule(Loop::TimerId timer, std::optional<base::Instant> when);
  void remove_timer(Loop::TimerId timer);

  Loop::JumpId add_jump(std::function<void(base::Duration)> callback);
  void remove_jump(Loop::JumpId jump);

 private:
  using SystemTimer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>,
                                        boost::asio::io_context::executor_type>;
  struct Timer {
    std::function<void(base::Instant)> callback;  ///< Empty while it is being called.
    std::optional<base::Instant> due;
    std::uint32_t generation = 0;  ///< Tells whether a callback has removed its own timer.
    bool is_used = false;
  };
  struct Jump {
    Loop::JumpId id = 0;
    std::function<void(base::Duration)> callback;
  };

  bool is_closed() const;
  void arm();
  void wake();
  void fire(Loop::TimerId id, base::Instant now);
  void check_jump();

  LoopOptions options_;
  std::optional<boost::asio::io_context> own_context_;
  boost::asio::io_context* context_;
  std::shared_ptr<LoopHandle::Mailbox> mailbox_;
  std::atomic<std::thread::id> thread_id_{};  ///< Of the own thread, once it runs.
  std::vector<std::uint8_t> read_buffer_;

  base::Instant start_;  ///< The table knows no earlier time.
  core::TimerTable table_;
  std::vector<Timer> timers_;
  std::vector<Loop::TimerId> free_ids_;
  SystemTimer system_timer_;
  std::optional<base::Instant> armed_at_;
  bool is_waking_ = false;  ///< The system's timer is armed once, at the end of the wake-up.

  JumpDetector jump_detector_;
  std::optional<Loop::TimerId> jump_timer_;
  std::vector<Jump> jumps_;
  Loop::JumpId last_jump_id_ = 0;
};

}  // namespace heartwire::net
