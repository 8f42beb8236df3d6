#pragma once
// One thread's worth of waiting: sockets, one timer for everybody's deadlines, and work posted from
// other threads. Everything in this folder belongs to one loop and is used on its thread, unless it
// says otherwise.
//
// A loop either brings a thread, or works on a boost::asio::io_context of the user's, which then
// must be run by one thread at a time. Nothing that a loop calls may throw.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/instant.hpp"
#include "heartwire/net/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

namespace boost::asio {
class io_context;
}

namespace heartwire::net {

struct LoopOptions {
  /// Bytes of the buffer into which all streams of the loop read. Default 64 KiB: several full
  /// segments, and small enough for the second-level cache.
  std::size_t read_buffer_bytes = std::size_t{64} << 10;
  /// How often at least the clocks are compared while somebody listens for time jumps. Default 5 s:
  /// soon enough after a sleep, and no burden on a battery.
  base::Duration jump_check_interval = std::chrono::seconds{5};
  /// Default: the system's clocks. A test may bring its own.
  std::function<ClockReading()> read_clocks = net::read_clocks;
};

class LoopCore;

/// A way to reach a loop that may be gone. May be copied, and used from any thread.
class LoopHandle {
 public:
  /// As Loop::post, from any thread. False, and nothing happens, if the loop is gone or stopped.
  bool post(std::function<void()> work) const;
  /// As Loop::is_current_thread, from any thread. False if the loop is gone or stopped.
  bool is_current_thread() const;

 private:
  friend class Loop;
  friend class LoopCore;
  struct Mailbox;
  explicit LoopHandle(std::shared_ptr<Mailbox> mailbox) : mailbox_(std::move(mailbox)) {}

  std::shared_ptr<Mailbox> mailbox_;  // Shared with the loop, which may go first, or last.
};

class Loop {
 public:
  using TimerId = std::uint32_t;
  using JumpId = std::uint32_t;

  /// A loop with a thread of its own, which begins at once. All signals are blocked there: they are
  /// for the program's own threads.
  explicit Loop(LoopOptions options = {});

  /// A loop on the user's io_context, which must outlive it and everything that belongs to it. An
  /// idle loop does not keep io_context::run from returning.
  explicit Loop(boost::asio::io_context& context, LoopOptions options = {});

  /// stop(), then join(). What belongs to the loop must be gone, or go without touching it. On the
  /// loop's own thread, inside a callback, it does not wait: the thread ends as soon as that
  /// callback has returned. A loop on the user's io_context must be destroyed on the thread that
  /// runs it, or while nobody does.
  ~Loop();

  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs `work` on the loop's thread, in the order of posting, never inside this call. Any thread.
  /// What stop() has kept from running is destroyed by ~Loop.
  void post(std::function<void()> work) { handle().post(std::move(work)); }
  LoopHandle handle() const;

  /// Whether the caller is on the loop's thread, inside of one of its callbacks. Any thread.
  bool is_current_thread() const;

  /// Whether the loop brings its own thread, which runs it from the start. Any thread.
  bool has_thread() const noexcept { return thread_.joinable(); }

  /// Ends the loop's own thread after the callback that is running; on the user's io_context, no
  /// posted work and no timer runs any more. Any thread, never blocks.
  void stop();

  /// Waits until the loop's own thread has ended. Returns at once on that thread itself, and if the
  /// loop is on the user's io_context.
  void join();

  /// The steady clock. Any thread. Read it once for each wake-up and hand it round.
  base::Instant now() const { return steady_now(); }

  /// Shared by all streams of the loop: what is in it is gone after the callback. Reading begins
  /// with a small part of it, which is all that a heartbeat needs.
  base::MutableByteView read_buffer();

  // Timers: one of the operating system's serves all of them, to the millisecond. `callback` gets
  // the true time, and is called once for each schedule(), never inside it and never too early. It
  // may schedule and remove any timer, its own included.

  TimerId add_timer(std::function<void(base::Instant now)> callback);
  /// Replaces the timer's deadline; nullopt: none. Moving it later costs next to nothing.
  void schedule(TimerId timer, std::optional<base::Instant> when);
  /// The callback is not called any more. The id may be given out again.
  void remove_timer(TimerId timer);

  /// Calls `callback` when time went by without the steady clock, or the wall clock was set: by so
  /// much, negative if it was set back. See JumpDetector. As long as anybody listens, a timer is
  /// pending, also on a borrowed io_context.
  JumpId on_time_jump(std::function<void(base::Duration)> callback);
  void remove_time_jump(JumpId jump);

  /// For sources that speak Asio.
  boost::asio::io_context& context();

 private:
  std::shared_ptr<LoopCore> core_;  // Shared with the thread, which may outlive us: see ~Loop.
  std::thread thread_;
};

}  // namespace heartwire::net
