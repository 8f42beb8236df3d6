#pragma once
// A storm: all clients of one server lose it at the same time, and come back. How often does each
// try, what does the server meet at the worst moment, and how long until the last one is back?
//
// The real machines: each client is a core::Lifecycle, with its heartbeat, classifier, reconnect
// policy and backoff; the server goes by a core::DrainPlan and lets in by a core::Admission. No
// rule of theirs is repeated here.
//
// Modelled: the network, as a constant round trip a client; names and SYNs (DialAttempt); and how
// fast a server gets through handshakes (storm_server.hpp). Left out: bytes, TLS round trips, loss,
// and all that happens to a client once it is back, so nobody is lost twice.
//
// One seed decides all, in virtual time and in integers: the same figures on every machine.

#include "heartwire/base/instant.hpp"
#include "heartwire/core/drain_plan.hpp"
#include "heartwire/sim/storm_policy.hpp"
#include "heartwire/sim/storm_server.hpp"
#include "heartwire/sim/storm_tally.hpp"

#include <cstdint>

namespace heartwire::sim {

/// How the server goes.
enum class Departure : std::uint8_t {
  crash,    ///< Its process dies; the system resets every connection at once.
  silence,  ///< Its host dies, and another one takes the address: nobody ever answers the old ones.
  drain,    ///< It closes one after the other with 1012, as core::DrainPlan says, and then exits.
};

struct StormOptions {
  std::uint64_t seed = 1;
  /// Default a million. From 1 to ten million; each takes some 900 bytes.
  std::uint32_t clients = 1'000'000;
  StormPolicy policy = StormPolicy::standard;
  Departure departure = Departure::crash;
  /// From the crash, or from the last close of a drain, until connections are accepted again.
  /// Default 5 s, as core::DrainOptions. From 0 to 1 h, in whole milliseconds.
  base::Duration down = std::chrono::seconds{5};
  /// With admission, by the server's own accept rate. Default off.
  bool has_admission = false;
  /// Its admission's accept rate and number of connections are set by what stands above.
  StormServerOptions server{};
  /// Its downtime and accept rate likewise.
  core::DrainOptions drain{};
  /// From a connection to the upgrade's answer, after which a client gives up the attempt. Default
  /// 10 s, as net::ClientDriverOptions. From 1 ms to 30 s.
  base::Duration handshake_timeout = std::chrono::seconds{10};
  /// Each client's own, at random within. Default 20 to 200 ms. From 2 ms to 2 s.
  base::Duration round_trip_min = std::chrono::milliseconds{20};
  base::Duration round_trip_max = std::chrono::milliseconds{200};
  /// How long it is watched after the server accepts again, if not all are back before. Default
  /// 300 s. From 1 s to 1 day.
  base::Duration watch = std::chrono::seconds{300};
};

/// The first thing wrong with `options`, for people and naming the option, or null.
const char* validate(const StormOptions& options) noexcept;

/// Options out of range are a bug: validate() them where they enter.
StormResult run_storm(const StormOptions& options);

}  // namespace heartwire::sim
