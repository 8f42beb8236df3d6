#include "heartwire/ws/close_code.hpp"

#include <gtest/gtest.h>

#include <set>

namespace heartwire::ws {
namespace {

TEST(CloseCode, on_the_wire_are_the_registered_and_the_private_ones_only) {
  const std::set<int> registered = {1000, 1001, 1002, 1003, 1007, 1008,
                                    1009, 1010, 1011, 1012, 1013, 1014};

  for (int code = 0; code <= 65535; ++code) {
    const bool expected = registered.contains(code) || (code >= 3000 && code <= 4999);
    ASSERT_EQ(is_valid_on_wire(static_cast<std::uint16_t>(code)), expected) << code;
  }
}

TEST(CloseCode, has_a_name_for_people) {
  EXPECT_EQ(close_code_name(1001), "going away");
  EXPECT_EQ(close_code_name(number(CloseCode::service_restart)), "service restart");
  EXPECT_EQ(close_code_name(3000), "library");
  EXPECT_EQ(close_code_name(4999), "application");
  EXPECT_EQ(close_code_name(1004), "unassigned");
  EXPECT_EQ(close_code_name(5000), "unassigned");
}

}  // namespace
}  // namespace heartwire::ws
