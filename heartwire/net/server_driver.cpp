#include "heartwire/net/server_driver.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/core/address_key.hpp"
#include "heartwire/net/entropy.hpp"

#include <future>
#include <unistd.h>
#include <utility>

namespace heartwire::net {
namespace {

/// Turned away and still to be answered, at one time. Beyond, the connection is reset: a flood must
/// not take what the limits are there to keep.
constexpr std::size_t kTurnedAwayMax = 1024;

/// A socket on its way from one loop to another.
class TravellingSocket {
 public:
  explicit TravellingSocket(int fd) noexcept : fd_(fd) {}
  ~TravellingSocket() {
    if (fd_ >= 0) ::close(fd_);
  }
  TravellingSocket(const TravellingSocket&) = delete;
  TravellingSocket& operator=(const TravellingSocket&) = delete;
  int take() noexcept { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

core::AddressKey key_of(const Address& peer) {
  return core::address_key(peer.host()).value_or(core::AddressKey{});
}

}  // namespace

ServerDriver::ServerDriver(ServerDriverOptions options)
    : options_(std::move(options)), admission_(options_.admission), rng_(random_seed()) {}

std::shared_ptr<ServerDriver> ServerDriver::make(ServerDriverOptions options,
                                                 std::vector<ServerShardSetup> setups) {
  HW_CHECK(!setups.empty());
  const std::shared_ptr<ServerDriver> driver(new ServerDriver(std::move(options)));
  driver->undrained_ = driver->standing_ = setups.size();
  const std::uint64_t count = setups.size();
  for (ServerShardSetup& setup : setups) {
    ServerShardCallbacks callbacks;
    callbacks.on_gone = [driver](const Address& peer, bool was_admitted) {
      driver->on_gone(peer, was_admitted);
    };
    callbacks.on_drained = [driver] { driver->on_drained(); };
    callbacks.on_torn_down = [driver] { driver->on_torn_down(); };
    driver->shards_.push_back(
        std::make_shared<ServerShard>(*setup.loop, setup.observer, std::move(setup.options),
                                      std::move(callbacks), driver->shards_.size() + 1, count));
  }
  return driver;
}

base::Result<Address, std::string> ServerDriver::start() {
  Loop& loop = shards_.front()->loop();
  if (!loop.has_thread() || loop.is_current_thread()) return listen();
  const auto done = std::make_shared<std::promise<base::Result<Address, std::string>>>();
  auto result = done->get_future();
  if (!shards_.front()->post(
          [self = shared_from_this(), done] { done->set_value(self->listen()); }))
    return base::Failure{std::string{"the server's loop has stopped"}};
  return result.get();
}

base::Result<Address, std::string> ServerDriver::listen() {
  if (is_stopping_ || is_draining_) return base::Failure{std::string{"the server has stopped"}};
  if (listener_) return base::Failure{std::string{"the server has been started already"}};
  listener_.emplace(shards_.front()->loop());
  Listener::Callbacks callbacks;
  callbacks.on_accept = [this](Stream stream, const Address& peer) {
    on_accept(std::move(stream), peer);
  };
  callbacks.on_trouble = [this](std::string_view what) {
    shards_.front()->observer().on_error(what);
  };
  auto where = listener_->open(options_.listen, std::move(callbacks));
  if (!where) listener_.reset();
  return where;
}

void ServerDriver::on_accept(Stream stream, const Address& peer) {
  const base::Instant now = shards_.front()->loop().now();
  std::optional<core::Refusal> why_not;
  if (const auto reason = admission_.admit(now, key_of(peer))) {
    if (turned_away_ == kTurnedAwayMax) {
      stream.reset();
      reset_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    ++turned_away_;
    why_not = admission_.refuse(now, *reason, rng_);
  }
  const auto shard = shards_[next_shard_];
  next_shard_ = (next_shard_ + 1) % shards_.size();
  if (shard == shards_.front()) return shard->adopt(std::move(stream), peer, why_not);
  const auto socket = std::make_shared<TravellingSocket>(stream.release());
  shard->post([shard, socket, peer, why_not, options = options_.listen.socket] {
    shard->adopt(Stream(shard->loop(), socket->take(), options), peer, why_not);
  });
}

/// On the thread of the shard.
void ServerDriver::on_gone(const Address& peer, bool was_admitted) {
  const auto& first = shards_.front();
  if (first->is_current()) return forget(peer, was_admitted);
  first->post(
      [self = shared_from_this(), peer, was_admitted] { self->forget(peer, was_admitted); });
}

void ServerDriver::forget(const Address& peer, bool was_admitted) {
  if (was_admitted) {
    admission_.on_closed(key_of(peer));
  } else {
    --turned_away_;
  }
}

void ServerDriver::drain() {
  if (is_draining_.exchange(true)) return;
  shards_.front()->post([self = shared_from_this()] { self->close_listener(); });
  for (const auto& shard : shards_) shard->post([shard] { shard->drain(); });
}

void ServerDriver::on_drained() {
  if (undrained_.fetch_sub(1) == 1) stop();
}

void ServerDriver::stop() {
  if (is_stopping_.exchange(true)) return;
  shards_.front()->post([self = shared_from_this()] { self->close_listener(); });
  for (const auto& shard : shards_) shard->post([shard] { shard->tear_down(); });
}

void ServerDriver::tear_down() {
  is_stopping_ = true;
  close_listener();
  for (const auto& shard : shards_) shard->tear_down();
}

void ServerDriver::close_listener() {
  listener_.reset();
}

void ServerDriver::on_torn_down() {
  const std::lock_guard lock(mutex_);
  if (--standing_ == 0) ended_.notify_all();
}

void ServerDriver::wait() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return standing_ == 0; });
}

ServerStats ServerDriver::stats() const {
  ServerStats sum;
  for (const auto& shard : shards_) {
    const ServerStats one = shard->stats();
    sum.accepted += one.accepted;
    sum.refused += one.refused;
    sum.reaped += one.reaped;
    sum.open += one.open;
  }
  sum.refused += reset_.load(std::memory_order_relaxed);
  return sum;
}

}  // namespace heartwire::net
