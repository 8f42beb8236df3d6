#pragma once
// What the two ends agreed on about compression (RFC 7692 section 7.1), as a case sees it: between
// the peer that the case speaks for and the endpoint under test, whichever of them is the server.

#include "heartwire/base/role.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace heartwire::conformance {

struct Agreement {
  bool peer_takes_over = true;  ///< The peer's messages may lean on those before them.
  bool endpoint_takes_over = true;
  std::uint8_t peer_window_bits = 15;  ///< 8 to 15.
  std::uint8_t endpoint_window_bits = 15;

  bool operator==(const Agreement&) const = default;
};

/// What a peer of that role writes in Sec-WebSocket-Extensions so that this is agreed on: a client
/// its offer, a server its answer.
std::string extensions_text(const Agreement& agreed, base::Role peer);
/// The whole header line; empty where nothing is to be said.
std::string extensions_field(const std::optional<Agreement>& agreed, base::Role peer);

}  // namespace heartwire::conformance
