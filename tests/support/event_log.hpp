#pragma once
// What happened on other threads, in order, as text; and waiting for it.

#include "tests/support/ws_peer.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heartwire::support {

class EventLog {
 public:
  void add(std::string event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_all();
  }

  /// Waits until `count` events begin with `beginning`. False if that took too long.
  [[nodiscard]] bool wait_for(std::string_view beginning, std::size_t count = 1) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return count_now(beginning) >= count; });
  }

  /// Events that begin with `beginning`; an empty one counts all.
  std::size_t count(std::string_view beginning = {}) {
    const std::lock_guard lock(mutex_);
    return count_now(beginning);
  }

  /// Those events, in order.
  std::vector<std::string> all(std::string_view beginning = {}) {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> found;
    for (const std::string& event : events_)
      if (event.rfind(beginning, 0) == 0) found.push_back(event);
    return found;
  }

 private:
  std::size_t count_now(std::string_view beginning) const {
    return static_cast<std::size_t>(
        std::count_if(events_.begin(), events_.end(),
                      [&](const std::string& event) { return event.rfind(beginning, 0) == 0; }));
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> events_;
};

}  // namespace heartwire::support
