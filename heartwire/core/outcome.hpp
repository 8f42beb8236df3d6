#pragma once
// How a connection, or an attempt to make one, ended; and what follows from it.
//
// The cause is recorded with the loss and travels with it. There is no flag that could be left
// standing: a heartbeat death is never mistaken for a user's close.

#include "heartwire/base/instant.hpp"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::core {

enum class Cause : std::uint8_t {
  none,             ///< Nothing has ended yet.
  dns,              ///< The name was not resolved.
  refused,          ///< The connection was refused.
  unreachable,      ///< No route, or another failure to connect.
  connect_timeout,  ///< A stage of the attempt took too long.
  tls,              ///< The TLS handshake failed.
  certificate,      ///< The peer's certificate did not verify.
  proxy,            ///< The proxy did not give us the server; `code` is its HTTP status, or 0.
  proxy_auth,       ///< The proxy wants a user and password, or others; `code` as for proxy.
  http_status,      ///< The upgrade was answered with `code` instead of 101.
  handshake,        ///< The upgrade's answer was not valid.
  protocol_error,   ///< The peer broke the protocol; `code` is the close code we sent.
  closed,           ///< The peer closed with `code` (1005: without one).
  lost,             ///< The transport ended without a closing handshake.
  heartbeat,        ///< The peer fell silent and was declared dead.
  request,          ///< The URL or header callback failed; nothing was dialled.
  user,             ///< The user closed.
};

/// The enumerator's own name: stable, for logs and machine-readable output.
std::string_view name(Cause cause) noexcept;

/// The close codes that mean "later", each with delays of its own (IANA WebSocket registry).
inline constexpr std::uint16_t kCloseServiceRestart = 1012;
inline constexpr std::uint16_t kCloseTryAgainLater = 1013;

struct Outcome {
  Cause cause = Cause::none;
  /// HTTP status for http_status and the proxy's, close code for closed and protocol_error, else 0.
  std::uint16_t code = 0;
  /// The peer's demand: Retry-After, or the window announced by a draining server. Whoever reads it
  /// off the wire need not bound it: ReconnectPolicy does.
  std::optional<base::Duration> retry_after{};
  /// For people, ours. Names what happened, on what.
  std::string text{};
  /// The peer's own words (close reason, HTTP reason): unescaped, bounded, never to be trusted.
  std::string peer_text{};

  bool operator==(const Outcome&) const = default;
};

/// What to do after an outcome.
enum class Verdict : std::uint8_t {
  retry,            ///< After the backoff's delay (and never before a time the peer demanded).
  retry_after,      ///< As retry; the peer, or its close code, demanded a time.
  new_credentials,  ///< As retry, but only new credentials can help; counts against the tolerance.
  stop,             ///< Do not retry; counts against the tolerance first, unless the user said so.
};

/// The enumerator's own name: stable, for logs and machine-readable output.
std::string_view name(Verdict verdict) noexcept;

struct ClassifierOptions {
  /// Close codes from the peer after which to stop. Defaults: policy violation, mandatory
  /// extension, and the registered 3000 unauthorized, 3003 forbidden: asking again gets the same
  /// answer.
  std::vector<std::uint16_t> stop_codes{1008, 1010, 3000, 3003};
  /// HTTP statuses, of the server or of a proxy, after which to stop. Default 401, 403, 404, 410,
  /// for the same reason.
  std::vector<std::uint16_t> stop_statuses{401, 403, 404, 410};
  /// Consecutive refusals by these lists that are still retried, since a proxy may answer 4xx while
  /// it restarts. Default 2: the third stops. 0 stops at the first.
  std::uint8_t refusals_max = 2;
  /// Also stop on a certificate that does not verify (same tolerance). Default off: by default
  /// every loss that the user did not ask for is retried.
  bool stop_on_certificate = false;

  bool operator==(const ClassifierOptions&) const = default;
};

/// Names what `outcome` asks for. Pure: the tolerance is counted by ReconnectPolicy. Of the listed
/// refusals, 401 and 3000 (unauthorized) ask for new credentials; so does a proxy that wants some,
/// whatever the lists say.
Verdict classify(const Outcome& outcome, const ClassifierOptions& options) noexcept;

/// One line for people: `closed 1012, retry after 30 s: TEXT (peer said "TEXT")`. What the peer
/// said is escaped, so that it cannot forge a line or reach a terminal.
std::ostream& operator<<(std::ostream& out, const Outcome& outcome);

std::ostream& operator<<(std::ostream& out, Cause cause);
std::ostream& operator<<(std::ostream& out, Verdict verdict);

}  // namespace heartwire::core
