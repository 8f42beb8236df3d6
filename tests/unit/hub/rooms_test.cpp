#include "heartwire/hub/rooms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace heartwire::hub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<ConnectionId> members(const Rooms& rooms, std::string_view room) {
  const auto span = rooms.members(room);
  return {span.begin(), span.end()};
}

TEST(Rooms, a_room_has_those_who_joined_it) {
  Rooms rooms({});

  EXPECT_TRUE(rooms.join(1, "tea"));
  EXPECT_TRUE(rooms.join(2, "tea"));
  EXPECT_TRUE(rooms.join(2, "cake"));

  EXPECT_THAT(members(rooms, "tea"), UnorderedElementsAre(1u, 2u));
  EXPECT_THAT(members(rooms, "cake"), ElementsAre(2u));
  EXPECT_THAT(members(rooms, "pie"), IsEmpty());
  EXPECT_THAT(rooms.rooms_of(2), UnorderedElementsAre("tea", "cake"));
  EXPECT_TRUE(rooms.is_member(1, "tea"));
  EXPECT_FALSE(rooms.is_member(1, "cake"));
}

TEST(Rooms, an_empty_room_vanishes) {
  Rooms rooms({});
  ASSERT_TRUE(rooms.join(1, "tea"));

  EXPECT_TRUE(rooms.leave(1, "tea"));

  EXPECT_EQ(rooms.room_count(), 0u);
  EXPECT_EQ(rooms.connection_count(), 0u);
  EXPECT_FALSE(rooms.leave(1, "tea"));
}

TEST(Rooms, leaving_all_leaves_the_others_in) {
  Rooms rooms({});
  for (const ConnectionId connection : {1u, 2u, 3u}) {
    for (const char* room : {"a", "b", "c"}) ASSERT_TRUE(rooms.join(connection, room));
  }

  EXPECT_EQ(rooms.leave_all(2), 3u);
  EXPECT_EQ(rooms.leave_all(2), 0u);

  EXPECT_THAT(members(rooms, "b"), UnorderedElementsAre(1u, 3u));
  EXPECT_EQ(rooms.connection_count(), 2u);
}

TEST(Rooms, names_are_bytes) {
  Rooms rooms({});
  using namespace std::string_view_literals;

  EXPECT_TRUE(rooms.join(1, "a\0b"sv));
  EXPECT_TRUE(rooms.join(1, "a\0c"sv));
  EXPECT_TRUE(rooms.join(1, "A"));

  EXPECT_EQ(rooms.room_count(), 3u);
}

TEST(Rooms, a_second_join_is_refused_and_changes_nothing) {
  Rooms rooms({});
  ASSERT_TRUE(rooms.join(1, "tea"));

  const auto again = rooms.join(1, "tea");

  EXPECT_EQ(again.error(), JoinError::already_member);
  EXPECT_THAT(members(rooms, "tea"), ElementsAre(1u));
}

TEST(Rooms, a_join_beyond_a_bound_is_refused_and_changes_nothing) {
  Rooms rooms({.rooms_max = 2, .members_max = 2, .rooms_per_connection_max = 2});
  ASSERT_TRUE(rooms.join(1, "a"));
  ASSERT_TRUE(rooms.join(1, "b"));
  ASSERT_TRUE(rooms.join(2, "a"));

  EXPECT_EQ(rooms.join(1, "c").error(), JoinError::too_many_rooms_of_connection);
  EXPECT_EQ(rooms.join(2, "c").error(), JoinError::too_many_rooms);
  EXPECT_EQ(rooms.join(3, "a").error(), JoinError::too_many_members);

  EXPECT_EQ(rooms.room_count(), 2u);
  EXPECT_EQ(rooms.connection_count(), 2u);
  EXPECT_THAT(members(rooms, "a"), UnorderedElementsAre(1u, 2u));
  EXPECT_TRUE(rooms.join(2, "b"));
}

TEST(Rooms, a_name_of_no_or_too_many_bytes_is_refused) {
  Rooms rooms({.name_bytes_max = 4});

  EXPECT_EQ(rooms.join(1, "").error(), JoinError::name_length);
  EXPECT_EQ(rooms.join(1, "cakes").error(), JoinError::name_length);
  EXPECT_TRUE(rooms.join(1, "cake"));
  EXPECT_FALSE(rooms.leave(2, ""));
}

TEST(Rooms, bears_a_name_that_is_its_own) {
  Rooms rooms({});
  ASSERT_TRUE(rooms.join(1, "tea"));

  EXPECT_TRUE(rooms.leave(1, rooms.rooms_of(1).front()));

  EXPECT_EQ(rooms.room_count(), 0u);
}

