#pragma once
// What happened in a case, for people: bounded, and short where the same thing happened often.

#include "heartwire/base/instant.hpp"
#include "heartwire/judge/event.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::judge {

/// Who did it.
enum class Side : std::uint8_t { examined, judge, phase };

struct TimelineEntry {
  base::Instant at{};    ///< Of the first.
  base::Instant last{};  ///< Of the last of `count` in a row.
  std::size_t count = 1;
  LinkId link = 0;  ///< 0: of the whole case.
  ClientId client = 0;
  Side side = Side::phase;
  std::string what{};  ///< `ping`, `message`: ours.
  std::string said{};  ///< The peer's words, if any: escape them.

  bool operator==(const TimelineEntry&) const = default;
};

class Timeline {
 public:
  /// More are counted and not kept: room for fifty clients that come and go a few times.
  static constexpr std::size_t kEntriesMax = 1500;

  /// What repeats the entry before in all but time and words is counted there.
  void add(TimelineEntry entry);

  const std::vector<TimelineEntry>& entries() const noexcept { return entries_; }
  std::size_t dropped() const noexcept { return dropped_; }

 private:
  std::vector<TimelineEntry> entries_;
  std::size_t dropped_ = 0;
};

}  // namespace heartwire::judge
