#include "heartwire/client/driver_options.hpp"

#include "heartwire/client/gated_dialect.hpp"
#include "heartwire/net/dial_budget.hpp"
#include "heartwire/net/guarded_dialect.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

namespace heartwire::client {
namespace {

using std::chrono::milliseconds;

core::LifecycleOptions lifecycle_options(const Options& options) {
  core::LifecycleOptions life;
  life.heartbeat = options.heartbeat;
  options.dialect->adapt(base::Role::client, life.heartbeat);
  life.interval_search = options.interval_search;
  life.reconnect = options.reconnect;
  life.outbox = options.outbox;
  life.closing.close_timeout = options.close_timeout;
  life.urls.url_count = static_cast<std::uint32_t>(std::max<std::size_t>(1, options.urls.size()));
  life.dialect = options.dialect;
  // Each stage has its own timeout; this one catches what none of them covers. Waiting for a place
  // in the budget's line is nobody's failure.
  life.attempt_timeout = options.resolve_timeout + options.connect_timeout + options.tls_timeout +
                         options.handshake_timeout;
  if (options.proxy != "none") life.attempt_timeout += options.proxy_timeout;
  if (options.dial_budget) life.attempt_timeout = std::chrono::hours{24 * 7};
  life.has_condition = static_cast<bool>(options.wanted);
  return life;
}

milliseconds user_timeout(const Options& options) {
  if (options.tcp_user_timeout) return *options.tcp_user_timeout;
  const auto sum = options.heartbeat.interval + options.heartbeat.timeout;
  return std::chrono::ceil<milliseconds>(sum);
}

net::DialOptions dial_options(const Options& options) {
  net::DialOptions dial;
  dial.resolve_timeout = options.resolve_timeout;
  dial.connect_timeout = options.connect_timeout;
  dial.proxy_timeout = options.proxy_timeout;
  dial.tls_timeout = options.tls_timeout;
  // The kernel keeps little of ours, so that a heartbeat is not queued behind a bulk transfer
  // there.
  dial.socket.unsent_bytes_low = 128 << 10;
  const milliseconds give_up = user_timeout(options);
  if (give_up > milliseconds::zero()) dial.socket.user_timeout = give_up;
  return dial;
}

}  // namespace

net::ClientDriverOptions make_driver_options(const Options& options) {
  net::ClientDriverOptions driver;
  driver.endpoint.lifecycle = lifecycle_options(options);
  driver.endpoint.limits.message_bytes_max = options.message_bytes_max;
  driver.endpoint.limits.frame_bytes_max = options.message_bytes_max;
  driver.endpoint.deflate = options.compression;
  driver.endpoint.pump.fragment_bytes = options.fragment_bytes;
  driver.subprotocols = options.subprotocols;
  driver.dial = dial_options(options);
  driver.dial_budget = options.dial_budget;
  driver.dial.budget = driver.dial_budget.get();
  driver.handshake_timeout = options.handshake_timeout;
  return driver;
}

std::shared_ptr<const net::ClientDriverOptions> driver_options_for(Observer& observer) {
  const PlanPtr& plan = observer.plan();
  const bool has_dialect = plan->driver.endpoint.lifecycle.dialect->has_user_code();
  if (!has_dialect && !plan->judge) return {plan, &plan->driver};
  auto own = std::make_shared<net::ClientDriverOptions>(plan->driver);
  core::LifecycleOptions& life = own->endpoint.lifecycle;
  if (has_dialect) {
    auto guarded = net::guard_dialect(
        std::move(life.dialect), [&observer](std::string_view what) { observer.report(what); });
    life.dialect = gate_dialect(std::move(guarded), observer.gate());
  }
  if (plan->judge)
    life.judge = [&observer](const core::Outcome& outcome) { return observer.judge(outcome); };
  return own;
}

}  // namespace heartwire::client
