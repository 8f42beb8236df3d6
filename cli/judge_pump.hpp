#pragma once
// What examinations of clients and of servers share: how events and time reach their cases.
//
// A run of a case has a `machine`, and a `report` once it is judged.

#include "heartwire/base/instant.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

namespace heartwire::cli {

/// Hands events to runs, one after the other: an order may cause an event while its case is still
/// speaking.
template <typename Run, typename Event>
class JudgePump {
 public:
  /// Gives one event to its run's case, and does what the case orders. It may post.
  using Hand = std::function<void(Run&, const Event&)>;

  explicit JudgePump(Hand hand) : hand_(std::move(hand)) {}

  /// False: an event is being handed on further up, and this one after it.
  bool post(Run& run, Event event) {
    events_.emplace_back(&run, std::move(event));
    if (is_pumping_) return false;
    is_pumping_ = true;
    while (!events_.empty()) {
      const auto [to, what] = std::move(events_.front());
      events_.pop_front();
      if (!to->report) hand_(*to, what);
    }
    is_pumping_ = false;
    return true;
  }

 private:
  Hand hand_;
  std::deque<std::pair<Run*, Event>> events_;
  bool is_pumping_ = false;
};

/// When the case of `run` wants a Tick; nothing once it is judged.
template <typename Run>
std::optional<base::Instant> deadline_of(const Run& run) {
  return run.report ? std::nullopt : run.machine->deadline();
}

/// The earliest deadline of `runs`, or `latest` if there is none before it.
template <typename Runs>
base::Instant next_deadline(const Runs& runs, base::Instant latest) {
  for (const auto& run : runs) latest = std::min(latest, deadline_of(*run).value_or(latest));
  return latest;
}

}  // namespace heartwire::cli
