#pragma once
// From what a user may say to what the driver needs.

#include "heartwire/net/server_driver.hpp"
#include "heartwire/net/server_observer.hpp"
#include "heartwire/server/options.hpp"

#include <memory>

namespace heartwire::server {

/// `options` must have been validated.
net::ServerDriverOptions make_driver_options(const Options& options);

/// What the shards have in common, but for TLS.
net::ServerShardOptions make_shard_options(const Options& options);

/// The same for one shard: what the user's dialects throw there is told to `observer`.
net::ServerShardOptions make_shard_options(const net::ServerShardOptions& common,
                                           const Options& options,
                                           const std::shared_ptr<net::ServerObserver>& observer);

}  // namespace heartwire::server