TEST(Rooms, keep_their_members_when_moved) {
  Rooms before({});
  ASSERT_TRUE(before.join(1, "tea"));
  ASSERT_TRUE(before.join(2, "tea"));

  Rooms rooms(std::move(before));

  EXPECT_TRUE(rooms.leave(1, "tea"));
  EXPECT_EQ(rooms.leave_all(2), 1u);
  EXPECT_EQ(rooms.room_count(), 0u);
}

/// The slow and obvious one.
struct Model {
  RoomsOptions options;
  std::set<std::pair<std::string, ConnectionId>> pairs;

  std::size_t members_of(const std::string& room) const {
    return static_cast<std::size_t>(
        std::count_if(pairs.begin(), pairs.end(), [&](auto& pair) { return pair.first == room; }));
  }
  std::size_t rooms_of(ConnectionId id) const {
    return static_cast<std::size_t>(
        std::count_if(pairs.begin(), pairs.end(), [&](auto& pair) { return pair.second == id; }));
  }
  std::size_t room_count() const {
    std::set<std::string> names;
    for (const auto& pair : pairs) names.insert(pair.first);
    return names.size();
  }
  bool join(ConnectionId id, const std::string& room) {
    const bool is_new_room = members_of(room) == 0;
    if (room.empty() || room.size() > options.name_bytes_max || pairs.count({room, id}) != 0 ||
        rooms_of(id) >= options.rooms_per_connection_max ||
        (is_new_room && room_count() >= options.rooms_max) ||
        members_of(room) >= options.members_max) {
      return false;
    }
    pairs.insert({room, id});
    return true;
  }
  std::size_t leave_all(ConnectionId id) {
    return std::erase_if(pairs, [&](auto& pair) { return pair.second == id; });
  }
};

void check_same(const Rooms& rooms, const Model& model) {
  std::set<ConnectionId> ids;
  std::map<std::string, std::vector<ConnectionId>> by_room;
  for (const auto& [room, id] : model.pairs) {
    ids.insert(id);
    by_room[room].push_back(id);
  }
  RC_ASSERT(rooms.room_count() == by_room.size());
  RC_ASSERT(rooms.connection_count() == ids.size());
  for (const auto& [room, expected] : by_room) {
    auto actual = members(rooms, room);
    std::sort(actual.begin(), actual.end());
    RC_ASSERT(actual == expected);
  }
  for (const ConnectionId id : ids) RC_ASSERT(rooms.rooms_of(id).size() == model.rooms_of(id));
}

RC_GTEST_PROP(RoomsProperty, agree_with_a_set_of_pairs, ()) {
  Model model;
  model.options = {*rc::gen::inRange<std::size_t>(1, 6), *rc::gen::inRange<std::size_t>(1, 6),
                   *rc::gen::inRange<std::size_t>(1, 6), 2};
  Rooms rooms(model.options);
  // Few connections and rooms, many steps: what breaks is the order of joining and leaving.
  using Step = std::tuple<int, ConnectionId, std::string>;
  const auto steps = *rc::gen::resize(
      400, rc::gen::container<std::vector<Step>>(
               rc::gen::tuple(rc::gen::inRange(0, 20), rc::gen::inRange<ConnectionId>(0, 5),
                              rc::gen::element<std::string>("a", "b", "c", "d", "ee", "", "fff"))));

  for (const auto& [action, id, room] : steps) {
    if (action < 11) {
      RC_ASSERT(rooms.join(id, room).is_ok() == model.join(id, room));
    } else if (action < 19) {
      RC_ASSERT(rooms.leave(id, room) == (model.pairs.erase({room, id}) != 0));
    } else {
      RC_ASSERT(rooms.leave_all(id) == model.leave_all(id));
    }
    check_same(rooms, model);
  }
}

TEST(Rooms, name_the_option_that_is_out_of_range) {
  EXPECT_EQ(validate(RoomsOptions{}), nullptr);
  EXPECT_STREQ(validate({.rooms_max = 0}), "rooms_max is 0");
  EXPECT_STREQ(validate({.members_max = 0}), "members_max is 0");
  EXPECT_STREQ(validate({.rooms_per_connection_max = 0}), "rooms_per_connection_max is 0");
  EXPECT_STREQ(validate({.name_bytes_max = 0}), "name_bytes_max is 0");
}

}  // namespace
}  // namespace heartwire::hub
