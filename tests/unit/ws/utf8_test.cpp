#include "heartwire/ws/utf8.hpp"

#include "tests/unit/ws/wire.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::ws {
namespace {

using test::hex;

struct Row {
  const char* what;
  const char* octets;
};

constexpr Row kValid[] = {
    {"nothing", ""},
    {"NUL", "00"},
    {"last of one octet", "7f"},
    {"first and last of two", "c280 dfbf"},
    {"first and last of three", "e0a080 efbfbf"},
    {"around the surrogates", "ed9fbf ee8080"},
    {"first and last of four", "f0908080 f48fbfbf"},
    {"Greek", "cebae1bdb9cf83cebcceb5"},
    {"emoji", "f09f9880"},
    {"replacement character and noncharacter", "efbfbd efbfbe"},
};

/// Each with the index of the octet that first shows the fault.
struct BadRow {
  const char* what;
  const char* octets;
  std::size_t index;
};

constexpr BadRow kInvalid[] = {
    {"continuation alone", "80", 0},
    {"overlong slash in two", "c0af", 0},
    {"overlong 7f in two", "c1bf", 0},
    {"overlong in three", "e09fbf", 1},
    {"overlong in four", "f08fbfbf", 1},
    {"first surrogate", "eda080", 1},
    {"last surrogate", "edbfbf", 1},
    {"above U+10FFFF", "f4908080", 1},
    {"lead f5", "f5808080", 0},
    {"lead of five", "f888808080", 0},
    {"fe", "fe", 0},
    {"ff", "ff", 0},
    {"lead, then ASCII", "c241", 1},
    {"two of three, then ASCII", "e2824141", 2},
    {"lead, then lead", "c2c2", 1},
    {"three of four, then lead", "f0908041", 3},
    {"continuation too many", "c28080", 2},
};

bool validate(base::ByteView bytes, const std::vector<std::size_t>& way) {
  Utf8Validator validator;
  for (const std::size_t size : way) {
    if (!validator.feed(bytes.first(size))) return false;
    bytes = bytes.subspan(size);
  }
  return validator.is_complete();
}

TEST(Utf8, accepts_what_is_valid_however_it_is_cut_and_aligned) {
  base::Rng rng{1};
  for (const Row& row : kValid) {
    for (std::size_t padding = 0; padding < 20; ++padding) {
      base::Bytes bytes(padding, 'a');
      for (const auto octet : hex(row.octets)) bytes.push_back(octet);
      bytes.insert(bytes.end(), padding, 'z');
      for (const auto& way : test::ways_to_cut(bytes.size(), rng, 5))
        ASSERT_TRUE(validate(bytes, way)) << row.what << ' ' << padding;
    }
  }
}

TEST(Utf8, refuses_what_is_not_however_it_is_cut_and_aligned) {
  base::Rng rng{2};
  for (const BadRow& row : kInvalid) {
    for (std::size_t padding = 0; padding < 20; ++padding) {
      base::Bytes bytes(padding, 'a');
      for (const auto octet : hex(row.octets)) bytes.push_back(octet);
      bytes.insert(bytes.end(), padding, 'z');
      for (const auto& way : test::ways_to_cut(bytes.size(), rng, 5))
        ASSERT_FALSE(validate(bytes, way)) << row.what << ' ' << padding;
    }
  }
}

TEST(Utf8, fails_at_the_first_octet_that_cannot_be_right) {
  for (const BadRow& row : kInvalid) {
    const base::Bytes bytes = hex(row.octets);
    Utf8Validator validator;

    EXPECT_TRUE(validator.feed(base::ByteView{bytes}.first(row.index))) << row.what;
    EXPECT_FALSE(validator.feed(base::ByteView{bytes}.subspan(row.index, 1))) << row.what;
  }
}

TEST(Utf8, a_run_of_ascii_does_not_hide_a_character_that_was_left_open) {
  for (const std::size_t size : {1U, 8U, 16U, 24U}) {
    Utf8Validator validator;
    EXPECT_TRUE(validator.feed(hex("e282")));
    EXPECT_FALSE(validator.feed(base::Bytes(size, 'a'))) << size;
  }
}

TEST(Utf8, is_not_complete_inside_a_character) {
  const base::Bytes bytes = hex("f09f9880");
  Utf8Validator validator;

  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(validator.feed(base::ByteView{bytes}.subspan(i, 1)));
    EXPECT_FALSE(validator.is_complete());
  }
  EXPECT_TRUE(validator.feed(base::ByteView{bytes}.subspan(3)));
  EXPECT_TRUE(validator.is_complete());
  EXPECT_FALSE(is_utf8("\xf0\x9f\x98"));
}

TEST(Utf8, agrees_with_an_exhaustive_decoder_on_every_code_point) {
  for (std::uint32_t point = 0; point <= 0x1FFFFF; point += point < 0x11000 ? 1 : 37) {
    std::string text;
    const auto add = [&](std::uint32_t octet) { text += static_cast<char>(octet); };
    if (point < 0x80) {
      add(point);
    } else if (point < 0x800) {
      add(0xC0 | point >> 6), add(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
      add(0xE0 | point >> 12), add(0x80 | (point >> 6 & 0x3F)), add(0x80 | (point & 0x3F));
    } else {
      add(0xF0 | point >> 18), add(0x80 | (point >> 12 & 0x3F));
      add(0x80 | (point >> 6 & 0x3F)), add(0x80 | (point & 0x3F));
    }
    const bool is_scalar = point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
    ASSERT_EQ(is_utf8(text), is_scalar) << point;
  }
}

TEST(Utf8, a_prefix_ends_between_characters) {
  const std::string text = "a\xc3\xa9\xe2\x82\xac";

  EXPECT_EQ(utf8_prefix(text, 100), text);
  EXPECT_EQ(utf8_prefix(text, 5), "a\xc3\xa9");
  EXPECT_EQ(utf8_prefix(text, 3), "a\xc3\xa9");
  EXPECT_EQ(utf8_prefix(text, 2), "a");
  EXPECT_EQ(utf8_prefix(text, 0), "");
  EXPECT_EQ(utf8_prefix("ab\xff"
                        "c",
                        10),
            "ab");
}

}  // namespace
}  // namespace heartwire::ws
