#include "heartwire/server/server.hpp"

#include "heartwire/net/loop.hpp"
#include "heartwire/net/server_driver.hpp"
#include "heartwire/net/server_tls.hpp"
#include "heartwire/server/driver_options.hpp"
#include "heartwire/server/observer.hpp"

#include <atomic>
#include <stdexcept>
#include <utility>
#include <vector>

namespace heartwire::server {
namespace {

Options checked(Options options, bool is_loop_borrowed) {
  if (const auto wrong = validate(options)) throw std::invalid_argument(*wrong);
  if (is_loop_borrowed && options.threads != 1)
    throw std::invalid_argument("threads must be 1 on a loop of the caller's");
  return options;
}

}  // namespace

class Server::Impl {
 public:
  /// `borrowed`: the caller's loop, or null.
  Impl(net::Loop* borrowed, const Options& options) : shared_(std::make_shared<Shared>()) {
    shared_->hooks = options.hooks;
    net::ServerShardOptions common = make_shard_options(options);
    set_up_tls(options.tls);
    common.tls = tls_;
    std::vector<net::ServerShardSetup> setups;
    for (unsigned index = 0; index < options.threads; ++index) {
      if (borrowed == nullptr) own_loops_.push_back(std::make_unique<net::Loop>());
      const auto observer = std::make_shared<Observer>(shared_);
      setups.push_back({borrowed != nullptr ? borrowed : own_loops_.back().get(), observer,
                        make_shard_options(common, options, observer)});
    }
    loop_ = setups.front().loop;
    driver_ = net::ServerDriver::make(make_driver_options(options), std::move(setups));
  }

  ~Impl() {
    stop();
    if (own_loops_.empty() && (!loop_->has_thread() || loop_->is_current_thread())) {
      driver_->tear_down();
    } else {
      driver_->wait();
    }
  }

  void start() {
    const auto where = driver_->start();
    if (!where) throw std::runtime_error(where.error());
    port_ = where->port;
  }

  void stop() {
    shared_->is_stopped.store(true, std::memory_order_release);
    driver_->stop();
  }

  base::Result<base::Unit, std::string> reload_tls() {
    if (!tls_) return base::Failure{std::string{"the server has no TLS, so none can be reloaded"}};
    auto made = net::TlsContext::server(tls_options_);
    if (!made) return base::Failure{made.error()};
    tls_->replace(std::move(made).value());
    return base::Unit{};
  }

  net::ServerDriver& driver() noexcept { return *driver_; }
  std::uint16_t port() const noexcept { return port_; }

 private:
  void set_up_tls(const net::TlsOptions& options) {
    if (options.certificate_file.empty()) return;
    auto made = net::TlsContext::server(options);
    if (!made) throw std::runtime_error(made.error());
    tls_options_ = options;
    tls_ = std::make_shared<net::ServerTls>(std::move(made).value());
  }

  std::vector<std::unique_ptr<net::Loop>> own_loops_;  ///< Destroyed last.
  net::Loop* loop_ = nullptr;                          ///< The first.
  std::shared_ptr<Shared> shared_;             // With the observers, which may finish a hook later.
  std::shared_ptr<net::ServerDriver> driver_;  // With what it posted to the loops.
  net::TlsOptions tls_options_;
  std::shared_ptr<net::ServerTls> tls_;  // With the shards. Null: no TLS.
  std::atomic<std::uint16_t> port_{0};
};

Server::Server(Options options)
    : impl_(std::make_unique<Impl>(nullptr, checked(std::move(options), false))) {}

Server::Server(net::Loop& loop, Options options)
    : impl_(std::make_unique<Impl>(&loop, checked(std::move(options), true))) {}

Server::~Server() = default;

void Server::start() {
  impl_->start();
}
std::uint16_t Server::port() const noexcept {
  return impl_->port();
}
void Server::drain() {
  impl_->driver().drain();
}
base::Result<base::Unit, std::string> Server::reload_tls() {
  return impl_->reload_tls();
}
void Server::stop() {
  impl_->stop();
}
void Server::wait() {
  impl_->driver().wait();
}

Stats Server::stats() const {
  const net::ServerStats stats = impl_->driver().stats();
  return {stats.accepted, stats.refused, stats.reaped, stats.open};
}

}  // namespace heartwire::server
