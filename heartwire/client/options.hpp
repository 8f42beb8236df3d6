#pragma once
// Everything a client can be told. Each option says its unit, its default, and why that default.

#include "heartwire/core/dialect.hpp"
#include "heartwire/core/heartbeat.hpp"
#include "heartwire/core/interval_search.hpp"
#include "heartwire/core/lifecycle.hpp"
#include "heartwire/core/outbox.hpp"
#include "heartwire/core/reconnect_policy.hpp"
#include "heartwire/net/tls_options.hpp"
#include "heartwire/ws/deflate_params.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heartwire::net {
class DialBudget;
}

namespace heartwire::client {

using Header = std::pair<std::string, std::string>;

/// What an attempt asks for. Given by `Options::request` anew for each attempt, so that a token can
/// be fresh.
struct Request {
  std::string url{};
  std::vector<Header> headers{};
};

/// One attempt about to be made.
struct AttemptInfo {
  std::uint32_t attempt = 0;  ///< 0: the first of a series; n: the n-th retry.
  std::string url{};          ///< The configured URL whose turn it is.
};

/// The connection that is open now. A new one after each reconnect.
struct TransportInfo {
  std::uint32_t generation = 0;  ///< 1 for the first attempt ever made, and rising.
  std::string url{};
  std::string local_address{};    ///< "127.0.0.1:51234", "[::1]:51234".
  std::string remote_address{};   ///< The proxy's, if there is one.
  std::string tls{};              ///< "TLSv1.3 TLS_AES_256_GCM_SHA384", or empty without TLS.
  std::string subprotocol{};      ///< As negotiated, or empty.
  std::vector<Header> headers{};  ///< Of the server's answer to the upgrade.
  bool is_compressed = false;     ///< permessage-deflate was agreed on.
};

struct OpenInfo {
  bool is_first = true;               ///< First since start(), or again.
  std::uint32_t attempts = 0;         ///< Retries it took.
  std::chrono::nanoseconds outage{};  ///< From the loss (or start) to this open.
  TransportInfo transport{};
};

struct CloseInfo {
  core::Cause cause = core::Cause::none;
  core::EndedBy by = core::EndedBy::nobody;
  std::uint16_t code = 0;  ///< Close code or HTTP status, by cause.
  std::string reason{};    ///< The peer's words, unescaped: never to be trusted.
  std::string text{};      ///< Ours, for people.
  bool was_open = false;   ///< False: an attempt that failed or was given up.
  bool is_clean = false;   ///< The closing handshake was completed.
  bool will_retry = false;
  std::chrono::nanoseconds retry_in{};  ///< When will_retry.
  core::Verdict verdict = core::Verdict::retry;
};

struct RetryInfo {
  std::uint32_t attempt = 0;  ///< The number that the coming retry will have, from 1.
  std::chrono::nanoseconds delay{};
};

struct GaveUpInfo {
  core::StopReason reason = core::StopReason::disabled;
  std::uint32_t attempts = 0;  ///< Retries made.
  CloseInfo last{};            ///< How the last attempt or connection ended.
};

struct HeartbeatInfo {
  std::chrono::nanoseconds round_trip{};  ///< Of this probe.
  std::chrono::nanoseconds smoothed{};
  std::chrono::nanoseconds deviation{};
};

/// What the user is told. Every hook is called on the client's loop thread, one at a time; none
/// begins once stop() has returned. Hooks may call any method of the client, and may destroy it. A
/// hook that throws is reported to on_error and changes nothing else.
struct Hooks {
  std::function<void(const OpenInfo&)> on_open{};
  /// The message is borrowed for the call. Heartbeats do not come here.
  std::function<void(core::MessageView)> on_message{};
  /// An open connection ended, or the user closed before there was one.
  std::function<void(const CloseInfo&)> on_close{};
  /// A retry has been scheduled.
  std::function<void(const RetryInfo&)> on_reconnect{};
  /// The peer did not answer in the expected time; a second probe is on its way. The argument is
  /// how long it has been silent.
  std::function<void(std::chrono::nanoseconds)> on_suspect{};
  /// The suspect peer answered after all.
  std::function<void(std::chrono::nanoseconds)> on_cleared{};
  /// No further attempt will be made. Said once for each series.
  std::function<void(const GaveUpInfo&)> on_gave_up{};
  /// An attempt failed before it opened.
  std::function<void(const CloseInfo&)> on_attempt_failed{};
  /// Something went wrong that is not an end: a hook or a callback threw. For people.
  std::function<void(std::string_view)> on_error{};
  /// A probe was answered.
  std::function<void(const HeartbeatInfo&)> on_heartbeat{};
  /// A queued message outlived its time to live and was dropped.
  std::function<void(core::MessageId)> on_expired{};
  /// After a send was refused with outbox_full: there is room again.
  std::function<void()> on_writable{};
};

struct Options {
  /// ws:// or wss://. Several are tried in turn, the preferred one first. At least one, unless
  /// `request` is set.
  std::vector<std::string> urls{};
  /// Added to the upgrade request.
  std::vector<Header> headers{};
  /// Offered, the preferred one first. Default none.
  std::vector<std::string> subprotocols{};
  /// Gives URL and headers for each attempt instead. Called on the loop thread; if it throws, the
  /// attempt has failed and is retried like any other.
  std::function<Request(const AttemptInfo&)> request{};

