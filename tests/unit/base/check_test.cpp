#include "heartwire/base/check.hpp"

#include <gtest/gtest.h>

namespace heartwire::base {
namespace {

TEST(Check, lets_a_true_condition_pass_and_evaluates_it_once) {
  int evaluations = 0;

  HW_CHECK(++evaluations == 1);

  EXPECT_EQ(evaluations, 1);
}

TEST(Check, stops_the_program_and_names_condition_and_place) {
  EXPECT_DEATH(HW_CHECK(1 == 2), "heartwire: bug: check failed: 1 == 2 \\(.*check_test.cpp:[0-9]+");
}

}  // namespace
}  // namespace heartwire::base
