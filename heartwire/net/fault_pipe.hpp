#pragma once
// One direction of a connection through the fault proxy: a bounded queue in which bytes wait out
// their delay, and a meter for the throttle. Pure: the time comes in, sockets stay outside.
//
// Throttling happens where bytes enter, so that nothing piles up here and back-pressure reaches the
// sender. Order is kept: jitter never lets a byte overtake another.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/instant.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/net/fault_rules.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace heartwire::net {

/// How a stream ended.
enum class FaultEnd : std::uint8_t { fin, reset };

class FaultPipe {
 public:
  /// Holds at most `capacity_bytes`, bookkeeping of each piece included.
  explicit FaultPipe(std::size_t capacity_bytes) noexcept : capacity_bytes_(capacity_bytes) {}

  /// How many bytes may be read from the source now; 0 while full, throttled or ended.
  std::size_t room(base::Instant now, const FaultWay& way) const noexcept;

  /// Takes in `bytes`, at most room() of them.
  void push(base::Instant now, const FaultWay& way, base::ByteView bytes, base::Rng& rng);

  /// The source ended; this takes its turn behind what was pushed. Later calls change nothing.
  void end(base::Instant now, const FaultWay& way, FaultEnd how, base::Rng& rng);

  /// Forgets the bytes inside, not the end. Returns how many there were.
  std::size_t discard() noexcept;

  /// Bytes whose time has come; valid until the next non-const call. Empty: none now.
  base::ByteView due(base::Instant now) const noexcept;
  /// `count` of the due bytes have gone.
  void consume(std::size_t count);

  bool has_ended() const noexcept { return end_.has_value(); }
  /// The end, once everything before it has gone and its own time has come.
  std::optional<FaultEnd> due_end(base::Instant now) const noexcept;

  /// When due(), due_end() or room() may next change by time alone; nullopt: never.
  std::optional<base::Instant> deadline(base::Instant now) const noexcept;

 private:
  struct Piece {
    base::Instant due_at{};
    base::Bytes bytes;
  };
  struct Ended {
    base::Instant due_at{};
    FaultEnd how{};
  };

  base::Instant draw_due_at(base::Instant now, const FaultWay& way, base::Rng& rng) noexcept;

  std::size_t capacity_bytes_;
  std::size_t held_bytes_ = 0;  ///< Bookkeeping included.
  std::deque<Piece> pieces_;
  std::size_t front_consumed_ = 0;
  std::optional<Ended> end_;
  base::Instant last_due_at_{};
  base::Instant open_at_{};  ///< The throttle lets nothing in before.
};

}  // namespace heartwire::net