  core::HeartbeatOptions heartbeat{};
  /// What a heartbeat is. Default: protocol ping and pong. See core::dialect.
  core::DialectPtr dialect = core::dialect::protocol();
  /// Lengthens the interval while the path proves that it bears it. Default off.
  core::IntervalSearchOptions interval_search{};
  core::ReconnectOptions reconnect{};
  /// Asked before each attempt; while it says no the client is suspended. Asked on the loop thread,
  /// like all that follow; if it throws, that is reported and taken for yes. Default: always
  /// wanted.
  std::function<bool()> wanted{};
  /// How the last end is to be taken, or nothing to follow the classifier; if it throws, that is
  /// reported and taken for nothing. Default none.
  std::function<std::optional<core::Verdict>(const core::Outcome&)> judge{};

  /// Sent first on every open, before anything queued. Default none.
  std::vector<core::Message> greeting{};
  /// The greeting asked anew on every open; comes after `greeting`. If it throws, that is reported,
  /// and the connection goes on without. Default none.
  std::function<std::vector<core::Message>()> make_greeting{};
  core::OutboxOptions outbox{};

  net::TlsOptions tls{};
  /// Through which proxy to go: `none`; `environment`, which reads HTTPS_PROXY, HTTP_PROXY,
  /// ALL_PROXY and NO_PROXY once, when the client is made; or a URL,
  /// `http://user:password@proxy:3128`, `socks5h://proxy:1080` (the proxy looks the server's name
  /// up) or `socks5://...` (we do). Default `none`: what a variable of the environment says must
  /// not divert a program that never asked.
  std::string proxy = "none";

  /// Timeouts of an attempt's stages, from 1 ms to 24 h. Each default bears a bad mobile link.
  std::chrono::milliseconds resolve_timeout{5'000};
  std::chrono::milliseconds connect_timeout{10'000};
  /// From the connection to a proxy to its word that it has reached the server.
  std::chrono::milliseconds proxy_timeout{10'000};
  std::chrono::milliseconds tls_timeout{10'000};
  std::chrono::milliseconds handshake_timeout{10'000};
  /// From our Close message to the end, whatever the peer does. From 1 ms to 1 h. Default 5 s.
  std::chrono::milliseconds close_timeout{5'000};

  /// A longer received message closes the connection with 1009; of a compressed one its inflated
  /// size counts. Default 16 MiB.
  std::size_t message_bytes_max = std::size_t{16} << 20;
  /// permessage-deflate, offered at each upgrade; without a server's consent all goes as it is. See
  /// docs/compression.md. Default none: it takes up to 52 KiB a connection (80 where the server
  /// does not keep to peer_window_bits) and processor time, and heartbeats and short messages gain
  /// nothing.
  std::optional<ws::DeflateOptions> compression{};
  /// Longer messages leave in fragments of this size, so that a heartbeat or an answer to one can
  /// go between. Default 64 KiB; 0 never fragments.
  std::size_t fragment_bytes = std::size_t{64} << 10;
  /// After how long unacknowledged data makes the kernel give up (TCP_USER_TIMEOUT). Default:
  /// interval + timeout, so that it never outlives the verdict. 0 leaves the system's own. At most
  /// 30 days.
  std::optional<std::chrono::milliseconds> tcp_user_timeout{};
  /// A cap on dials under way at once, shared by the clients that are given it; the line has no
  /// timeout. See net/dial_budget.hpp. Default none: one client dials once at a time anyway.
  std::shared_ptr<net::DialBudget> dial_budget{};

  Hooks hooks{};
};

/// The first thing wrong with `options`, for people, naming the option; or nothing.
std::optional<std::string> validate(const Options& options);

}  // namespace heartwire::client
