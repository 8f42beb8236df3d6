#pragma once
// The opening handshake of one transport, as a client: the request to write, and what the answer
// means for the connection's life.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/core/outcome.hpp"
#include "heartwire/ws/handshake_client.hpp"
#include "heartwire/ws/http_head_reader.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace heartwire::endpoint {

/// What a server agreed to.
using ws::Accepted;

class ClientHandshake {
 public:
  /// Refused with a text for people: a header or subprotocol that may not be sent. `key` is fresh.
  static base::Result<ClientHandshake, std::string> make(const ws::Url& url,
                                                         ws::HandshakeRequestOptions options,
                                                         const ws::HandshakeKey& key);

  /// The bytes to write first.
  const std::string& request_head() const noexcept { return request_head_; }

  /// Takes the answer from the front of `input`, whose rest then belongs to frames. Nothing: more
  /// is needed. After an answer it may not be called again.
  std::optional<base::Result<Accepted, core::Outcome>> receive(base::MutableByteView& input);

 private:
  ClientHandshake(std::string request_head, ws::HandshakeRequestOptions options,
                  const ws::HandshakeKey& key);

  std::string request_head_;
  std::vector<std::string> offered_;
  std::optional<ws::DeflateOptions> deflate_;
  ws::HandshakeKey key_;
  ws::HeadReader reader_{ws::HeadKind::response};
};

}  // namespace heartwire::endpoint
