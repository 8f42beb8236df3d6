#pragma once
// How a server sends its clients away before it goes: when to close each connection, and when each
// client is told to return (close code 1012, reason `retry-after=SECONDS`).
//
// Intuition: closing is spread over a short window, so that the going does not stall, and returning
// over one as long as the server, once back, needs to accept everybody. The two orders are kept
// independent, so that whole seconds, which are all that a client can be told, still come out even.
// In simulation each of 100 000 clients so told needs one attempt, instead of three to four.
//
// The driver closes what next_batch() asks for, sleeps until deadline(), and exits when is_done()
// and its connections have ended.

#include "heartwire/base/instant.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace heartwire::core {

struct DrainOptions {
  /// Time over which connections are closed. Default 10 s: within the 30 s that container platforms
  /// grant before they kill, downtime not included. 0 closes all at once. Up to 1 day.
  base::Duration close_window = std::chrono::seconds{10};
  /// Connections closed a second at the least: a small server closes within less than close_window.
  /// Default 100, which nobody notices as a burst. At least 1.
  std::uint32_t close_rate_min = 100;
  /// Time from the last close until the server, or the one that takes its place, accepts again. No
  /// client is told to return earlier. Default 5 s: a process restart with room. Up to 1 day.
  base::Duration downtime = std::chrono::seconds{5};
  /// New connections a second that the server will bear when it is back, from which the window of
  /// the returns is computed. Default 1000: cautious, within the TLS handshakes of
  /// one core; a server that was measured says more. At least 1.
  std::uint32_t accept_rate = 1000;
  /// Time over which clients return. Default none: computed, connections / accept_rate, at least
  /// 1 s. Up to 1 day. Our client waits no longer than its own retry_after_max.
  std::optional<base::Duration> return_window{};

  bool operator==(const DrainOptions&) const = default;
};

class DrainPlan {
 public:
  /// A run of connections, by their place in any order that the driver keeps to.
  struct Batch {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    bool operator==(const Batch&) const = default;
  };

  /// Draining starts at `start` with `connections` open. Options out of range are a bug: validate()
  /// them where they enter.
  DrainPlan(const DrainOptions& options, base::Instant start, std::uint32_t connections) noexcept;

  /// Those to close at `now` that were not in a batch before. Connections that ended by themselves
  /// leave less to close than planned, which is harmless.
  Batch next_batch(base::Instant now) noexcept;

  /// When to ask for the next batch; nothing once all have been asked for. Not nearer to each other
  /// than 10 ms, so that a large server does not wake for each connection.
  std::optional<base::Instant> deadline() const noexcept;

  bool is_done() const noexcept { return next_ == connections_; }

  /// When connection `index` is to be closed. Those beyond the planned number (they were still in
  /// their handshake) are closed at the end of the window, or when they appear.
  base::Instant close_at(std::uint32_t index) const noexcept;

  /// When connection `index` should return. Any run of indices is spread evenly over the window.
  base::Instant return_at(std::uint32_t index) const noexcept;

  /// What connection `index`, closed at `now`, is told: SECONDS of `retry-after=SECONDS`. Waiting
  /// that long leads to return_at(index) or up to a second past it. When closing runs late, the
  /// returns are late by as much.
  std::chrono::seconds retry_after(std::uint32_t index, base::Instant now) const noexcept;

  /// From when, and for how long after, clients return.
  base::Instant returns_begin() const noexcept;
  base::Duration return_window() const noexcept { return return_window_; }

 private:
  base::Instant start_;
  base::Duration close_window_;
  base::Duration downtime_;
  base::Duration return_window_;
  std::uint32_t connections_;
  std::uint32_t next_ = 0;
};

/// The first thing wrong with `options`, for people and naming the option, or null.
const char* validate(const DrainOptions& options) noexcept;

}  // namespace heartwire::core
