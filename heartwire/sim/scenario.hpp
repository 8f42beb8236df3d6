#pragma once
// All that a world begins with and will meet: hosts with their options, what users do, and faults.
// Plain data; make_scenario() draws it from one seed.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/core/admission.hpp"
#include "heartwire/endpoint/client_endpoint.hpp"
#include "heartwire/endpoint/server_endpoint.hpp"
#include "heartwire/sim/clock.hpp"
#include "heartwire/sim/dial_attempt.hpp"
#include "heartwire/sim/fault.hpp"
#include "heartwire/sim/link.hpp"
#include "heartwire/sim/payload.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heartwire::sim {

struct ClientSetup {
  endpoint::ClientEndpointOptions endpoint{};
  LinkOptions link{};
  ClockOptions clock{};
  DialTimes dial{};
  /// From the transport to the answer of the upgrade. Default 10 s, as net::ClientDriverOptions.
  base::Duration handshake_timeout = std::chrono::seconds{10};
  /// How late its timers fire at most. Default 1 ms.
  base::Duration timer_slack = std::chrono::milliseconds{1};
  /// What it says first on each connection.
  core::Message greeting{core::MessageType::text, std::string{kGreeting}};
  /// Silence that is death once the server has welcomed it, where the two agree on one.
  std::optional<base::Duration> agreed_silence{};
};

struct ServerSetup {
  endpoint::ServerEndpointOptions endpoint{};
  ClockOptions clock{};
  base::Duration handshake_timeout = std::chrono::seconds{10};
  base::Duration timer_slack = std::chrono::milliseconds{1};
  /// What it says to a greeting. Default: nothing.
  std::optional<core::Message> welcome{};
  /// Silence that is death once it was greeted, where the two agree on one.
  std::optional<base::Duration> agreed_silence{};
};

/// Something that a user does with a client, or the application of a server with its connection.
struct Deed {
  enum class Kind : std::uint8_t {
    start,
    reconnect,
    close,  ///< With code `amount`.
    suspend,
    resume,
    check_now,
    stop,          ///< The next time that a hook is called, from inside of it.
    send,          ///< Message `number`, of `amount` bytes.
    server_send,   ///< The same, from the server.
    server_close,  ///< With code `amount`.
  };

  Kind kind = Kind::start;
  base::Instant at{};
  std::uint32_t client = 0;
  std::uint32_t number = 0;
  std::uint32_t amount = 0;
  base::Duration time_to_live{};  ///< Of what is sent; zero: for ever.
};

struct Scenario {
  std::uint64_t seed = 0;
  std::vector<ClientSetup> clients;
  /// Where a client goes by its URL index.
  std::vector<ServerSetup> servers;
  std::vector<Deed> deeds;
  std::vector<Fault> faults;
  /// When faults and deeds are over. From then on everybody who is wanted must come back.
  base::Instant calm_at{};
  /// How long that may take.
  base::Duration recovery{};
  /// How long everything is watched after that.
  base::Duration watch = std::chrono::seconds{30};

  base::Instant recovered_at() const noexcept { return calm_at + recovery; }
  base::Instant ends_at() const noexcept { return recovered_at() + watch; }
};

/// How large a scenario is drawn.
struct ScenarioLimits {
  std::uint32_t clients_max = 3;
  std::uint32_t servers_max = 2;
  std::uint32_t faults_max = 16;
  std::uint32_t deeds_max = 40;
  base::Duration chaos_max = std::chrono::minutes{3};
};

Scenario make_scenario(std::uint64_t seed, const ScenarioLimits& limits = {});

/// The longest that a client may need, once faults are over, to be open again whatever state it is
/// in: notice a dead connection, fail an attempt that a fault spoilt, wait, connect.
base::Duration recovery_bound(const Scenario& scenario);

/// Silence after which `options` promise a verdict; nothing where they promise none.
std::optional<base::Duration> silence_bound(const core::HeartbeatOptions& options) noexcept;

}  // namespace heartwire::sim
