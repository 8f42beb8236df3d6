#pragma once
// Who is in which room: many-to-many membership of connections in named rooms. It knows names and
// numbers only; encoding a message once and sending it to each member is the caller's.
//
// Invariants: a room exists while it has a member; a connection is known while it is in a room;
// both sides of a membership know their place in the other's list, so leaving costs no search.

#include "heartwire/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heartwire::hub {

/// The server's number of a connection. Given by the server, never by a peer, and never used again
/// before leave_all().
using ConnectionId = std::uint64_t;

/// Each bound is at least 1.
struct RoomsOptions {
  /// Rooms at one time. Default 100 000: one for each connection of a default server.
  std::size_t rooms_max = 100'000;
  /// Connections in one room. Default 100 000: all of a default server.
  std::size_t members_max = 100'000;
  /// Rooms that one connection is in. Default 64: joining and leaving one look through them.
  std::size_t rooms_per_connection_max = 64;
  /// Bytes of a name. Default 256: names come from peers, and each is kept once.
  std::size_t name_bytes_max = 256;

  bool operator==(const RoomsOptions&) const = default;
};

/// Why a join was refused. It then changed nothing.
enum class JoinError : std::uint8_t {
  already_member,                ///< Nothing to do; often no error to the caller.
  name_length,                   ///< The name is empty or longer than name_bytes_max.
  too_many_rooms,                ///< rooms_max is reached and the name is no existing room.
  too_many_members,              ///< members_max is reached in this room.
  too_many_rooms_of_connection,  ///< rooms_per_connection_max is reached.
};

/// The enumerator's own name: stable, for logs and machine-readable output.
std::string_view name(JoinError error) noexcept;

class Rooms {
 public:
  /// Options out of range are a bug: validate() them where they enter.
  explicit Rooms(const RoomsOptions& options);
  Rooms(Rooms&&) = default;
  Rooms& operator=(Rooms&&) = default;
  Rooms(const Rooms&) = delete;
  Rooms& operator=(const Rooms&) = delete;

  /// Puts `connection` into `room`, which comes to be with its first member. Names are bytes: no
  /// case, no normal form.
  base::Result<base::Unit, JoinError> join(ConnectionId connection, std::string_view room);

  /// Takes `connection` out of `room`. False, changing nothing, when it was not in it.
  bool leave(ConnectionId connection, std::string_view room) noexcept;

  /// Takes `connection` out of every room, in time proportional to their number, which it returns.
  std::size_t leave_all(ConnectionId connection) noexcept;

  /// The members of `room`, in no particular order; empty when there is no such room. Valid until
  /// the next non-const call: who may join or leave while sending copies it first.
  std::span<const ConnectionId> members(std::string_view room) const noexcept;

  /// The rooms of `connection`, in no particular order. The names are valid until their room ends.
  std::vector<std::string_view> rooms_of(ConnectionId connection) const;

  bool is_member(ConnectionId connection, std::string_view room) const noexcept;

  /// Rooms that exist.
  std::size_t room_count() const noexcept { return rooms_.size(); }
  /// Connections that are in at least one room.
  std::size_t connection_count() const noexcept { return connections_.size(); }

 private:
  struct Room {
    std::vector<ConnectionId> members;
    /// For each member, at which index its own list names this room.
    std::vector<std::size_t> backlinks;
  };
  /// Ordered rather than hashed: peers choose the names, and no choice makes a tree slow. Its nodes
  /// do not move, so a membership points at its room.
  using RoomMap = std::map<std::string, Room, std::less<>>;
  struct Membership {
    RoomMap::iterator room;
    std::size_t member_index = 0;  ///< Where the room's list names the connection.
  };
  using Memberships = std::vector<Membership>;
  using ConnectionMap = std::unordered_map<ConnectionId, Memberships>;

  static const Membership* find(const Memberships& memberships, std::string_view room) noexcept;
  void remove_member(RoomMap::iterator room, std::size_t member_index) noexcept;

  RoomsOptions options_;
  RoomMap rooms_;
  ConnectionMap connections_;
};

/// The first thing wrong with `options`, for people and naming the option, or null.
const char* validate(const RoomsOptions& options) noexcept;

}  // namespace heartwire::hub
