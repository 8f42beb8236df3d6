#pragma once
// One connection's turn: from an event to the end of what follows from it. While it lasts, what the
// connection sends is collected in the turn's workspace and leaves in one write.

#include "heartwire/base/check.hpp"
#include "heartwire/base/instant.hpp"
#include "heartwire/endpoint/workspace.hpp"
#include "heartwire/net/server_connection.hpp"
#include "heartwire/net/server_shard.hpp"
#include "heartwire/net/thread_workspace.hpp"

#include <utility>

namespace heartwire::net {

/// A local variable of the loop's thread. A shard has one turn at a time; shards of different
/// servers on one loop may nest.
class ServerTurn {
 public:
  ServerTurn(ServerShard& shard, const ServerConnection& connection, base::Instant now)
      : shard_(shard), connection_(connection), now_(now), outer_(std::exchange(innermost_, this)) {
    HW_CHECK(shard.turn_ == nullptr);
    shard.turn_ = this;
  }
  ~ServerTurn() {
    shard_.turn_ = nullptr;
    innermost_ = outer_;
  }
  ServerTurn(const ServerTurn&) = delete;
  ServerTurn& operator=(const ServerTurn&) = delete;

  endpoint::Workspace& workspace() noexcept { return *lease_; }
  base::Instant now() const noexcept { return now_; }
  bool is_of(const ServerConnection& connection) const noexcept {
    return &connection_ == &connection;
  }

  /// Whether the calling thread is inside a turn of `shard`, and no other has begun since.
  static bool is_inside(const ServerShard& shard) noexcept {
    return innermost_ != nullptr && &innermost_->shard_ == &shard;
  }

 private:
  static thread_local ServerTurn* innermost_;

  ServerShard& shard_;
  const ServerConnection& connection_;
  const base::Instant now_;
  ServerTurn* const outer_;
  WorkspaceLease lease_;
};

}  // namespace heartwire::net
