#include "heartwire/net/fault_ledger.hpp"

#include <chrono>

namespace heartwire::net {
namespace {

void add_to(FaultBytes& sum, const FaultBytes& more) noexcept {
  sum.moved_up += more.moved_up;
  sum.moved_down += more.moved_down;
  sum.dropped_up += more.dropped_up;
  sum.dropped_down += more.dropped_down;
}

}  // namespace

std::uint64_t FaultLedger::add(base::Instant accepted_at) {
  const std::scoped_lock lock{mutex_};
  const std::uint64_t id = ++totals_.accepted;
  ++totals_.open;
  FaultConnection connection;
  connection.id = id;
  connection.accepted_at = accepted_at;
  connections_.push_back(connection);
  if (connections_.size() > kConnectionsMax) connections_.pop_front();
  changed_.notify_all();
  return id;
}

void FaultLedger::mark_forwarded(std::uint64_t id) {
  change(id, [](FaultConnection& connection) { connection.is_forwarded = true; });
}

void FaultLedger::mark_forgotten(std::uint64_t id) {
  change(id, [](FaultConnection& connection) { connection.is_forgotten = true; });
}

void FaultLedger::mark_closed(std::uint64_t id) {
  change(id, [this](FaultConnection& connection) {
    if (connection.is_open) --totals_.open;
    connection.is_open = false;
  });
}

void FaultLedger::count(std::uint64_t id, const FaultBytes& bytes) {
  change(id, [&](FaultConnection& connection) {
    add_to(totals_.bytes, bytes);
    add_to(connection.bytes, bytes);
  });
}

template <typename Change>
void FaultLedger::change(std::uint64_t id, Change change) {
  const std::scoped_lock lock{mutex_};
  FaultConnection evicted;  // Its record made room for others; the totals still count.
  const bool is_kept = !connections_.empty() && id >= connections_.front().id;
  change(is_kept ? connections_[static_cast<std::size_t>(id - connections_.front().id)] : evicted);
  changed_.notify_all();
}

FaultStats FaultLedger::stats() const {
  const std::scoped_lock lock{mutex_};
  return snapshot();
}

bool FaultLedger::wait_until(const std::function<bool(const FaultStats&)>& is_reached,
                             base::Duration timeout) const {
  const auto end = std::chrono::steady_clock::now() + timeout;
  std::unique_lock lock{mutex_};
  return changed_.wait_until(lock, end, [&] { return is_reached(snapshot()); });
}

FaultStats FaultLedger::snapshot() const {
  FaultStats stats = totals_;
  stats.connections.assign(connections_.begin(), connections_.end());
  return stats;
}

}  // namespace heartwire::net
