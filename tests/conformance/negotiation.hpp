#pragma once
// What may be offered and answered in Sec-WebSocket-Extensions (RFC 7692 sections 5 and 7.1, RFC
// 6455 section 9.1): our server judges offers, our client answers.

#include <optional>
#include <string>
#include <vector>

namespace heartwire::conformance {

/// A client offers; our server, which is ready for everything, answers.
struct Offer {
  std::vector<std::string> fields{};  ///< The values of as many header lines.
  /// Of its answer; nothing: it opens without compression.
  std::optional<std::string> answer{};
  bool is_malformed = false;  ///< It refuses the upgrade with 400.
};
std::vector<Offer> offers();

/// A server answers our client.
struct Answer {
  enum class Wish { any, no_peer_takeover, nothing };
  Wish offered = Wish::any;           ///< What our client has offered.
  std::vector<std::string> fields{};  ///< The values of as many header lines.
  bool is_good = false;               ///< Else the client fails the connection.
};
std::vector<Answer> answers();

/// The header lines with these values.
std::string extension_lines(const std::vector<std::string>& fields);

}  // namespace heartwire::conformance
