#include "heartwire/sim/calendar.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace heartwire::sim {

using std::chrono::milliseconds;

void Calendar::wake(std::uint32_t subject, base::Instant when) {
  const std::int64_t due_ms = std::chrono::ceil<milliseconds>(when.time_since_epoch()).count();
  const auto due = static_cast<std::uint64_t>(std::max(due_ms, now_ms_ + 1));
  const auto ahead = due - static_cast<std::uint64_t>(now_ms_ + 1);
  slots_[due % kSlots].push_back({subject, static_cast<std::uint32_t>(ahead / kSlots)});
}

const std::vector<std::uint32_t>& Calendar::advance() {
  ++now_ms_;
  woken_.clear();
  Slot& slot = slots_[static_cast<std::uint64_t>(now_ms_) % kSlots];
  for (const Entry& entry : std::exchange(slot, {})) {
    if (entry.rounds == 0) {
      woken_.push_back(entry.subject);
    } else {
      slot.push_back({entry.subject, entry.rounds - 1});
    }
  }
  return woken_;
}

base::Instant Calendar::now() const noexcept {
  return base::instant(milliseconds{now_ms_});
}

}  // namespace heartwire::sim
