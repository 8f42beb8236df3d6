#pragma once
// What is counted in a storm.

#include "heartwire/base/instant.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace heartwire::sim {

/// One second of a storm.
struct StormSecond {
  std::uint32_t open = 0;      ///< Connections, at its end.
  std::uint32_t attempts = 0;  ///< Begun within.
  bool operator==(const StormSecond&) const = default;
};

struct StormResult {
  std::uint32_t clients = 0;
  /// Begun since the server went. Each ended as one of the seven that follow.
  std::uint64_t attempts = 0;
  std::uint64_t opened = 0;
  std::uint64_t refused = 0;      ///< Nobody listened.
  std::uint64_t reset = 0;        ///< Nobody had the time to turn it away.
  std::uint64_t turned_away = 0;  ///< By a 503 with Retry-After.
  std::uint64_t overdue = 0;      ///< The server closed it unanswered.
  std::uint64_t timed_out = 0;    ///< The client had waited for too long.
  std::uint64_t unfinished = 0;   ///< When the watch ended.

  /// Handshakes that the server worked on for a client that was gone when the answer came.
  std::uint64_t wasted = 0;

  // Attempts a client.
  std::uint32_t attempts_p99 = 0;
  std::uint32_t attempts_max = 0;
  /// The most attempts within one second, from when the server accepts again.
  std::uint32_t attempts_peak = 0;

  // From when the server accepts again until so many had a connection; nothing: not in the watch.
  std::optional<base::Duration> half_back{};
  std::optional<base::Duration> most_back{};  ///< 99 in 100.
  std::optional<base::Duration> all_back{};
  /// Clients, by the rate at which the server can take them: nothing is quicker.
  base::Duration ideal{};

  /// From the second in which the server went.
  std::vector<StormSecond> seconds{};
  /// How many of them had passed when it accepted again.
  std::uint32_t seconds_away = 0;

  bool operator==(const StormResult&) const = default;
};

class StormTally {
 public:
  /// How an attempt ended without a connection.
  enum class Failure : std::uint8_t { refused, reset, turned_away, overdue, timed_out };

  /// `clients` are connected; their server goes at `gone_at` and accepts again at `back_at`.
  StormTally(std::uint32_t clients, base::Instant gone_at, base::Instant back_at);

  void on_lost(base::Instant now);
  void on_attempt(base::Instant now);
  void on_failed(Failure how);
  void on_opened(base::Instant now);
  void on_wasted() { ++result_.wasted; }

  bool are_all_back() const noexcept { return result_.opened == result_.clients; }

  /// `attempts` a client; the storm, or its watch, ended at `now`.
  StormResult result(base::Instant now, std::span<const std::uint32_t> attempts);

 private:
  StormSecond& second_of(base::Instant now);

  base::Instant back_at_;
  std::uint32_t open_;
  StormResult result_;
};

}  // namespace heartwire::sim
