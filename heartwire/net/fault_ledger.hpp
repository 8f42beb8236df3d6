#pragma once
// What went through a fault proxy: counts and a record for each connection, written by its loop
// thread, read and waited for by any thread.

#include "heartwire/base/instant.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace heartwire::net {

/// Bytes by what became of them. Moved: handed to the other side's socket.
struct FaultBytes {
  std::uint64_t moved_up = 0;
  std::uint64_t moved_down = 0;
  std::uint64_t dropped_up = 0;
  std::uint64_t dropped_down = 0;
  bool operator==(const FaultBytes&) const = default;
};

struct FaultConnection {
  std::uint64_t id = 0;         ///< From 1, in the order of acceptance.
  base::Instant accepted_at{};  ///< On std::chrono::steady_clock.
  bool is_open = true;          ///< Not yet closed, cut or reset.
  bool is_forwarded = false;    ///< The connection to the target came about.
  bool is_forgotten = false;    ///< By ForgetIdle.
  FaultBytes bytes;
};

struct FaultStats {
  std::uint64_t accepted = 0;
  std::uint64_t open = 0;
  FaultBytes bytes;
  /// The last FaultLedger::kConnectionsMax, oldest first.
  std::vector<FaultConnection> connections;
};

class FaultLedger {
 public:
  /// Records kept, so that a proxy that runs for weeks does not grow.
  static constexpr std::size_t kConnectionsMax = 4096;

  /// Writes down a new connection and returns its id.
  std::uint64_t add(base::Instant accepted_at);
  void mark_forwarded(std::uint64_t id);
  void mark_forgotten(std::uint64_t id);
  /// Idempotent.
  void mark_closed(std::uint64_t id);
  void count(std::uint64_t id, const FaultBytes& bytes);

  FaultStats stats() const;

  /// Blocks until `is_reached` holds for the stats, or `timeout` has passed; says which. It is
  /// asked again after every change, under a lock: it must not call the ledger or the proxy.
  bool wait_until(const std::function<bool(const FaultStats&)>& is_reached,
                  base::Duration timeout) const;

 private:
  template <typename Change>
  void change(std::uint64_t id, Change change);
  FaultStats snapshot() const;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  FaultStats totals_;  ///< Its `connections` stay empty.
  std::deque<FaultConnection> connections_;
};

}  // namespace heartwire::net
