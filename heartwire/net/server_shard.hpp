#pragma once
// The connections of a server that live on one loop: their slots, their deadlines behind one timer,
// and their part of a drain.
//
// There is no watch for time jumps here: after a sleep every peer would be probed at once, and the
// crowd of answers be judged by a short deadline. The ordinary heartbeat finds the dead as it goes.

#include "heartwire/base/instant.hpp"
#include "heartwire/core/admission.hpp"
#include "heartwire/core/drain_plan.hpp"
#include "heartwire/core/timer_table.hpp"
#include "heartwire/core/token_bucket.hpp"
#include "heartwire/endpoint/server_endpoint.hpp"
#include "heartwire/net/entropy.hpp"
#include "heartwire/net/loop.hpp"
#include "heartwire/net/server_connection.hpp"
#include "heartwire/net/server_observer.hpp"
#include "heartwire/net/server_tls.hpp"
#include "heartwire/net/stream.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::net {

struct ServerShardOptions {
  endpoint::ServerEndpointOptions endpoint;
  /// Longest head of an upgrade request. Default 16 KiB, as ws::HeadLimits.
  std::size_t head_bytes_max = std::size_t{16} << 10;
  /// From accept to the end of the upgrade, TLS included. Default 8 s: a slow phone needs two.
  base::Duration handshake_timeout = std::chrono::seconds{8};
  /// Messages of one connection; one beyond closes it with 1008. Default: no limit.
  core::TokenRate message_rate{};
  /// Whether a send that finds no room ends the connection with 1013. Default: it is refused only.
  bool is_slow_peer_closed = false;
  /// Default: no TLS. Shared with the other shards and with who replaces it.
  std::shared_ptr<const ServerTls> tls{};
  /// The shard's share of its server's.
  core::DrainOptions drain{};
};

/// What a shard tells its server, on its own loop's thread.
struct ServerShardCallbacks {
  /// The socket of a connection that was given to adopt() has closed.
  std::function<void(const Address& peer, bool was_admitted)> on_gone;
  /// A drain is complete, or has taken its time.
  std::function<void()> on_drained;
  /// Said once, last.
  std::function<void()> on_torn_down;
};

struct ServerStats {
  std::uint64_t accepted = 0;  ///< Upgrades done.
  std::uint64_t refused = 0;   ///< By limits, by the observer, or for a bad request.
  std::uint64_t reaped = 0;    ///< Declared dead by heartbeat.
  std::size_t open = 0;
};

class ServerTurn;

class ServerShard : public std::enable_shared_from_this<ServerShard> {
 public:
  /// `loop` must outlive tear_down(). Connection number n of this shard has id `first_id` + n *
  /// `id_step`. `options` must have been validated.
  ServerShard(Loop& loop, std::shared_ptr<ServerObserver> observer, ServerShardOptions options,
              ServerShardCallbacks callbacks, std::uint64_t first_id, std::uint64_t id_step);

  // Any thread.

  /// False, and nothing happens, once the loop is gone.
  bool post(std::function<void()> work) const { return handle_.post(std::move(work)); }
  /// Whether the caller is on the loop's thread.
  bool is_current() const;
  ServerStats stats() const noexcept;
  /// Who connection `id` is; empty if it has no name. Names are kept here, beside the connections,
  /// so that those without one pay nothing.
  std::string identity(std::uint64_t id) const;
  void set_identity(std::uint64_t id, std::string identity);
  void forget_identity(std::uint64_t id) noexcept;

  // On the loop's thread.

  void adopt(Stream stream, const Address& peer, const std::optional<core::Refusal>& why_not);
  void drain();
  /// Drops every connection and tells the observer nothing any more. Not inside a hook.
  void tear_down();

  // For its connections.

  Loop& loop() noexcept { return loop_; }
  ServerObserver& observer() noexcept { return *observer_; }
  const ServerShardOptions& options() const noexcept { return options_; }
  const ServerConnectionPtr& at(std::uint32_t slot) const noexcept { return slots_[slot]; }
  /// One instant for all of a turn.
  base::Instant now() const;
  /// The turn that runs, if it is this connection's.
  ServerTurn* turn_of(const ServerConnection& connection) const noexcept;
  std::uint64_t next_seed() noexcept;
  /// `slot` is due at `when`, or earlier if it was.
  void schedule(std::uint32_t slot, base::Instant when);
  void release(std::uint32_t slot);
  /// Whether one more message of the connection in `slot` is within message_rate; counts it.
  bool may_deliver(std::uint32_t slot, base::Instant now) noexcept;
  /// What a drain tells one who comes too late; nothing while there is none.
  std::optional<std::chrono::seconds> drain_retry_after(base::Instant now);
  /// About a peer's failure; bounded in rate, so that no crowd of them fills a log.
  void report_peer(const Address& peer, std::string_view what);

  void on_opened() noexcept;
  void on_refused() noexcept { refused_.fetch_add(1, std::memory_order_relaxed); }
  void on_ended(bool is_reaped) noexcept;

 private:
  friend class ServerTurn;

  struct Drain {
    struct Place {
      std::uint32_t slot;
      std::uint64_t id;
    };
    core::DrainPlan plan;
    std::vector<Place> order;
    base::Instant deadline;
    Loop::TimerId timer;
    std::uint32_t latecomers = 0;
  };

  void on_timer(base::Instant now);
  void continue_drain(base::Instant now);
  void end_drain();

  Loop& loop_;
  const LoopHandle handle_;
  std::shared_ptr<ServerObserver> observer_;  // Shared with the face that made it.
  const ServerShardOptions options_;
  ServerShardCallbacks callbacks_;

  std::vector<ServerConnectionPtr> slots_;
  std::vector<core::CompactTokenBucket>
      message_rates_;  ///< As slots_; only where there is a limit.
  std::vector<std::uint32_t> free_slots_;
  std::uint32_t count_ = 0;  ///< Of slots in use.
  std::uint64_t next_id_;
  const std::uint64_t id_step_;

  core::TimerTable table_;
  std::optional<Loop::TimerId> timer_;
  std::optional<base::Instant> armed_at_;
  bool is_ticking_ = false;
  bool is_torn_down_ = false;

  ServerTurn* turn_ = nullptr;  ///< Of the connection whose endpoint is at work.
  EntropyPool entropy_;
  std::optional<Drain> drain_;
  core::TokenBucket report_rate_;
  std::uint64_t untold_ = 0;

  mutable std::mutex identities_mutex_;
  std::map<std::uint64_t, std::string> identities_;

  // Written on the loop's thread.
  std::atomic<std::uint64_t> accepted_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::uint64_t> reaped_{0};
  std::atomic<std::size_t> open_{0};
};

}  // namespace heartwire::net
