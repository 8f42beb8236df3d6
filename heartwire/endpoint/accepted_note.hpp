#pragma once
// What a server agreed to, kept as text: a connection holds it for as long as it is open, though
// hardly anybody asks, and a list of header fields takes three times the room. How messages are
// compressed is Compression's to know.

#include "heartwire/ws/handshake_client.hpp"

#include <string>

namespace heartwire::endpoint {

class AcceptedNote {
 public:
  AcceptedNote() = default;
  explicit AcceptedNote(const ws::Accepted& accepted);

  ws::Accepted unpack() const;

 private:
  std::string subprotocol_;
  std::string fields_;  ///< `name:value`, and an end of line after each; neither has one within.
};

}  // namespace heartwire::endpoint
