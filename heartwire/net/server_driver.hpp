#pragma once
// A server: one listener, and a shard of connections on each of its loops. It decides who is let
// in, deals connections out in turn, and knows when all of it has ended.

#include "heartwire/base/result.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/core/admission.hpp"
#include "heartwire/net/address.hpp"
#include "heartwire/net/listener.hpp"
#include "heartwire/net/loop.hpp"
#include "heartwire/net/server_observer.hpp"
#include "heartwire/net/server_shard.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace heartwire::net {

struct ServerDriverOptions {
  ListenOptions listen;
  core::AdmissionOptions admission;
};

/// A loop, who is told what happens on it, and how its connections are kept.
struct ServerShardSetup {
  Loop* loop = nullptr;
  std::shared_ptr<ServerObserver> observer;
  ServerShardOptions options;
};

class ServerDriver : public std::enable_shared_from_this<ServerDriver> {
 public:
  /// The loops must outlive tear_down() or, if that is not called, the return of wait(). At least
  /// one; the first one listens and admits. Options must have been validated.
  static std::shared_ptr<ServerDriver> make(ServerDriverOptions options,
                                            std::vector<ServerShardSetup> setups);

  /// Listens, once. The error is for people. On a loop without a thread of its own: on its thread,
  /// or before it runs.
  base::Result<Address, std::string> start();

  // Any thread; none blocks but wait().

  /// Stops accepting, closes by plan, then stops.
  void drain();
  /// The observers may be told something until wait() returns.
  void stop();
  /// Until everything has ended, after stop() or drain(). Not on a thread of the loops.
  void wait();
  /// As stop() and wait(), for a loop that this thread may touch: it is on it, or nobody runs it.
  void tear_down();
  ServerStats stats() const;

 private:
  explicit ServerDriver(ServerDriverOptions options);
  base::Result<Address, std::string> listen();
  void on_accept(Stream stream, const Address& peer);
  void on_gone(const Address& peer, bool was_admitted);
  void forget(const Address& peer, bool was_admitted);
  void on_drained();
  void on_torn_down();
  void close_listener();

  const ServerDriverOptions options_;
  std::vector<std::shared_ptr<ServerShard>> shards_;  // Shared with what is posted to the loops.

  // On the first loop.
  core::Admission admission_;
  base::Rng rng_;
  std::optional<Listener> listener_;
  std::size_t next_shard_ = 0;
  std::size_t turned_away_ = 0;  ///< Refused, and still to be answered.

  std::atomic<std::uint64_t> reset_{0};  ///< Refused without an answer.
  std::atomic<std::size_t> undrained_;
  std::atomic<bool> is_draining_{false};
  std::atomic<bool> is_stopping_{false};

  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t standing_ = 0;  ///< Shards not torn down.
};

}  // namespace heartwire::net
