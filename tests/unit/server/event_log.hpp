#pragma once
// What hooks have seen, in words, from any number of threads.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::server::testing {

class EventLog {
 public:
  void add(std::string what) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(what));
    added_.notify_all();
  }

  /// Waits until `count` events beginning with `beginning` are there; false after ten seconds.
  bool wait_for(std::string_view beginning, std::size_t count = 1) {
    std::unique_lock lock(mutex_);
    return added_.wait_for(lock, std::chrono::seconds{10},
                           [&] { return count_locked(beginning) >= count; });
  }

  std::size_t count(std::string_view beginning) {
    const std::lock_guard lock(mutex_);
    return count_locked(beginning);
  }

  std::vector<std::string> all() {
    const std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  std::size_t count_locked(std::string_view beginning) const {
    return static_cast<std::size_t>(
        std::count_if(events_.begin(), events_.end(),
                      [&](const std::string& event) { return event.starts_with(beginning); }));
  }

  std::mutex mutex_;
  std::condition_variable added_;
  std::vector<std::string> events_;
};

}  // namespace heartwire::server::testing
