#pragma once
// The opening handshake as a client: what to ask, and whether the answer is a WebSocket (RFC 6455
// section 4.1).

#include "heartwire/base/result.hpp"
#include "heartwire/ws/deflate_params.hpp"
#include "heartwire/ws/head.hpp"
#include "heartwire/ws/url.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heartwire::ws {

/// 16 octets, drawn anew by the driver for each handshake.
using HandshakeKey = std::array<std::uint8_t, 16>;

struct HandshakeRequestOptions {
  /// Offered in this order of preference. Default none.
  std::vector<std::string> subprotocols;
  /// Sent as given, in this order. Default none. The handshake's own names are refused; a user and
  /// password in the URL become Authorization unless that is given here.
  std::vector<Field> headers;
  /// Default none: only browsers must send one, but some servers demand it.
  std::optional<std::string> origin;
  /// Compression, offered if present. Default none.
  std::optional<DeflateOptions> deflate;
};

/// The request's bytes. Refused with a text for people: a header or subprotocol that may not be
/// sent.
base::Result<std::string, FieldError> make_request(const Url& url,
                                                   const HandshakeRequestOptions& options,
                                                   const HandshakeKey& key);

/// The connection is open.
struct Accepted {
  std::string subprotocol;  ///< Empty: none was agreed on.
  std::vector<Field> headers;
  std::optional<DeflateParams> deflate{};  ///< Nothing: messages are not compressed.
};

enum class HandshakeFault : std::uint8_t {
  http_status,  ///< A valid answer, but not 101: see `status`.
  not_http_1_1,
  upgrade_missing,
  connection_missing,
  accept_wrong,
  extension_wrong,  ///< Not what was offered, or malformed.
  subprotocol_unknown,
};

/// The server did not open a WebSocket. End the transport.
struct HandshakeRefusal {
  HandshakeFault fault = HandshakeFault::http_status;
  int status = 0;
  std::optional<std::chrono::seconds> retry_after;
  std::string location;  ///< Where a redirect points, as the peer wrote it.
  std::string text;      ///< For people; what the peer said in it is escaped.
};

/// Judges the answer to the request made with `key`, `offered` subprotocols and `deflate`.
base::Result<Accepted, HandshakeRefusal> check_response(
    const Head& response, const HandshakeKey& key, std::span<const std::string> offered,
    const std::optional<DeflateOptions>& deflate = std::nullopt);

}  // namespace heartwire::ws
