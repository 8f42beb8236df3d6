#include "heartwire/hub/rooms.hpp"

#include "heartwire/base/check.hpp"

#include <algorithm>

namespace heartwire::hub {

using base::Failure;
using base::Unit;

Rooms::Rooms(const RoomsOptions& options) : options_(options) {
  HW_CHECK(validate(options) == nullptr);
}

base::Result<Unit, JoinError> Rooms::join(ConnectionId connection, std::string_view room) {
  if (room.empty() || room.size() > options_.name_bytes_max) {
    return Failure{JoinError::name_length};
  }
  const auto known = connections_.find(connection);
  if (known != connections_.end()) {
    if (find(known->second, room)) return Failure{JoinError::already_member};
    if (known->second.size() >= options_.rooms_per_connection_max) {
      return Failure{JoinError::too_many_rooms_of_connection};
    }
  }
  auto joined = rooms_.find(room);
  if (joined == rooms_.end()) {
    if (rooms_.size() >= options_.rooms_max) return Failure{JoinError::too_many_rooms};
    joined = rooms_.emplace(room, Room{}).first;
  } else if (joined->second.members.size() >= options_.members_max) {
    return Failure{JoinError::too_many_members};
  }
  Memberships& memberships = connections_[connection];
  joined->second.members.push_back(connection);
  joined->second.backlinks.push_back(memberships.size());
  memberships.push_back({joined, joined->second.members.size() - 1});
  return Unit{};
}

bool Rooms::leave(ConnectionId connection, std::string_view room) noexcept {
  const auto known = connections_.find(connection);
  if (known == connections_.end()) return false;
  Memberships& memberships = known->second;
  const Membership* const found = find(memberships, room);
  if (!found) return false;
  const auto index = static_cast<std::size_t>(found - memberships.data());
  remove_member(found->room, found->member_index);
  // The last membership takes the freed place, and its room learns of it.
  if (index + 1 != memberships.size()) {
    memberships[index] = memberships.back();
    const Membership& moved = memberships[index];
    moved.room->second.backlinks[moved.member_index] = index;
  }
  memberships.pop_back();
  if (memberships.empty()) connections_.erase(known);
  return true;
}

std::size_t Rooms::leave_all(ConnectionId connection) noexcept {
  const auto known = connections_.find(connection);
  if (known == connections_.end()) return 0;
  for (const Membership& membership : known->second) {
    remove_member(membership.room, membership.member_index);
  }
  const std::size_t count = known->second.size();
  connections_.erase(known);
  return count;
}

std::span<const ConnectionId> Rooms::members(std::string_view room) const noexcept {
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return {};
  return found->second.members;
}

std::vector<std::string_view> Rooms::rooms_of(ConnectionId connection) const {
  std::vector<std::string_view> names;
  const auto known = connections_.find(connection);
  if (known == connections_.end()) return names;
  names.reserve(known->second.size());
  for (const Membership& membership : known->second) names.push_back(membership.room->first);
  return names;
}

bool Rooms::is_member(ConnectionId connection, std::string_view room) const noexcept {
  const auto known = connections_.find(connection);
  return known != connections_.end() && find(known->second, room) != nullptr;
}

const Rooms::Membership* Rooms::find(const Memberships& memberships,
                                     std::string_view room) noexcept {
  const auto found = std::find_if(memberships.begin(), memberships.end(),
                                  [&](const Membership& one) { return one.room->first == room; });
  return found == memberships.end() ? nullptr : &*found;
}

/// Takes a member out of the room's list only; a room without members ends. The last member takes
/// the freed place, and its own list learns of it.
void Rooms::remove_member(RoomMap::iterator room, std::size_t member_index) noexcept {
  auto& [members, backlinks] = room->second;
  if (member_index + 1 != members.size()) {
    members[member_index] = members.back();
    backlinks[member_index] = backlinks.back();
    const auto moved = connections_.find(members[member_index]);
    HW_CHECK(moved != connections_.end());
    moved->second[backlinks[member_index]].member_index = member_index;
  }
  members.pop_back();
  backlinks.pop_back();
  if (members.empty()) rooms_.erase(room);
}

std::string_view name(JoinError error) noexcept {
  switch (error) {
    case JoinError::already_member: return "already_member";
    case JoinError::name_length: return "name_length";
    case JoinError::too_many_rooms: return "too_many_rooms";
    case JoinError::too_many_members: return "too_many_members";
    case JoinError::too_many_rooms_of_connection: return "too_many_rooms_of_connection";
  }
  return "unknown";
}

const char* validate(const RoomsOptions& options) noexcept {
  if (options.rooms_max == 0) return "rooms_max is 0";
  if (options.members_max == 0) return "members_max is 0";
  if (options.rooms_per_connection_max == 0) return "rooms_per_connection_max is 0";
  if (options.name_bytes_max == 0) return "name_bytes_max is 0";
  return nullptr;
}

}  // namespace heartwire::hub
