#include "heartwire/ws/opcode.hpp"

#include <gtest/gtest.h>

#include <set>

namespace heartwire::ws {
namespace {

TEST(Opcode, six_values_are_known_and_the_rest_reserved) {
  const std::set<int> known = {0x0, 0x1, 0x2, 0x8, 0x9, 0xA};

  for (int value = 0; value < 256; ++value)
    EXPECT_EQ(is_known_opcode(static_cast<std::uint8_t>(value)), known.contains(value)) << value;
}

TEST(Opcode, only_close_ping_and_pong_are_control) {
  EXPECT_TRUE(is_control(Opcode::close));
  EXPECT_TRUE(is_control(Opcode::ping));
  EXPECT_TRUE(is_control(Opcode::pong));
  EXPECT_FALSE(is_control(Opcode::continuation));
  EXPECT_FALSE(is_control(Opcode::text));
  EXPECT_FALSE(is_control(Opcode::binary));
}

TEST(Opcode, a_message_begins_with_the_opcode_of_its_type) {
  EXPECT_EQ(opcode_of(MessageType::text), Opcode::text);
  EXPECT_EQ(opcode_of(MessageType::binary), Opcode::binary);
}

TEST(Opcode, has_a_name_for_people) {
  std::set<std::string_view> names;
  for (const auto opcode : {Opcode::continuation, Opcode::text, Opcode::binary, Opcode::close,
                            Opcode::ping, Opcode::pong})
    names.insert(name(opcode));

  EXPECT_EQ(names.size(), 6U);
  EXPECT_EQ(name(static_cast<Opcode>(3)), "reserved");
}

}  // namespace
}  // namespace heartwire::ws
