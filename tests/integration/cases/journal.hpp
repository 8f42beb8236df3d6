#pragma once
// What happened, line by line, on both sides of a connection: one order for all threads. Tests wait
// for lines, and then assert on their number and their order.

#include "heartwire/base/instant.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <iosfwd>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::cases {

class Journal {
 public:
  /// Only a failing test waits as long as this.
  static constexpr std::chrono::seconds kDeadline{20};

  /// Any thread, like all of these.
  void add(std::string line);

  /// Blocks until `count` lines begin with `start`. False: the deadline passed.
  bool awaits(std::string_view start, std::size_t count = 1) const;

  /// True if for `watched` there were never more than `count` lines that begin with `start`. Ends
  /// early when there are.
  bool never_exceeds(std::size_t count, std::string_view start,
                     std::chrono::milliseconds watched) const;

  std::size_t count(std::string_view start) const;
  /// What follows `start` in the lines that begin with it, in order.
  std::vector<std::string> rest_of(std::string_view start) const;
  /// When those lines were written, on the steady clock.
  std::vector<base::Duration> times_of(std::string_view start) const;
  /// The line right after the first that begins with `start`, among those that begin with `among`;
  /// empty if there is none.
  std::string next_after(std::string_view start, std::string_view among) const;

  friend std::ostream& operator<<(std::ostream& out, const Journal& journal);

 private:
  struct Line {
    base::Duration when;
    std::string text;
  };

  std::size_t count_locked(std::string_view start) const;

  mutable std::mutex mutex_;
  mutable std::condition_variable written_;
  std::vector<Line> lines_;
};

}  // namespace heartwire::cases
