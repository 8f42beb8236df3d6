#include "heartwire/net/fault_proxy.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/net/clock.hpp"
#include "heartwire/net/daemon_thread.hpp"
#include "heartwire/net/fault_flow.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <exception>
#include <future>
#include <map>
#include <optional>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace heartwire::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Done = base::Result<base::Unit, std::string>;

/// Pause after a failed accept, as when no file descriptor is left: no hot loop.
constexpr std::chrono::milliseconds kAcceptPause{50};

}  // namespace

class FaultProxy::Impl {
 public:
  explicit Impl(FaultProxyOptions options)
      : options_(std::move(options)),
        host_{loop_,
              ledger_,
              options_.rules,
              FaultAddress{},
              base::Rng{options_.jitter_seed},
              options_.pipe_bytes_max,
              options_.socket_buffer_bytes,
              options_.connect_timeout,
              [this](std::string line) { say(std::move(line)); },
              [this](std::uint64_t id) { flows_.erase(id); }},
        thread_(start_quiet_thread("hw-faults", [this] { loop_.run(); })) {}

  ~Impl() {
    HW_CHECK(std::this_thread::get_id() != thread_.get_id());
    stop();
    asio::post(loop_, [this] { loop_.stop(); });  // Behind the lines that are still to be told.
    thread_.join();
  }

  /// Runs `work` on the loop thread, which lives as long as this object, and returns its result.
  template <typename Work>
  auto on_loop(Work work) -> decltype(work()) {
    if (std::this_thread::get_id() == thread_.get_id()) return work();
    std::promise<decltype(work())> promise;
    auto result = promise.get_future();
    asio::post(loop_,
               [&work, promise = std::move(promise)]() mutable { promise.set_value(work()); });
    return result.get();
  }

  base::Result<std::uint16_t, std::string> start();
  Done apply(const FaultAction& action);
  void stop();

  const FaultLedger& ledger() const noexcept { return ledger_; }
  FaultRules rules() const noexcept { return host_.rules; }
  std::uint16_t port() const noexcept { return endpoint_ ? endpoint_->port() : std::uint16_t{0}; }

 private:
  Done listen();
  Done set_accept(FaultAccept before);
  void accept_next();
  void accepted(tcp::socket peer);
  void say(std::string line);

  // Everything below is the loop thread's, the ledger excepted.

  template <typename Visit>
  void for_each_flow(Visit visit) {
    std::vector<std::shared_ptr<FaultFlow>> flows;  // A visit may end a flow, which erases it.
    for (const auto& [id, flow] : flows_) flows.push_back(flow);
    for (const auto& flow : flows) visit(*flow);
  }

