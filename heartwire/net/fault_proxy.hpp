#pragma once
// A TCP proxy that breaks connections on purpose: for `heartwire faults`, for the demo, and for
// tests that need a path which freezes, loses, delays or forgets.
//
// It works on whole streams, not on packets: what it throws away is not sent again, and between
// itself and either side TCP goes on acknowledging. Memory is bounded by connections_max times
// pipe_bytes_max each way; what does not fit stays in the kernel, where it holds up the sender.
//
// Threads: the proxy runs on one thread of its own. Every member may be called from any thread, the
// destructor from any but the proxy's own; commands have taken effect when they return.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/net/fault_ledger.hpp"
#include "heartwire/net/fault_rules.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace heartwire::net {

struct FaultProxyOptions {
  /// Address and port to listen on; the host is an IP address or `localhost`. Port 0, the default,
  /// lets the system choose.
  std::string listen = "127.0.0.1:0";
  /// Where to forward to; a name is resolved for every connection. No default.
  std::string target;
  /// In force from the first connection on. Default: no faults.
  FaultRules rules{};
  /// Connections at a time; more get RST. Default 1024, which fits the usual limit of open files.
  std::size_t connections_max = 1024;
  /// Bytes held for each connection and direction. Default 256 KiB: with a delay of 200 ms that
  /// lets 1.25 MiB a second through.
  std::size_t pipe_bytes_max = 256 * 1024;
  /// Send and receive buffer asked of the kernel for each socket. Default 64 KiB: small, so that a
  /// sender soon feels a throttle or a freeze.
  std::size_t socket_buffer_bytes = 64 * 1024;
  /// For the connection to the target; then the other side gets RST. Default 10 s.
  base::Duration connect_timeout = std::chrono::seconds{10};
  /// Of the jitter, so that a run can be repeated. Default 1.
  std::uint64_t jitter_seed = 1;
  /// Called on the proxy's thread with one line for each thing that happened. It may call the
  /// proxy, except for its destructor, and must not throw. Default none.
  std::function<void(std::string_view line)> on_event{};
};

class FaultProxy {
 public:
  explicit FaultProxy(FaultProxyOptions options);
  /// Stops.
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  /// Listens and forwards from now on. Once. Returns the port, or why not, for people, naming the
  /// address at fault.
  base::Result<std::uint16_t, std::string> start();
  /// Closes everything, for good. Idempotent.
  void stop();
  /// The port listened on, also while refusing; 0 before start().
  std::uint16_t port() const;

  /// Does what `action` says. Fails, for people and changing nothing, when it is not possible: the
  /// port has been taken since refuse(), the new target has port 0, or the proxy was stopped.
  /// Before start() it sets the rules.
  /// Except from within on_event, that has heard of the action when this returns.
  base::Result<base::Unit, std::string> apply(const FaultAction& action);

  // The actions by name; see namespace faults for what each does. Those that can fail say so.
  void freeze(FaultDirection direction = FaultDirection::both);
  void thaw(FaultDirection direction = FaultDirection::both);
  void drop(FaultDirection direction = FaultDirection::both);
  void pass(FaultDirection direction = FaultDirection::both);
  void cut();
  void reset();
  /// Stops listening. The port stays reserved for accept().
  base::Result<base::Unit, std::string> refuse();
  base::Result<base::Unit, std::string> accept();
  base::Result<base::Unit, std::string> accept_then_close();
  base::Result<base::Unit, std::string> black_hole_new();
  void delay(base::Duration delay, base::Duration jitter = {},
             FaultDirection direction = FaultDirection::both);
  void throttle(std::uint64_t bytes_per_second, FaultDirection direction = FaultDirection::both);
  void forget_idle(base::Duration after, FaultForgetting how = FaultForgetting::silent);
  /// `target` as in the options; an unreadable one is refused.
  base::Result<base::Unit, std::string> retarget(std::string_view target);
  base::Result<base::Unit, std::string> clear();

  FaultRules rules() const;
  FaultStats stats() const;
  /// Connections accepted since start(), the refused ones of course not.
  std::uint64_t accepted_count() const;
  /// Blocks until `is_reached` holds for the stats, or `timeout` has passed; says which. Not from
  /// on_event. `is_reached` must not call the proxy.
  bool wait_until(const std::function<bool(const FaultStats&)>& is_reached,
                  base::Duration timeout) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace heartwire::net
