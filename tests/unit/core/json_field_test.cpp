#include "heartwire/core/json_field.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

namespace heartwire::core {
namespace {

JsonField read_one(std::string_view document, std::string_view name,
                   std::uint32_t index = UINT32_MAX) {
  std::array fields{JsonField(name, index)};
  read_json(document, fields);
  return fields[0];
}

TEST(JsonField, finds_strings_and_numbers_of_the_top_level_object) {
  std::array fields{JsonField("a"), JsonField("b"), JsonField("c"), JsonField("d"), JsonField("e")};

  ASSERT_TRUE(read_json(R"( {"a":"x","b":-1.5e3,"c":null,"d":true} )", fields));

  EXPECT_EQ(fields[0].kind(), JsonKind::string);
  EXPECT_EQ(fields[0].text(), "x");
  EXPECT_EQ(fields[1].kind(), JsonKind::number);
  EXPECT_EQ(fields[1].text(), "-1.5e3");
  EXPECT_EQ(fields[2].kind(), JsonKind::null);
  EXPECT_EQ(fields[3].kind(), JsonKind::other);
  EXPECT_EQ(fields[4].kind(), JsonKind::absent);
}

TEST(JsonField, finds_elements_of_the_top_level_array_by_position) {
  std::array fields{JsonField("", 0), JsonField("", 1), JsonField("", 3), JsonField("", 9)};

  ASSERT_TRUE(read_json(R"([null,"7",{"x":["no",1]},"phx_reply"])", fields));

  EXPECT_EQ(fields[0].kind(), JsonKind::null);
  EXPECT_EQ(fields[1].text(), "7");
  EXPECT_EQ(fields[2].text(), "phx_reply");
  EXPECT_EQ(fields[3].kind(), JsonKind::absent);
}

TEST(JsonField, looks_at_no_other_level) {
  EXPECT_EQ(read_one(R"({"x":{"type":"ping"}})", "type").kind(), JsonKind::absent);
  EXPECT_EQ(read_one(R"([{"type":"ping"}])", "type").kind(), JsonKind::absent);
  EXPECT_EQ(read_one(R"([["in"],"out"])", "", 1).text(), "out");
  EXPECT_EQ(read_one(R"({"type":{"type":"ping"}})", "type").kind(), JsonKind::other);
  EXPECT_EQ(read_one(R"({"type":["ping"],"y":1})", "type").kind(), JsonKind::other);
  EXPECT_EQ(read_one(R"({"0":"x"})", "", 0).kind(), JsonKind::absent);
}

TEST(JsonField, takes_the_last_of_a_repeated_member) {
  EXPECT_EQ(read_one(R"({"type":"ping","type":"chat"})", "type").text(), "chat");
  EXPECT_EQ(read_one(R"({"type":"ping","type":[1]})", "type").kind(), JsonKind::other);
  EXPECT_EQ(read_one(R"({"type":[1],"type":"ping"})", "type").text(), "ping");
}

TEST(JsonField, decodes_escapes_in_names_and_values) {
  EXPECT_EQ(read_one(R"({"ty\u0070e":"p\u0069ng\n\/\"\u20ac\ud83d\ude00"})", "type").text(),
            "ping\n/\"\xE2\x82\xAC\xF0\x9F\x98\x80");
}

TEST(JsonField, tells_only_the_kind_of_values_over_the_bound) {
  const std::string fits(kJsonTextBytesMax, 'v');
  EXPECT_EQ(read_one("{\"a\":\"" + fits + "\"}", "a").text(), fits);
  EXPECT_EQ(read_one("{\"a\":\"" + fits + "v\"}", "a").kind(), JsonKind::other);
  EXPECT_EQ(read_one("{\"a\":\"" + fits + "v\"}", "a").text(), "");
  EXPECT_EQ(read_one("{\"a\":\"" + std::string(100'000, 'v') + "\",\"b\":\"x\"}", "b").text(), "x");
  EXPECT_EQ(read_one("{\"a\":" + std::string(300, '1') + "}", "a").kind(), JsonKind::other);
}

TEST(JsonField, finds_no_member_with_an_overlong_name) {
  const std::string fits(kJsonTextBytesMax, 'n');
  const std::string over(kJsonTextBytesMax + 1, 'n');
  const std::string document = "{\"" + over + "\":1,\"" + fits + "\":2,\"b\":3}";
  EXPECT_EQ(read_one(document, fits).text(), "2");
  EXPECT_EQ(read_one(document, over).kind(), JsonKind::absent);
  EXPECT_EQ(read_one(document, "b").text(), "3");
}

TEST(JsonField, reads_unsigned_integers_exactly) {
  EXPECT_EQ(read_one(R"({"a":0})", "a").as_unsigned(), 0U);
  EXPECT_EQ(read_one(R"({"a":18446744073709551615})", "a").as_unsigned(), UINT64_MAX);
  for (const char* other : {"18446744073709551616", "-1", "1.0", "1e3", "\"1\"", "null", "true"}) {
    EXPECT_EQ(read_one(std::string("{\"a\":") + other + "}", "a").as_unsigned(), std::nullopt)
        << other;
  }
}

TEST(JsonField, equals_a_string_or_a_number_written_alike) {
  EXPECT_TRUE(read_one(R"({"a":"ping"})", "a").equals("ping"));
  EXPECT_TRUE(read_one(R"({"a":11})", "a").equals("11"));
  EXPECT_FALSE(read_one(R"({"a":11.0})", "a").equals("11"));
  EXPECT_FALSE(read_one(R"({"a":null})", "a").equals("null"));
  EXPECT_FALSE(read_one(R"({"a":"pinging"})", "a").equals("ping"));
  EXPECT_FALSE(read_one(R"({})", "a").equals(""));
}

TEST(JsonField, refuses_what_is_not_json_and_finds_nothing_in_it) {
  const std::vector<std::string> documents{
      "",
      " ",
      "{",
      "{\"a\":\"x\"",
      "{\"a\":\"x\"}}",
      "{\"a\":\"x\"}{}",
      "{\"a\":\"x\",}",
      "{a:\"x\"}",
      "{\"a\":'x'}",
      "{\"a\":\"x\"} //",
      "/**/{\"a\":\"x\"}",
      "{\"a\":\"x\",\"b\":01}",
      "{\"a\":\"x\",\"b\":+1}",
      "{\"a\":\"x\",\"b\":NaN}",
      "{\"a\":\"x\",\"b\":\"\n\"}",
      "{\"a\":\"x\",\"b\":\"\xFF\"}",
      "{\"a\":\"x\",\"b\":\"\xE2\x82\"}",
      "{\"a\":\"x\",\"b\":\"\\ud800\"}",
      "{\"a\":\"x\",\"b\":\"\\ud800\\u0020\"}",
      "{\"a\":\"x\",\"b\":\"\\udc00\"}",
      "{\"a\":\"x\",\"b\":\"\\u12g4\"}",
      "{\"a\":\"x\",\"b\":\"\x1F\"}",
      "{\"a\":\"x\",\"b\":\"\xC0\x80\"}",
      "{\"a\":\"x\",\"b\":\"\xE0\x9F\xBF\"}",
      "{\"a\":\"x\",\"b\":\"\xED\xA0\x80\"}",
      "{\"a\":\"x\",\"b\":\"\xF0\x8F\xBF\xBF\"}",
      "{\"a\":\"x\",\"b\":\"\xF4\x90\x80\x80\"}",
      "{\"a\":\"x\",\"b\":\"\\x\"}",
      "\xEF\xBB\xBF{\"a\":\"x\"}",
      std::string("{\"a\":\"x\"}\0", 10),
  };
  for (const std::string& document : documents) {
    std::array fields{JsonField("a")};
    EXPECT_FALSE(read_json(document, fields)) << testing::PrintToString(document);
    EXPECT_EQ(fields[0].kind(), JsonKind::absent) << testing::PrintToString(document);
  }
}

TEST(JsonField, accepts_scalar_documents_and_finds_nothing_in_them) {
  std::array fields{JsonField("a", 0)};
  for (const char* document : {"1", "\"a\"", "null", " true "}) {
    EXPECT_TRUE(read_json(document, fields));
    EXPECT_EQ(fields[0].kind(), JsonKind::absent);
  }
}

TEST(JsonField, bounds_the_depth) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(read_json(nested(kJsonDepthMax), {}));
  EXPECT_FALSE(read_json(nested(kJsonDepthMax + 1), {}));
  std::string objects;
  for (std::size_t i = 0; i < kJsonDepthMax; ++i) objects += "{\"a\":";
  EXPECT_TRUE(read_json(objects + "1" + std::string(kJsonDepthMax, '}'), {}));
  EXPECT_FALSE(read_json(objects + "{}" + std::string(kJsonDepthMax, '}'), {}));
  EXPECT_FALSE(read_json(std::string(1 << 20, '['), {}));
  EXPECT_FALSE(read_json(std::string(1 << 20, '{'), {}));
}

TEST(JsonField, bears_random_bytes_and_mutilated_documents) {
  std::mt19937 random(7);
  const std::string seed = R"({"type":"ping","n":[1,2.5e-7,{"k":"\u20ac"}],"b":true,"type":"x"})";
  for (int round = 0; round < 20'000; ++round) {
    std::string document = seed;
    if (round % 4 == 0) document.assign(random() % 64, '\0');
    for (int flips = 0; flips < 3 && !document.empty(); ++flips) {
      document[random() % document.size()] = static_cast<char>(random());
    }
    document.resize(random() % (document.size() + 1));
    std::array fields{JsonField("type", 0)};
    const bool is_json = read_json(document, fields);
    ASSERT_TRUE(is_json || fields[0].kind() == JsonKind::absent);
    ASSERT_LE(fields[0].text().size(), kJsonTextBytesMax);
  }
}

TEST(JsonField, writes_strings_that_read_back_the_same) {
  std::string all = "quote\" back\\slash \xE2\x82\xAC /";
  for (char c = 0; c < 0x20; ++c) all += c;

  std::string document = "[";
  append_json_string(document, all);
  document += ']';

  EXPECT_EQ(read_one(document, "", 0).text(), all);
}

}  // namespace
}  // namespace heartwire::core
