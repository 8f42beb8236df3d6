#pragma once
// One connection through the fault proxy: the accepted socket, its counterpart to the target, and a
// pipe each way, obeying the proxy's rules. Internal to FaultProxy; everything here runs on its
// loop thread. A flow keeps itself alive while it has work, hence the shared_ptr.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/net/fault_address.hpp"
#include "heartwire/net/fault_ledger.hpp"
#include "heartwire/net/fault_rules.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace heartwire::net {

/// What a flow needs of its proxy, which outlives it.
struct FaultFlowHost {
  boost::asio::io_context& loop;
  FaultLedger& ledger;
  FaultRules rules;     ///< Read at every step; after a change, rules_changed() each flow.
  FaultAddress target;  ///< Read when a flow dials.
  base::Rng jitter_rng;
  std::size_t pipe_bytes_max;
  std::size_t socket_buffer_bytes;
  base::Duration connect_timeout;
  std::function<void(std::string line)> say;        ///< Must not call back into the flow.
  std::function<void(std::uint64_t id)> on_closed;  ///< The flow is over; let go of it.
};

class FaultFlow {
 public:
  /// Takes over the accepted socket `native_socket`, of IPv6 if `is_v6`, known as `id` to the
  /// ledger.
  static std::shared_ptr<FaultFlow> create(FaultFlowHost& host, std::uint64_t id, int native_socket,
                                           bool is_v6);
  FaultFlow() = default;
  FaultFlow(const FaultFlow&) = delete;
  FaultFlow& operator=(const FaultFlow&) = delete;
  virtual ~FaultFlow() = default;

  /// Dials, holds or swallows, as the rules say for new connections. Once, before all others.
  virtual void begin() = 0;
  /// Obeys the host's rules as they are now.
  virtual void rules_changed() = 0;
  /// FIN to both sides, whatever the rules; what was on its way is lost. Over once both sides have
  /// closed too, or a few seconds later.
  virtual void cut() = 0;
  /// RST to both sides.
  virtual void reset() = 0;
};

}  // namespace heartwire::net
