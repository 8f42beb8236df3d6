#include "heartwire/base/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace heartwire::base {
namespace {

enum class Fault { kLate, kWrong };

Result<std::string, Fault> parse(bool well_formed) {
  if (!well_formed) return Failure{Fault::kWrong};
  return std::string{"parsed"};
}

TEST(Result, holds_the_value_of_a_success) {
  const auto result = parse(true);

  ASSERT_TRUE(result);
  EXPECT_EQ(result.value(), "parsed");
  EXPECT_EQ(*result, "parsed");
  EXPECT_EQ(result->size(), 6U);
}

TEST(Result, holds_the_reason_of_a_failure) {
  const auto result = parse(false);

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), Fault::kWrong);
}

TEST(Result, tells_value_and_error_apart_when_both_have_one_type) {
  const Result<int, int> success = 1;
  const Result<int, int> failure = Failure{1};

  EXPECT_TRUE(success.is_ok());
  EXPECT_FALSE(failure.is_ok());
  EXPECT_NE(success, failure);
}

TEST(Result, gives_up_a_value_that_can_only_be_moved) {
  Result<std::unique_ptr<int>, Fault> result = std::make_unique<int>(7);

  const std::unique_ptr<int> owned = std::move(result).value();

  EXPECT_EQ(*owned, 7);
}

TEST(Result, lets_its_value_be_changed_in_place) {
  auto result = parse(true);

  result->push_back('!');

  EXPECT_EQ(*result, "parsed!");
}

TEST(Result, stops_the_program_when_the_wrong_side_is_read) {
  EXPECT_DEATH(static_cast<void>(parse(false).value()), "check failed: is_ok");
  EXPECT_DEATH(static_cast<void>(parse(true).error()), "check failed: !is_ok");
}

}  // namespace
}  // namespace heartwire::base
