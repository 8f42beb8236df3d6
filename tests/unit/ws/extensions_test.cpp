#include "heartwire/ws/extensions.hpp"

#include "heartwire/ws/head.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace heartwire::ws {
namespace {

using Extensions = std::vector<Extension>;

std::optional<Extensions> parsed(std::string_view value) {
  Extensions out;
  if (!parse_extensions(value, out)) return std::nullopt;
  return out;
}

struct Row {
  std::string_view value;
  Extensions expected;
};

const Row kGood[] = {
    {"", {}},
    {" ,\t, ", {}},
    {"foo", {{"foo", {}}}},
    {"foo, bar", {{"foo", {}}, {"bar", {}}}},
    {"foo,,bar,", {{"foo", {}}, {"bar", {}}}},
    {"foo; a", {{"foo", {{"a", {}}}}}},
    {"foo;a=1 ;\tb = 2", {{"foo", {{"a", "1"}, {"b", "2"}}}}},
    {"foo; a=1; a=2", {{"foo", {{"a", "1"}, {"a", "2"}}}}},
    {R"(foo; a="10")", {{"foo", {{"a", "10"}}}}},
    {R"(foo; a="1\0" , bar)", {{"foo", {{"a", "10"}}}, {"bar", {}}}},
    {"Foo; A", {{"Foo", {{"A", {}}}}}},
};

TEST(Extensions, reads_what_the_grammar_allows) {
  for (const Row& row : kGood) {
    const auto read = parsed(row.value);
    ASSERT_TRUE(read) << row.value;
    EXPECT_EQ(*read, row.expected) << row.value;
  }
}

constexpr std::string_view kBad[] = {
    ";",        "foo;",      "foo; ",        "foo;;a",         "=",
    "foo=1",    "foo bar",   "foo; a b",     "foo; a=",        "foo; a= ; b",
    "foo; =1",  "fo\"o",     "foo; a=\"",    "foo; a=\"1",     "foo; a=\"\"",
    "f\x01oo",  "f\xc3\xa9", "foo; a=1=2",   "foo; a=\"b c\"", "foo; a=\"1\"x",
    "foo; (a)", "\"foo\"",   "foo; a=\"1\\",
};

TEST(Extensions, refuses_what_the_grammar_does_not) {
  for (const std::string_view value : kBad) EXPECT_FALSE(parsed(value)) << value;
}

TEST(Extensions, joins_all_fields_of_the_name) {
  Head head;
  head.fields = {{"Sec-WebSocket-Extensions", "foo; a"},
                 {"X-Other", ";"},
                 {"sec-websocket-extensions", "bar"}};
  EXPECT_EQ(extensions_of(head), (Extensions{{"foo", {{"a", {}}}}, {"bar", {}}}));

  head.fields.push_back({"Sec-WebSocket-Extensions", "a b"});
  EXPECT_FALSE(extensions_of(head));
  EXPECT_EQ(extensions_of(Head{}), Extensions{});
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  while (times-- > 0) text += part;
  return text;
}

TEST(Extensions, bounds_what_it_keeps) {
  EXPECT_TRUE(parsed(repeated("a,", kExtensionsMax)));
  EXPECT_FALSE(parsed(repeated("a,", kExtensionsMax + 1)));
  EXPECT_TRUE(parsed("a" + repeated(";b", kExtensionParametersMax)));
  EXPECT_FALSE(parsed("a" + repeated(";b", kExtensionParametersMax + 1)));
}

}  // namespace
}  // namespace heartwire::ws
