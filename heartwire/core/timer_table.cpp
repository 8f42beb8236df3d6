#include "heartwire/core/timer_table.hpp"

#include "heartwire/base/check.hpp"

#include <algorithm>
#include <bit>
#include <chrono>

namespace heartwire::core {
namespace {

using Milliseconds = std::chrono::duration<std::int64_t, std::milli>;

}  // namespace

TimerTable::TimerTable(base::Instant start) : start_(start) {
  first_.fill(kNone);
}

void TimerTable::schedule(Id id, base::Instant when) {
  Entry& one = entry(id);
  const std::uint64_t due = due_ms(when);
  if (one.previous == kNone || due < one.due_ms) place(id, due);
}

void TimerTable::reschedule(Id id, base::Instant when) {
  entry(id);
  place(id, due_ms(when));
}

void TimerTable::cancel(Id id) noexcept {
  if (id < entries_.size() && entries_[id].previous != kNone) unlink(id);
}

std::optional<TimerTable::Id> TimerTable::poll_due(base::Instant now) {
  polled_ms_ = std::max(polled_ms_, elapsed_ms(now));
  while (first_[kReady] == kNone) {
    const auto list = first_list();
    if (!list || starts_ms(*list) > polled_ms_) {
      present_ms_ = polled_ms_;
      return std::nullopt;
    }
    enter(*list);
  }
  const Id id = first_[kReady];
  unlink(id);
  return id;
}

std::optional<base::Instant> TimerTable::next() const noexcept {
  if (size_ == 0) return std::nullopt;
  const auto list = first_list();
  const bool is_ready = first_[kReady] != kNone;
  const std::uint64_t when_ms = is_ready || !list ? present_ms_ : starts_ms(*list);
  return start_ + Milliseconds{static_cast<std::int64_t>(when_ms)};
}

TimerTable::Entry& TimerTable::entry(Id id) {
  HW_CHECK(id < kListBit);
  if (id >= entries_.size()) entries_.resize(std::size_t{id} + 1);
  return entries_[id];
}

/// The slot of an entry due after the present.
std::uint32_t TimerTable::list_of(std::uint64_t due_ms) const noexcept {
  const auto highest_bit = static_cast<unsigned>(std::bit_width(due_ms ^ present_ms_) - 1);
  const unsigned level = highest_bit / kDigitBits;
  const std::uint64_t digit = (due_ms >> (level * kDigitBits)) % kSlots;
  return static_cast<std::uint32_t>(level * kSlots + digit);
}

void TimerTable::link(Id id, std::uint32_t list) noexcept {
  Entry& one = entries_[id];
  one.next = first_[list];
  one.previous = kListBit | list;
  if (one.next != kNone) entries_[one.next].previous = id;
  first_[list] = id;
  if (list != kReady) busy_[list / kSlots] |= std::uint64_t{1} << (list % kSlots);
  ++size_;
}

void TimerTable::unlink(Id id) noexcept {
  Entry& one = entries_[id];
  if (one.next != kNone) entries_[one.next].previous = one.previous;
  if ((one.previous & kListBit) == 0) {
    entries_[one.previous].next = one.next;
  } else {
    const std::uint32_t list = one.previous & ~kListBit;
    first_[list] = one.next;
    if (one.next == kNone && list != kReady)
      busy_[list / kSlots] &= ~(std::uint64_t{1} << (list % kSlots));
  }
  one.previous = kNone;
  --size_;
}

void TimerTable::place(Id id, std::uint64_t due_ms) noexcept {
  Entry& one = entries_[id];
  if (one.previous != kNone) unlink(id);
  one.due_ms = due_ms;
  link(id, list_of(due_ms));
}

/// Rounded up, and always after the last `now`, so that a loop over poll_due ends.
std::uint64_t TimerTable::due_ms(base::Instant when) const noexcept {
  const std::int64_t whole = std::chrono::ceil<Milliseconds>(when - start_).count();
  const auto due = static_cast<std::uint64_t>(std::max<std::int64_t>(whole, 0));
  return std::max(due, polled_ms_ + 1);
}

std::uint64_t TimerTable::elapsed_ms(base::Instant now) const noexcept {
  const std::int64_t whole = std::chrono::floor<Milliseconds>(now - start_).count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(whole, 0));
}

/// The busy slot that the present reaches first. What differs from the present in a lower digit
/// only is earlier than whatever differs in a higher one.
std::optional<std::uint32_t> TimerTable::first_list() const noexcept {
  for (std::size_t level = 0; level < kLevels; ++level) {
    if (busy_[level] == 0) continue;
    const auto slot = static_cast<std::size_t>(std::countr_zero(busy_[level]));
    return static_cast<std::uint32_t>(level * kSlots + slot);
  }
  return std::nullopt;
}

/// When the present reaches a slot: its digits above are the present's, those below are zero.
std::uint64_t TimerTable::starts_ms(std::uint32_t list) const noexcept {
  const unsigned shift = static_cast<unsigned>(list / kSlots) * kDigitBits;
  const std::uint64_t above = present_ms_ >> (shift + kDigitBits) << (shift + kDigitBits);
  return above | (std::uint64_t{list % kSlots} << shift);
}

/// Turns the wheel to the start of `list`; its entries are due or move down.
void TimerTable::enter(std::uint32_t list) noexcept {
  present_ms_ = starts_ms(list);
  while (first_[list] != kNone) {
    const Id id = first_[list];
    unlink(id);
    const std::uint64_t due = entries_[id].due_ms;
    link(id, due == present_ms_ ? kReady : list_of(due));
  }
}

}  // namespace heartwire::core
