#pragma once
// Finds how long a silence the path between us and the peer bears, so that a quiet client on a
// battery beats less often. Off by default: the default interval clears every common idle limit.
//
// Intuition: one success is a fact, but one failure may be anything, so failures must accumulate.
// The search climbs one step after several successes in a row; a silence that repeatedly ended in
// death is taken for the path's limit, and the search settles `margin` below the last silence that
// was known to work. It never uses a value next to the limit. A settled value that fails in its
// turn sends the search back to the bottom.
//
// Kept across the connections of one client. Time does not enter: only outcomes count.
// Source: the smart heartbeat of Tencent Mars (WeChat), simplified.

#include "heartwire/base/instant.hpp"

#include <cstdint>
#include <optional>

namespace heartwire::core {

struct IntervalSearchOptions {
  /// The longest interval to try. At least the heartbeat's interval. Default: nothing, which turns
  /// the search off. Set it below the idle limit that the operator knows of.
  std::optional<base::Duration> interval_max;

  /// How much longer the next trial is. At least 1 ms. Default 30 s: a longer step finds the limit
  /// sooner but settles further below it.
  base::Duration step = std::chrono::seconds{30};

  /// Kept between the settled interval and the last one that worked, so that the limit itself is
  /// never used. At least 0. Default 20 s, as in Mars.
  base::Duration margin = std::chrono::seconds{20};

  /// Answered heartbeats in a row at one interval before the next trial. At least 1. Default 3,
  /// Mars's count for trusting a connection.
  std::uint8_t successes_per_step = 3;

  /// Deaths at one interval, without a success between them, that prove it too long. At least 1.
  /// Default 2, as in Mars: a single death may be any other trouble.
  std::uint8_t failures_max = 2;

  bool operator==(const IntervalSearchOptions&) const = default;
};

class IntervalSearch {
 public:
  /// Starts at `interval_min`, the heartbeat's own interval, and never goes below it. `options` is
  /// borrowed and must outlive this object; out of range they are a bug: validate() them where they
  /// enter.
  IntervalSearch(const IntervalSearchOptions& options, base::Duration interval_min) noexcept;

  /// A probe was answered on a connection whose heartbeat used `interval`. Outcomes of any other
  /// interval than current() say nothing and change nothing.
  void on_survived(base::Duration interval) noexcept;

  /// A connection whose heartbeat used `interval` was declared dead.
  void on_death(base::Duration interval) noexcept;

  /// The interval to use from now on.
  base::Duration current() const noexcept { return current_; }

  /// True once the path's limit was met, or interval_max proven: current() no longer climbs.
  bool is_settled() const noexcept { return is_settled_; }

 private:
  const IntervalSearchOptions* options_;
  base::Duration interval_min_;
  base::Duration current_;
  std::uint8_t successes_ = 0;
  std::uint8_t failures_ = 0;
  bool is_settled_ = false;
};

/// The first thing wrong with `options` beside a heartbeat of `interval`, for people, or null.
const char* validate(const IntervalSearchOptions& options, base::Duration interval) noexcept;

}  // namespace heartwire::core
