#include "tests/conformance/agreement.hpp"

namespace heartwire::conformance {

std::string extensions_text(const Agreement& agreed, base::Role peer) {
  const bool is_client = peer == base::Role::client;
  const std::string own = is_client ? "client" : "server";
  const std::string other = is_client ? "server" : "client";
  std::string text = "permessage-deflate";
  if (!agreed.peer_takes_over) text += "; " + own + "_no_context_takeover";
  if (!agreed.endpoint_takes_over) text += "; " + other + "_no_context_takeover";
  // A client that does not name its own window cannot be held to a smaller one.
  if (!is_client || agreed.peer_window_bits < 15)
    text += "; " + own + "_max_window_bits=" + std::to_string(agreed.peer_window_bits);
  return text + "; " + other + "_max_window_bits=" + std::to_string(agreed.endpoint_window_bits);
}

std::string extensions_field(const std::optional<Agreement>& agreed, base::Role peer) {
  if (!agreed) return {};
  return "Sec-WebSocket-Extensions: " + extensions_text(*agreed, peer) + "\r\n";
}

}  // namespace heartwire::conformance
