#pragma once
// Everything that can go wrong in a world, as plain data: what, to whom, when, for how long.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/sim/link.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::sim {

enum class FaultKind : std::uint8_t {
  // The path of client `target`.
  hole_up,       ///< Nothing that the client sends arrives.
  hole_down,     ///< Nothing arrives at the client.
  hole_both,     ///< Neither way.
  reset,         ///< A box on the way resets the connection.
  forget,        ///< A middlebox forgets flows idle for `amount` ms, and drops their packets.
  forget_reset,  ///< The same, answering with RST.
  loss,          ///< `amount` packets of a million are lost.
  latency,       ///< `amount` ms more each way.
  throttle,      ///< At most `amount` bytes a second.
  swallow_up,    ///< A proxy acknowledges what the client sends, and drops it.
  swallow_down,  ///< The same towards the client.
  // Server `target`.
  server_stall,       ///< Its loop stands; its kernel goes on.
  server_sleep,       ///< The whole host stands.
  server_crash,       ///< The process ends and comes back; its kernel sends FINs.
  server_power_loss,  ///< The host ends without a word and comes back.
  zero_window,        ///< It reads nothing.
  slow_reader,        ///< It reads `amount` bytes every 100 ms.
  refuse,             ///< Nobody listens.
  accept_then_fin,    ///< It opens the connection, then ends the transport.
  accept_then_reset,  ///< The same, by RST.
  accept_then_close,  ///< The same, by a Close with code `amount`.
  http_status,        ///< It answers requests with status `amount`.
  ignore_request,     ///< It never answers requests.
  slow_handshake,     ///< It answers requests after `amount` ms.
  overload,           ///< It admits `amount` connections a second.
  server_drain,  ///< It closes all over `amount` ms at most (core::DrainPlan), goes, comes back.
  // Client `target`.
  client_stall,  ///< Its loop stands.
  client_sleep,  ///< The whole host stands.
  client_crash,  ///< The process ends without a word; another begins afterwards.
  clock_jump,    ///< Its steady clock leaps forward by `amount` ms, as after a pause.
  wall_jump,     ///< Its wall clock is set, which a driver answers by CheckNow.
  no_name,       ///< The server's name is not resolved.
  stale_report,  ///< The driver tells things of transports that are gone.
};
inline constexpr std::size_t kFaultKinds = 33;

/// The enumerator's own name.
std::string_view name(FaultKind kind) noexcept;

enum class FaultPlace : std::uint8_t { path, server, client };
FaultPlace place(FaultKind kind) noexcept;

struct Fault {
  FaultKind kind = FaultKind::hole_both;
  std::uint32_t target = 0;
  base::Instant begins{};
  /// Without meaning for reset, clock_jump, wall_jump and stale_report.
  base::Duration lasts{};
  std::uint64_t amount = 0;

  bool operator==(const Fault&) const = default;
};

/// `KIND TARGET BEGINS LASTS [AMOUNT]`, times in milliseconds: `hole_up 0 12500 3000`.
std::string to_text(const Fault& fault);
/// Faults as to_text() writes them, separated by semicolons; or what is wrong, for people.
base::Result<std::vector<Fault>, std::string> parse_faults(std::string_view text);

/// How a server receives a connection.
enum class Reception : std::uint8_t { accept, fin, reset, close, http_status, ignore };

/// What the faults that are in force make of a server.
struct ServerCondition {
  bool is_stalled = false;
  bool is_down = false;  ///< Nothing reaches its kernel.
  bool is_listening = true;
  bool reads_nothing = false;
  std::size_t read_bytes_max = 0;  ///< Every 100 ms; 0: no limit.
  Reception reception = Reception::accept;
  std::uint16_t code = 0;  ///< Of a Close, or a status.
  base::Duration handshake_delay{};
  std::uint32_t accepts_per_second = 0;  ///< 0: no limit.
};

/// The same for a client.
struct ClientCondition {
  bool is_stalled = false;
  bool is_down = false;
  bool resolves = true;
};

/// Adds what `fault` does while it is in force; one that is not about this changes nothing.
void apply(const Fault& fault, Link& link) noexcept;
void apply(const Fault& fault, ServerCondition& condition) noexcept;
void apply(const Fault& fault, ClientCondition& condition) noexcept;

}  // namespace heartwire::sim
