#pragma once
// Who is to be woken when, for a million who each wait for one thing: to the millisecond, and
// within one in the order in which it was asked for.
//
// Nothing is ever taken back, as in EventQueue: whoever is woken looks whether there is anything to
// do. Unlike there, and in core::TimerTable, asking and waking touch memory in a row and nothing
// else, which is what counts where nothing fits a cache.
//
// Intuition: a ring of slots, one a millisecond. What lies further ahead than once around stays in
// its slot when the slot comes by. Source: Varghese and Lauck, "Hashed and Hierarchical Timing
// Wheels", scheme 6.

#include "heartwire/base/instant.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heartwire::sim {

class Calendar {
 public:
  /// Time begins at 0.
  Calendar() : slots_(kSlots) {}

  /// Wakes `subject` at `when`, rounded up to a millisecond; in the next one if that is no later
  /// than the present one.
  void wake(std::uint32_t subject, base::Instant when);

  /// Who is woken in the next millisecond, which becomes the present one. Valid until the next
  /// call.
  const std::vector<std::uint32_t>& advance();

  /// The present millisecond: before the first advance(), the one before time begins.
  base::Instant now() const noexcept;

 private:
  /// Once around is a little over a minute, more than nearly every wait.
  static constexpr std::size_t kSlots = std::size_t{1} << 16;

  struct Entry {
    std::uint32_t subject = 0;
    std::uint32_t rounds = 0;  ///< How often the slot comes by before it is due.
  };
  using Slot = std::vector<Entry>;

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> woken_;
  std::int64_t now_ms_ = -1;
};

}  // namespace heartwire::sim
