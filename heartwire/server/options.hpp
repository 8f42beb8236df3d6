#pragma once
// Everything a server can be told. Each option says its unit, its default, and why that default.

#include "heartwire/core/admission.hpp"
#include "heartwire/core/dialect.hpp"
#include "heartwire/core/drain_plan.hpp"
#include "heartwire/core/heartbeat.hpp"
#include "heartwire/core/lifecycle.hpp"
#include "heartwire/core/message.hpp"
#include "heartwire/core/outcome.hpp"
#include "heartwire/core/token_bucket.hpp"
#include "heartwire/net/peer_certificate.hpp"
#include "heartwire/net/tls_options.hpp"
#include "heartwire/ws/deflate_params.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heartwire::server {

class Connection;

using Header = std::pair<std::string, std::string>;

/// A client that asks to come in.
struct Request {
  std::string path{};   ///< Without the query; percent-encoding as it came.
  std::string query{};  ///< Without the '?'.
  std::vector<Header> headers{};
  std::vector<std::string> subprotocols{};  ///< Offered, the preferred one first.
  std::string remote_address{};             ///< "192.0.2.1:51234".
  /// What the client has shown and was verified, if Options::tls has a CA.
  std::optional<net::PeerCertificate> client_certificate{};
};

/// The answer to a Request. A subprotocol that was not offered, a status out of range or a header
/// that may not be sent is told to on_error, and the client gets 500.
struct Admit {
  bool is_accepted = true;
  /// With refusal: 400-599 and a short text for people.
  std::uint16_t status = 403;
  std::string text{};
  /// With refusal: after how many seconds to come again, if at all.
  std::optional<std::chrono::seconds> retry_after{};
  /// With acceptance: one of those offered, or empty.
  std::string subprotocol{};
  /// With acceptance: the name of one of Options::dialects that this connection speaks. Empty: by
  /// the subprotocol, else by its first heartbeat.
  std::string dialect{};
  /// With acceptance: who the client is, for Connection::identity(). Never sent.
  std::string identity{};
  std::vector<Header> headers{};  ///< Added to the answer, whichever it is.

  static Admit accept(std::string subprotocol = {}) {
    Admit admit;
    admit.subprotocol = std::move(subprotocol);
    return admit;
  }
  static Admit refuse(std::uint16_t status, std::string text = {}) {
    Admit admit;
    admit.is_accepted = false;
    admit.status = status;
    admit.text = std::move(text);
    return admit;
  }
};

/// How a connection ended.
struct CloseInfo {
  core::Cause cause = core::Cause::none;
  core::EndedBy by = core::EndedBy::nobody;
  std::uint16_t code = 0;  ///< Close code, by cause.
  std::string reason{};    ///< The peer's words, unescaped: never to be trusted.
  std::string text{};      ///< Ours, for people.
  bool is_clean = false;
};

/// Called on the loop thread that the connection lives on, one at a time on each; with `threads`
/// above 1, hooks of connections on different threads run side by side. The Connection& is good for
/// the call: copy it to keep it. A hook that throws is reported to on_error and changes nothing
/// else, but that an on_request which throws refuses with 500.
struct Hooks {
  /// Who may come in. Default: everybody, without a subprotocol.
  std::function<Admit(const Request&)> on_request{};
  std::function<void(Connection&, const Request&)> on_open{};
  /// The message is borrowed for the call. Heartbeats do not come here.
  std::function<void(Connection&, core::MessageView)> on_message{};
  /// Exactly once for each on_open, unless the server is stopped before.
  std::function<void(Connection&, const CloseInfo&)> on_close{};
  /// The peer did not answer in time, and is asked once more; and: it answered after all.
  std::function<void(Connection&, std::chrono::nanoseconds silence)> on_suspect{};
  std::function<void(Connection&, std::chrono::nanoseconds silence)> on_cleared{};
  /// A probe was answered after this time.
  std::function<void(Connection&, std::chrono::nanoseconds round_trip)> on_heartbeat{};
  /// A connection that was refused or failed before it opened, and what else went wrong. For
  /// people; what a peer said is escaped. Of refusals and failures of peers about ten a second are
  /// told, and how many were not.
  std::function<void(std::string_view)> on_error{};
};

/// What happens when a send finds no room, because the peer reads too slowly.
enum class SlowPeer : std::uint8_t {
  refuse_send,  ///< The send is refused, and the caller decides.
  close,        ///< The send is refused, and the connection is closed with 1013.
};

struct Options {
  /// Numeric address. Default: this machine only, so that nobody publishes a server by accident.
  std::string address = "127.0.0.1";
  /// 0 takes a free one; see Server::port().
  std::uint16_t port = 0;
  /// Loop threads. Default 1, which serves tens of thousands; connections are dealt out in turn. On
  /// a loop of the caller's: 1. At most 256.
  unsigned threads = 1;
  /// TLS is on if a certificate is set.
  net::TlsOptions tls{};

  core::HeartbeatOptions heartbeat{};
  /// Answered besides protocol ping, at most 32. Each connection speaks one: by Admit::dialect, by
  /// its subprotocol or URL, or the one of the first heartbeat that it sends. Default none.
  std::vector<core::DialectPtr> dialects{};

  /// Who is refused gets 503 or 429, with a Retry-After.
  core::AdmissionOptions admission{};
  /// From accept to the end of the upgrade, TLS included. Default 8 s: under the 10 s of the
  /// client, so that in a crowd nobody is served who is just leaving. See docs/storms.md.
  std::chrono::milliseconds handshake_timeout{8'000};
  /// Longest head of an upgrade request. Default 16 KiB.
  std::size_t head_bytes_max = std::size_t{16} << 10;
  /// A longer message closes with 1009; of a compressed one its inflated size counts. Default
  /// 1 MiB.
  std::size_t message_bytes_max = std::size_t{1} << 20;
  /// permessage-deflate, with each client that offers it. What is Encoded for many goes as it is.
  /// See docs/compression.md. Default none: it takes up to 52 KiB a connection (80 where the client
  /// cannot keep to peer_window_bits) and processor time, and heartbeats and short messages gain
  /// nothing.
  std::optional<ws::DeflateOptions> compression{};
  /// Bytes that may wait for a slow peer; a longer message can never be sent. Once half of them
  /// wait, the peer is not read from until it has read. Default 1 MiB. From 1 KiB to 1 GiB.
  std::size_t send_buffer_bytes_max = std::size_t{1} << 20;
  /// Default: refuse the send, and let the caller decide.
  SlowPeer slow_peer = SlowPeer::refuse_send;
  /// Messages a second from one connection, and how many at once; a peer beyond is closed with
  /// 1008. Heartbeats do not count. Default: no limit.
  core::TokenRate message_rate{};
  /// From the first Close to dropping the connection whatever the peer does. Default 5 s, more than
  /// a round trip and its retransmissions take.
  std::chrono::milliseconds close_timeout{5'000};
  /// How Server::drain() sends clients away, and when they are told to return.
  core::DrainOptions drain{};

  Hooks hooks{};
};

/// The first thing wrong with `options`, for people, naming the option; or nothing.
std::optional<std::string> validate(const Options& options);

}  // namespace heartwire::server
