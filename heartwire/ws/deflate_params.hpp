#pragma once
// permessage-deflate as the opening handshake sees it: what we want, what is offered, what was
// agreed (RFC 7692 section 7.1). Compressing itself is deflate.hpp's.

#include "heartwire/base/result.hpp"
#include "heartwire/ws/extensions.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace heartwire::ws {

/// What one side wants of compression. `own` is the direction in which we compress, `peer` the one
/// in which we inflate.
struct DeflateOptions {
  /// How far back our matches may reach: 2^bits octets, 8 to 15. Default 12 (4 KiB): nearly all
  /// that repeats in chat, JSON and telemetry repeats within it, for an eighth of what 15 takes.
  /// With 8, which zlib does not compress for, only runs of one octet are found.
  std::uint8_t own_window_bits = 12;
  /// What the peer is asked to keep to, 8 to 15. A wish: a client's second offer goes without it,
  /// and a server can ask only a client that says it is able to. Default 12, for our memory.
  std::uint8_t peer_window_bits = 12;
  /// Whether our messages may refer to earlier ones. Default yes: small messages that are alike
  /// hardly shrink without. Off, a connection keeps no state for compressing.
  bool own_context_takeover = true;
  /// Whether the peer's may. Off, a connection keeps no state for inflating. Default yes.
  bool peer_context_takeover = true;
  /// From 1 (least CPU) to 9. Default 6, zlib's own.
  std::uint8_t level = 6;
  /// zlib's memLevel, from 1 to 9: 2^(level + 9) octets. Default 5 (16 KiB): less hurts the ratio,
  /// more does not show in messages of this size.
  std::uint8_t memory_level = 5;
  /// Shorter messages go as they are. Default 256 bytes: below, a message by itself seldom shrinks
  /// by more than compressing costs.
  std::size_t bytes_min = 256;
  /// Frees what compressing holds once two heartbeats (probes or answers, of either side) came in a
  /// row and we compressed nothing; what the peer's messages may refer to has to stay. Default yes:
  /// the memory of many idle connections is worth more than the history of the next message.
  bool is_released_when_idle = true;

  bool operator==(const DeflateOptions&) const = default;
};

/// The first thing wrong with `options`, for people, naming the option; or nothing.
std::optional<std::string> validate(const DeflateOptions& options);

/// What was agreed: the four parameters of RFC 7692 section 7.1.
struct DeflateParams {
  bool server_no_context_takeover = false;
  bool client_no_context_takeover = false;
  std::uint8_t server_max_window_bits = 15;
  std::uint8_t client_max_window_bits = 15;

  bool operator==(const DeflateParams&) const = default;
};

/// As a client: the value of Sec-WebSocket-Extensions that asks for what is wanted. Where the
/// server is asked for a smaller window, a second offer does without, for servers that cannot.
std::string make_deflate_offer(const DeflateOptions& options);

/// A server's answer to an offer.
struct DeflateAnswer {
  DeflateParams params;
  std::string text;  ///< Of Sec-WebSocket-Extensions.
};

/// As a server: the answer to the first acceptable offer among `offered`; nothing if there is none,
/// and the connection goes uncompressed. Parameters that are unknown, repeated or out of range
/// decline the offer that they are in. Offers of other extensions are passed over.
std::optional<DeflateAnswer> accept_deflate_offer(const DeflateOptions& options,
                                                  std::span<const Extension> offered);

/// As a client: what the server's `answer` agrees to; nothing if it names no extension. Refused
/// with a text for people, the peer's words in it escaped: what make_deflate_offer(*options) does
/// not allow, or anything at all where `options` is absent and nothing was offered.
base::Result<std::optional<DeflateParams>, std::string> check_deflate_answer(
    const std::optional<DeflateOptions>& options, std::span<const Extension> answer);

}  // namespace heartwire::ws
