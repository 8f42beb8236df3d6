#include "cli/text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace heartwire::cli {
namespace {

using namespace std::chrono_literals;

TEST(Text, keeps_a_terminal_from_obeying_a_peer) {
  EXPECT_EQ(for_terminal("a\x1b[31mred\nnext\r\tend\x7f"), "a\\x1b[31mred\\nnext\\r\\tend\\x7f");
  EXPECT_EQ(for_terminal("\xc2\x9b"
                         "31m"),
            "\\xc2\\x9b31m");
}

TEST(Text, leaves_every_readable_character_to_a_terminal) {
  const std::string text =
      "Gr\xc3\xbc\xc3\x9f"
      "e, \xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x92\x93 \\ \"";

  EXPECT_EQ(for_terminal(text), text);
}

TEST(Text, shows_octets_that_are_not_utf8) {
  EXPECT_EQ(for_terminal("a\xff"
                         "b\xc3"),
            "a\\xffb\\xc3");
  EXPECT_EQ(for_terminal("\xed\xa0\x80"), "\\xed\\xa0\\x80");
}

TEST(Text, writes_octets_in_hexadecimal) {
  EXPECT_EQ(hex(std::string_view{"\x00\x0f\xff", 3}), "000fff");
}

TEST(Text, describes_durations_by_three_digits_that_count) {
  EXPECT_EQ(describe(130us), "0.13 ms");
  EXPECT_EQ(describe(12'345us), "12.3 ms");
  EXPECT_EQ(describe(350ms), "350 ms");
  EXPECT_EQ(describe(999'800us), "1 s");
  EXPECT_EQ(describe(1250ms), "1.25 s");
  EXPECT_EQ(describe(25s), "25 s");
  EXPECT_EQ(describe(125s), "2 min 5 s");
  EXPECT_EQ(describe(3h), "3 h 0 min");
  EXPECT_EQ(describe(0ns), "0 ms");
}

TEST(Text, counts_in_words) {
  EXPECT_EQ(count_of(1, "message"), "1 message");
  EXPECT_EQ(count_of(0, "message"), "0 messages");
}

TEST(Text, writes_times_to_the_millisecond) {
  const std::chrono::system_clock::time_point when{1'738'328'585'007ms};

  EXPECT_EQ(utc(when), "2025-01-31T13:03:05.007Z");
  EXPECT_EQ(wall_clock(when).substr(2, 1), ":");
  EXPECT_EQ(wall_clock(when).substr(5), ":05.007");
}

}  // namespace
}  // namespace heartwire::cli
