#include "heartwire/judge/timeline.hpp"

#include <utility>

namespace heartwire::judge {

void Timeline::add(TimelineEntry entry) {
  entry.last = entry.at;
  if (!entries_.empty() && dropped_ == 0) {
    TimelineEntry& before = entries_.back();
    if (before.link == entry.link && before.client == entry.client && before.side == entry.side &&
        before.what == entry.what) {
      before.last = entry.at;
      ++before.count;
      return;
    }
  }
  if (entries_.size() == kEntriesMax) {
    ++dropped_;
    return;
  }
  entries_.push_back(std::move(entry));
}

}  // namespace heartwire::judge
