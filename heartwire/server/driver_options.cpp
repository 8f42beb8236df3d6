#include "heartwire/server/driver_options.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/net/guarded_dialect.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace heartwire::server {
namespace {

using std::chrono::milliseconds;

/// The kernel keeps little of ours, so that a heartbeat is not queued behind a bulk transfer there.
constexpr int kUnsentBytesLow = 128 << 10;

core::DialectSet dialect_set(std::vector<core::DialectPtr> dialects) {
  auto set = core::DialectSet::make(std::move(dialects));
  HW_CHECK(set);
  return std::move(set).value();
}

core::DrainOptions share_of_drain(core::DrainOptions drain, std::uint32_t shards) {
  drain.accept_rate = std::max(1U, drain.accept_rate / shards);
  drain.close_rate_min = std::max(1U, drain.close_rate_min / shards);
  return drain;
}

}  // namespace

net::ServerDriverOptions make_driver_options(const Options& options) {
  net::ServerDriverOptions driver;
  driver.admission = options.admission;
  driver.listen.address = options.address;
  driver.listen.port = options.port;
  driver.listen.socket.unsent_bytes_low = kUnsentBytesLow;
  driver.listen.socket.user_timeout = std::chrono::duration_cast<milliseconds>(
      options.heartbeat.interval + options.heartbeat.timeout);
  return driver;
}

net::ServerShardOptions make_shard_options(const Options& options) {
  net::ServerShardOptions shard;
  shard.endpoint.heartbeat = options.heartbeat;
  dialect_set(options.dialects).adapt(base::Role::server, shard.endpoint.heartbeat);
  shard.endpoint.closing.close_timeout = options.close_timeout;
  shard.endpoint.limits.message_bytes_max = options.message_bytes_max;
  shard.endpoint.limits.frame_bytes_max = options.message_bytes_max;
  shard.endpoint.deflate = options.compression;
  shard.endpoint.send_buffer_bytes_max = options.send_buffer_bytes_max;
  shard.head_bytes_max = options.head_bytes_max;
  shard.handshake_timeout = options.handshake_timeout;
  shard.message_rate = options.message_rate;
  shard.is_slow_peer_closed = options.slow_peer == SlowPeer::close;
  shard.drain = share_of_drain(options.drain, options.threads);
  return shard;
}

net::ServerShardOptions make_shard_options(const net::ServerShardOptions& common,
                                           const Options& options,
                                           const std::shared_ptr<net::ServerObserver>& observer) {
  net::ServerShardOptions shard = common;
  std::vector<core::DialectPtr> dialects = options.dialects;
  for (core::DialectPtr& dialect : dialects)
    dialect = net::guard_dialect(std::move(dialect),
                                 [weak = std::weak_ptr(observer)](std::string_view what) {
                                   if (const auto locked = weak.lock()) locked->on_error(what);
                                 });
  shard.endpoint.dialects = dialect_set(std::move(dialects));
  return shard;
}

}  // namespace heartwire::server
