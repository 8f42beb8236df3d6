#pragma once
// Deadlines of very many machines behind one timer of the operating system: a hierarchical timing
// wheel whose entries are 16 bytes each in one table, so a connection costs no timer object.
//
// Lazy: a deadline that moved later changes nothing here; its entry fires early, the owner asks the
// machine for its deadline again and schedules it anew. Only an earlier deadline relinks, in O(1).
//
// Intuition: write the due time and the present as numbers to the base 64. An entry lies on the
// level of the highest digit in which the two differ, in the slot of its own digit there. When the
// present reaches a slot, the slot's entries move down a level or are due. One bit a slot tells
// whether it holds anything, so the next busy one is found without walking through time. Source:
// Varghese and Lauck, "Hashed and Hierarchical Timing Wheels".

#include "heartwire/base/instant.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace heartwire::core {

class TimerTable {
 public:
  using Id = std::uint32_t;

  /// `start` is the earliest time that will ever be asked about. Deadlines are kept to the
  /// millisecond, rounded up: an entry is never due early because of rounding.
  explicit TimerTable(base::Instant start);

  /// Makes `id` due at `when` unless it is due earlier already. Ids are small and dense (slots of
  /// a table), below 2^31; the table grows to the largest one. O(1).
  void schedule(Id id, base::Instant when);

  /// Makes `id` due at `when` whatever it was before.
  void reschedule(Id id, base::Instant when);

  /// Forgets `id`. Harmless when it is not scheduled.
  void cancel(Id id) noexcept;

  /// The next id due at `now`, unscheduling it, or nothing. Earlier milliseconds come first; within
  /// one there is no order. Within one call of a loop over
  /// poll_due, ids that are scheduled at or before `now` come in the same loop only if they were
  /// due before it began: a machine that always asks for `now` cannot spin the loop.
  std::optional<Id> poll_due(base::Instant now);

  /// When to call poll_due again at the latest (never later than the earliest entry, perhaps
  /// earlier, for entries to move down); nothing when the table is empty.
  std::optional<base::Instant> next() const noexcept;

  /// How many ids are scheduled.
  std::size_t size() const noexcept { return size_; }

 private:
  static constexpr unsigned kDigitBits = 6;
  static constexpr std::size_t kSlots = std::size_t{1} << kDigitBits;
  /// 48 bits of milliseconds: more than Instant can tell.
  static constexpr std::size_t kLevels = 8;
  /// The list of those that are due and not yet polled, after the lists of all slots.
  static constexpr std::uint32_t kReady = kLevels * kSlots;
  static constexpr std::uint32_t kNone = UINT32_MAX;
  /// Marks a `previous` that names a list instead of an entry: its entry is the first there.
  static constexpr std::uint32_t kListBit = 0x8000'0000;

  struct Entry {
    std::uint64_t due_ms = 0;
    std::uint32_t next = kNone;
    std::uint32_t previous = kNone;  ///< kNone: not scheduled.
  };
  static_assert(sizeof(Entry) == 16);

  Entry& entry(Id id);
  std::uint32_t list_of(std::uint64_t due_ms) const noexcept;
  void link(Id id, std::uint32_t list) noexcept;
  void unlink(Id id) noexcept;
  void place(Id id, std::uint64_t due_ms) noexcept;
  std::uint64_t due_ms(base::Instant when) const noexcept;
  std::uint64_t elapsed_ms(base::Instant now) const noexcept;
  std::optional<std::uint32_t> first_list() const noexcept;
  std::uint64_t starts_ms(std::uint32_t list) const noexcept;
  void enter(std::uint32_t list) noexcept;

  base::Instant start_;
  std::uint64_t present_ms_ = 0;  ///< How far the wheel has turned.
  std::uint64_t polled_ms_ = 0;  ///< The last `now`; what is scheduled from then on comes after it.
  std::size_t size_ = 0;
  std::array<std::uint64_t, kLevels> busy_{};  ///< One bit a slot.
  std::array<std::uint32_t, kReady + 1> first_;
  std::vector<Entry> entries_;
};

}  // namespace heartwire::core
