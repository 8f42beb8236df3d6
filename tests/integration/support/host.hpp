#pragma once
// A heartwire::Server on a port of its own, with a witness of all that it is told, and the
// connections that it was shown.

#include "heartwire/server/server.hpp"
#include "tests/integration/support/witness.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace heartwire::integration {

class Host {
 public:
  /// Starts it. Hooks that are set already are called, before the witness is told.
  explicit Host(server::Options options = without_heartbeats());
  ~Host();

  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  static server::Options without_heartbeats();
  /// Sends back what it is sent.
  static server::Options echoing();

  std::uint16_t port() const { return server_.port(); }
  server::Server& server() { return server_; }
  /// The connection opened as the N-th, from 1, once it is; none if the deadline passes.
  server::Connection guest(std::size_t number = 1) const;
  const Witness& witness() const { return witness_; }

 private:
  server::Options watched(server::Options options);

  Witness witness_;
  mutable std::mutex mutex_;
  std::vector<server::Connection> guests_;
  server::Server server_;  ///< Last: its hooks use all the others.
};

}  // namespace heartwire::integration
