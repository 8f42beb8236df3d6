#include "heartwire/base/escape.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::base {
namespace {

TEST(Escape, leaves_printable_ascii_alone) {
  EXPECT_EQ(escape_for_log(""), "");
  EXPECT_EQ(escape_for_log("going away (1001) ~!"), "going away (1001) ~!");
}

TEST(Escape, disarms_what_moves_a_terminal_or_forges_a_line) {
  EXPECT_EQ(escape_for_log("a\r\nINFO all is well\t"), "a\\r\\nINFO all is well\\t");
  EXPECT_EQ(escape_for_log("\x1b[2J\x7f"), "\\x1b[2J\\x7f");
  EXPECT_EQ(escape_for_log(std::string("\0\xff", 2)), "\\x00\\xff");
  EXPECT_EQ(escape_for_log("say \"a\\b\""), "say \\\"a\\\\b\\\"");
}

TEST(Escape, cuts_what_is_long_without_halving_an_escape) {
  EXPECT_EQ(escape_for_log("abcdefgh", 8), "abcdefgh");
  EXPECT_EQ(escape_for_log("abcdefghi", 8), "abcde...");
  EXPECT_EQ(escape_for_log("abc\x01\x01\x01", 8), "abc...");
  EXPECT_EQ(escape_for_log("abcdef", 3), "...");
  EXPECT_LE(escape_for_log(std::string(100000, '\n')).size(), 200U);
}

}  // namespace
}  // namespace heartwire::base
