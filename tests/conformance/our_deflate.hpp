#pragma once
// How the endpoints under test are set up so that they agree to what a case wants.

#include "heartwire/ws/deflate_params.hpp"
#include "tests/conformance/agreement.hpp"
#include "tests/conformance/negotiation.hpp"

#include <optional>

namespace heartwire::conformance {

/// One server for all cases: it agrees to whatever a client offers. Short messages are compressed,
/// too.
inline ws::DeflateOptions server_deflate() {
  ws::DeflateOptions options;
  options.own_window_bits = options.peer_window_bits = 15;
  options.bytes_min = 0;
  return options;
}

inline ws::DeflateOptions client_deflate(const Agreement& agreed) {
  ws::DeflateOptions options;
  options.own_window_bits = agreed.endpoint_window_bits;
  options.peer_window_bits = agreed.peer_window_bits;
  options.own_context_takeover = agreed.endpoint_takes_over;
  options.peer_context_takeover = agreed.peer_takes_over;
  options.bytes_min = 0;
  return options;
}

/// What our client offers before it gets such an answer.
inline std::optional<ws::DeflateOptions> client_deflate(Answer::Wish wish) {
  if (wish == Answer::Wish::nothing) return std::nullopt;
  return client_deflate(Agreement{.peer_takes_over = wish == Answer::Wish::any});
}

}  // namespace heartwire::conformance
