#include "cli/json_object.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

namespace heartwire::cli {
namespace {

using namespace std::chrono_literals;

TEST(JsonObject, writes_one_object_on_one_line) {
  JsonObject object;
  object.add("event", "open").add("first", true).add("attempts", 3U).add("after_ms", 1500us);

  EXPECT_EQ(object.line(),
            "{\"event\":\"open\",\"first\":true,\"attempts\":3,\"after_ms\":1.500}\n");
}

TEST(JsonObject, writes_nothing_as_an_empty_object) {
  EXPECT_EQ(JsonObject{}.line(), "{}\n");
}

TEST(JsonObject, escapes_what_would_end_the_line_or_the_string) {
  JsonObject object;
  object.add("data", "a\"b\\c\nd\x1b");

  EXPECT_EQ(object.line(), "{\"data\":\"a\\\"b\\\\c\\u000ad\\u001b\"}\n");
}

TEST(JsonObject, writes_what_is_not_utf8_as_for_a_log) {
  JsonObject object;
  object.add("reason", "no\xff");

  EXPECT_EQ(object.line(), "{\"reason\":\"no\\\\xff\"}\n");
}

TEST(JsonObject, keeps_numbers_whole) {
  JsonObject object;
  object.add("id", std::uint64_t{18'446'744'073'709'551'615U});

  EXPECT_EQ(object.line(), "{\"id\":18446744073709551615}\n");
}

}  // namespace
}  // namespace heartwire::cli
