#pragma once
// Who hears what on `heartwire serve`: an echo on one path, and on every other path a room, whose
// members hear each other. Used on the server's one loop thread only.

#include "heartwire/hub/rooms.hpp"
#include "heartwire/server/connection.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace heartwire::cli {

class Switchboard {
 public:
  static constexpr std::string_view kEchoPath = "/echo";

  /// `echoes_all`: every path is an echo.
  explicit Switchboard(bool echoes_all) : echoes_all_(echoes_all) {}

  /// Nothing, or why `connection` may not be there.
  std::string_view enter(const server::Connection& connection, std::string_view path);
  /// Returns how many it could not be sent to: their buffers are full, or they are going.
  std::size_t deliver(server::Connection& from, core::MessageView message);
  void leave(const server::Connection& connection);

  /// Connections on the same path, `connection` included.
  std::size_t company(const server::Connection& connection) const;

 private:
  struct Peer {
    server::Connection connection;
    std::string path;
  };

  bool is_echo(std::string_view path) const { return echoes_all_ || path == kEchoPath; }

  bool echoes_all_;
  hub::Rooms rooms_{hub::RoomsOptions{.name_bytes_max = 2048}};
  std::unordered_map<hub::ConnectionId, Peer> peers_;
};

}  // namespace heartwire::cli
