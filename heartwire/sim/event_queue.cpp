#include "heartwire/sim/event_queue.hpp"

#include <algorithm>

namespace heartwire::sim {

bool EventQueue::is_later(const Entry& left, const Entry& right) noexcept {
  if (left.event.at != right.event.at) return left.event.at > right.event.at;
  return left.order > right.order;
}

void EventQueue::push(const Event& event) {
  heap_.push_back({event, pushed_++});
  std::push_heap(heap_.begin(), heap_.end(), is_later);
}

std::optional<Event> EventQueue::pop() {
  if (heap_.empty()) return std::nullopt;
  std::pop_heap(heap_.begin(), heap_.end(), is_later);
  const Event event = heap_.back().event;
  heap_.pop_back();
  return event;
}

}  // namespace heartwire::sim
