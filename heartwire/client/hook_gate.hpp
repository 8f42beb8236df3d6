#pragma once
// Lets hooks through until it is shut. Once shut() has returned no hook begins, and once wait() has
// returned none is running on another thread.
//
// One word holds how many hooks are on the stack (a hook that throws is reported by another hook,
// inside of it) and whether the gate is shut, so that a hook counts as running before it is asked
// whether it may. Cost: two atomic operations a hook.
//
// Whoever runs hooks keeps the gate alive until pass() has returned, also if a hook destroys the
// client.

#include <atomic>
#include <cstdint>
#include <thread>
#include <utility>

namespace heartwire::client {

class HookGate {
 public:
  /// Runs `hook` unless the gate is shut; true if it ran. Always on the same thread, the loop's,
  /// and there also inside another hook.
  template <typename Hook>
  bool pass(Hook&& hook) {
    if (!enter()) return false;
    const Leave leave{*this};
    std::forward<Hook>(hook)();
    return true;
  }

  /// Any thread, also inside a hook; never blocks.
  void shut() noexcept { word_.fetch_or(kShut); }
  bool is_shut() const noexcept { return (word_.load() & kShut) != 0; }

  /// After shut(): blocks until no hook is running. Returns at once inside a hook.
  void wait() const noexcept;

 private:
  static constexpr std::uint32_t kShut = 1;
  static constexpr std::uint32_t kOneHook = 2;

  struct Leave {
    HookGate& gate;
    ~Leave() { gate.leave(); }
  };

  bool enter() noexcept;
  void leave() noexcept;

  std::atomic<std::uint32_t> word_ = 0;
  std::atomic<std::thread::id> running_on_{};  ///< No thread: no hook is running.
};

}  // namespace heartwire::client