  FaultProxyOptions options_;
  FaultLedger ledger_;
  asio::io_context loop_{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard_{loop_.get_executor()};
  FaultFlowHost host_;
  std::map<std::uint64_t, std::shared_ptr<FaultFlow>> flows_;
  std::optional<tcp::endpoint> endpoint_;  ///< Bound to, once started.
  tcp::acceptor acceptor_{loop_};
  std::uint64_t listen_generation_ = 0;  ///< What an older one accepted is not ours any more.
  asio::steady_timer accept_pause_{loop_};
  bool is_stopped_ = false;
  std::thread thread_;
};

base::Result<std::uint16_t, std::string> FaultProxy::Impl::start() {
  if (is_stopped_) return base::Failure{std::string{"the proxy was stopped"}};
  if (endpoint_) return base::Failure{std::string{"the proxy was started before"}};
  base::Result<FaultAddress, std::string> target = parse_fault_address(options_.target);
  if (!target) return base::Failure{target.error()};
  if (target->port == 0)
    return base::Failure{"bad target \"" + options_.target + "\": needs a port other than 0"};
  const base::Result<FaultAddress, std::string> listen_on = parse_fault_address(options_.listen);
  if (!listen_on) return base::Failure{listen_on.error()};

  error_code error;
  const bool is_local = listen_on->host == "localhost";
  const auto ip = asio::ip::make_address(is_local ? "127.0.0.1" : listen_on->host, error);
  if (error)
    return base::Failure{"cannot listen on \"" + options_.listen + "\": not an IP address"};
  host_.target = *std::move(target);
  endpoint_ = tcp::endpoint{ip, listen_on->port};
  const Done listening = listen();
  if (!listening) {
    endpoint_.reset();
    return base::Failure{listening.error()};
  }
  return port();
}

/// Binds, and unless we refuse, listens. A port that is bound but not listened on refuses, and
/// nobody else can take it.
Done FaultProxy::Impl::listen() {
  error_code error;
  ++listen_generation_;
  acceptor_.close(error);
  acceptor_.open(endpoint_->protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
  // Inherited by what is accepted; the window is settled before we see the connection.
  const int buffer_bytes = static_cast<int>(options_.socket_buffer_bytes);
  if (!error) acceptor_.set_option(tcp::acceptor::receive_buffer_size{buffer_bytes}, error);
  if (!error) acceptor_.bind(*endpoint_, error);
  const bool refuses = host_.rules.accept == FaultAccept::refuse;
  if (!error && !refuses) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    error_code ignored;
    acceptor_.close(ignored);
    const FaultAddress address{endpoint_->address().to_string(), endpoint_->port()};
    return base::Failure{"cannot listen on " + to_string(address) + ": " + error.message()};
  }
  endpoint_ = acceptor_.local_endpoint(error);
  if (!refuses) accept_next();
  return base::Unit{};
}

Done FaultProxy::Impl::set_accept(FaultAccept before) {
  const bool refused = before == FaultAccept::refuse || !acceptor_.is_open();
  const bool refuses = host_.rules.accept == FaultAccept::refuse;
  if (!endpoint_ || refused == refuses) return base::Unit{};
  return listen();
}

Done FaultProxy::Impl::apply(const FaultAction& action) {
  if (is_stopped_) return base::Failure{std::string{"the proxy was stopped"}};
  const auto* retarget = std::get_if<faults::Retarget>(&action);
  if (retarget && retarget->target.port == 0)
    return base::Failure{std::string{"a target needs a port other than 0"}};
  const FaultRules before = std::exchange(host_.rules, updated(host_.rules, action));
  const Done listening = set_accept(before.accept);
  if (!listening) {
    host_.rules = before;
    return listening;
  }
  say(describe(action));
  if (retarget) host_.target = retarget->target;
  if (std::holds_alternative<faults::Cut>(action))
    for_each_flow([](FaultFlow& flow) { flow.cut(); });
  if (std::holds_alternative<faults::Reset>(action))
    for_each_flow([](FaultFlow& flow) { flow.reset(); });
  if (host_.rules != before) for_each_flow([](FaultFlow& flow) { flow.rules_changed(); });
  return base::Unit{};
}

void FaultProxy::Impl::accept_next() {
  acceptor_.async_accept(
      [this, generation = listen_generation_](error_code error, tcp::socket peer) {
        if (generation != listen_generation_ || error == asio::error::operation_aborted) return;
        if (!error) {
          accepted(std::move(peer));
          return accept_next();
        }
        accept_pause_.expires_after(kAcceptPause);
        accept_pause_.async_wait([this, generation](error_code stopped) {
          if (!stopped && generation == listen_generation_) accept_next();
        });
      });
}

void FaultProxy::Impl::accepted(tcp::socket peer) {
  error_code error;
  const tcp::endpoint from = peer.remote_endpoint(error);
  if (flows_.size() >= options_.connections_max) {
    say("more than " + std::to_string(options_.connections_max) + " connections: one reset");
    peer.set_option(asio::socket_base::linger{true, 0}, error);
    peer.close(error);  // The destructor would undo the linger option first.
    return;
  }
  const bool is_v6 = endpoint_->protocol() == tcp::v6();
  const int native_socket = peer.release(error);
  if (error) return;
  const std::uint64_t id = ledger_.add(steady_now());
  const auto flow = FaultFlow::create(host_, id, native_socket, is_v6);
  say("connection " + std::to_string(id) + ": accepted from " +
      to_string(FaultAddress{from.address().to_string(), from.port()}));
  flows_.emplace(id, flow);
  flow->begin();
}

/// Posted, so that a callback which commands us finds every flow at rest.
void FaultProxy::Impl::say(std::string line) {
  if (!options_.on_event) return;
  asio::post(loop_, [this, line = std::move(line)] { options_.on_event(line); });
}

/// The loop runs on until the destructor, so that nobody waits for an answer that never comes.
void FaultProxy::Impl::stop() {
  on_loop([this] {
    error_code ignored;
    is_stopped_ = true;
    ++listen_generation_;
    acceptor_.close(ignored);
    accept_pause_.cancel();
    for_each_flow([](FaultFlow& flow) { flow.cut(); });
    return true;
  });
}

FaultProxy::FaultProxy(FaultProxyOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
FaultProxy::~FaultProxy() = default;

base::Result<std::uint16_t, std::string> FaultProxy::start() {
  return impl_->on_loop([this] { return impl_->start(); });
}

void FaultProxy::stop() {
  impl_->stop();
}

std::uint16_t FaultProxy::port() const {
  return impl_->on_loop([this] { return impl_->port(); });
}

Done FaultProxy::apply(const FaultAction& action) {
  Done done = impl_->on_loop([&] { return impl_->apply(action); });
  impl_->on_loop([] { return true; });  // Behind the line that tells of it.
  return done;
}

void FaultProxy::freeze(FaultDirection direction) {
  (void)apply(faults::Freeze{direction});
}

void FaultProxy::thaw(FaultDirection direction) {
  (void)apply(faults::Thaw{direction});
}

void FaultProxy::drop(FaultDirection direction) {
  (void)apply(faults::Drop{direction});
}

void FaultProxy::pass(FaultDirection direction) {
  (void)apply(faults::Pass{direction});
}

void FaultProxy::cut() {
  (void)apply(faults::Cut{});
}

void FaultProxy::reset() {
  (void)apply(faults::Reset{});
}

Done FaultProxy::refuse() {
  return apply(faults::Accept{FaultAccept::refuse});
}

Done FaultProxy::accept() {
  return apply(faults::Accept{FaultAccept::forward});
}

Done FaultProxy::accept_then_close() {
  return apply(faults::Accept{FaultAccept::close_at_once});
}

Done FaultProxy::black_hole_new() {
  return apply(faults::Accept{FaultAccept::black_hole});
}

void FaultProxy::delay(base::Duration delay, base::Duration jitter, FaultDirection direction) {
  (void)apply(faults::Delay{delay, jitter, direction});
}

void FaultProxy::throttle(std::uint64_t bytes_per_second, FaultDirection direction) {
  (void)apply(faults::Throttle{bytes_per_second, direction});
}

void FaultProxy::forget_idle(base::Duration after, FaultForgetting how) {
  (void)apply(faults::ForgetIdle{after, how});
}

Done FaultProxy::retarget(std::string_view target) {
  base::Result<FaultAddress, std::string> address = parse_fault_address(target);
  if (!address) return base::Failure{address.error()};
  return apply(faults::Retarget{*std::move(address)});
}

Done FaultProxy::clear() {
  return apply(faults::Clear{});
}

FaultRules FaultProxy::rules() const {
  return impl_->on_loop([this] { return impl_->rules(); });
}

FaultStats FaultProxy::stats() const {
  return impl_->ledger().stats();
}

std::uint64_t FaultProxy::accepted_count() const {
  return stats().accepted;
}

bool FaultProxy::wait_until(const std::function<bool(const FaultStats&)>& is_reached,
                            base::Duration timeout) const {
  return impl_->ledger().wait_until(is_reached, timeout);
}

}  // namespace heartwire::net
