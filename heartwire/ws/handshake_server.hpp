#pragma once
// The opening handshake as a server: whether a request asks for a WebSocket in the right way, and
// what to answer (RFC 6455 section 4.2).
//
// What is compressed is deflate_params.hpp's; other extensions that a client offers are ignored.

#include "heartwire/base/result.hpp"
#include "heartwire/ws/extensions.hpp"
#include "heartwire/ws/head.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::ws {

/// A valid request. All text is the peer's: escape it in logs.
struct UpgradeRequest {
  std::string path;   ///< As sent, percent-encoding and all; begins with '/'.
  std::string query;  ///< Without its '?'.
  std::string host;
  std::optional<std::string> origin;      ///< Where the page comes from, if a browser asks.
  std::vector<std::string> subprotocols;  ///< In the client's order of preference.
  std::vector<Extension> extensions{};    ///< Offered, in the client's order of preference.
  std::string key;
  std::vector<Field> headers;  ///< All of them.
};

/// A plain HTTP answer instead of a WebSocket. `text` is the body, for people.
struct HttpRefusal {
  int status = 400;
  std::string text;
  /// Sent as Retry-After, in whole seconds.
  std::optional<std::chrono::seconds> retry_after;
  std::vector<Field> headers;
};

base::Result<UpgradeRequest, HttpRefusal> check_request(const Head& request);

/// The first of the client's subprotocols that `supported` names; empty if there is none.
std::string_view choose_subprotocol(const UpgradeRequest& request,
                                    std::span<const std::string> supported) noexcept;

/// The bytes that open the connection. `subprotocol` is one that the request names, or empty.
/// `extensions` is what was agreed on (DeflateAnswer::text), or empty. Refused with a text for
/// people: a subprotocol not offered, a header that may not be sent.
base::Result<std::string, FieldError> make_accept(const UpgradeRequest& request,
                                                  std::string_view subprotocol,
                                                  std::span<const Field> headers,
                                                  std::string_view extensions = {});

/// The bytes that refuse it; end the transport after them. Refused: a header that may not be sent,
/// a status outside of 300 to 599.
base::Result<std::string, FieldError> make_refusal(const HttpRefusal& refusal);

}  // namespace heartwire::ws
