#include "cli/option_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace heartwire::cli {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(OptionValues, reads_sizes_with_and_without_a_unit) {
  EXPECT_EQ(*parse_bytes("4096"), 4096U);
  EXPECT_EQ(*parse_bytes("64KiB"), 65'536U);
  EXPECT_EQ(*parse_bytes("3MB"), 3'000'000U);
  EXPECT_EQ(*parse_bytes("1GiB"), std::size_t{1} << 30);
}

TEST(OptionValues, refuses_sizes_that_make_no_sense_and_names_them) {
  for (const std::string text :
       {"", "x", "-1", "0", "1.5MiB", "12kb", "99999999999999999999", "2000GiB"}) {
    const auto parsed = parse_bytes(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_THAT(parsed.error(), HasSubstr('"' + text + '"'));
  }
}

TEST(OptionValues, reads_whole_numbers_and_says_what_else_is_wrong) {
  EXPECT_EQ(*parse_number("0", 0), 0U);
  EXPECT_EQ(*parse_number("18446744073709551615", 0), UINT64_MAX);
  for (const std::string text : {"", "x", "-1", "0", "1.5", "12k", "18446744073709551616"}) {
    const auto parsed = parse_number(text, 1);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error(),
              "bad number \"" + text + "\": expected a whole number from 1, below 2^64");
  }
}

TEST(OptionValues, reads_headers_and_trims_their_values) {
  const auto header = parse_header("Authorization:  Bearer a:b ");

  ASSERT_TRUE(header);
  EXPECT_EQ(header->first, "Authorization");
  EXPECT_EQ(header->second, "Bearer a:b");
  EXPECT_EQ(parse_header("X-Empty:")->second, "");
  EXPECT_FALSE(parse_header("no colon"));
  EXPECT_FALSE(parse_header(": nameless"));
}

TEST(OptionValues, reads_where_to_listen) {
  EXPECT_EQ(parse_listen_address("[::1]:80")->address, "::1");
  EXPECT_EQ(parse_listen_address("localhost:80")->address, "127.0.0.1");
  EXPECT_EQ(parse_listen_address("8080")->port, 8080);
  EXPECT_EQ(parse_listen_address("8080")->address, "127.0.0.1");
  EXPECT_THAT(parse_listen_address("example.org:80").error(), HasSubstr("not an IP address"));
  EXPECT_THAT(parse_listen_address("127.0.0.1:99999").error(), HasSubstr("99999"));
}

TEST(OptionValues, replaces_names_only_where_they_are_whole_words) {
  EXPECT_EQ(in_option_names("delay_max is less than delay_min",
                            {{"delay_min", "--retry-min"}, {"delay_max", "--retry-max"}}),
            "--retry-max is less than --retry-min");
  EXPECT_EQ(in_option_names("check_timeout, timeout", {{"timeout", "--timeout"}}),
            "check_timeout, --timeout");
}

struct OptionValuesParsing : testing::Test {
  /// What the parser says to these words; empty: nothing.
  std::string parse(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());
    try {
      app.parse(words);
      return {};
    } catch (const CLI::ParseError& error) {
      return error.what();
    }
  }

  CLI::App app;
};

TEST_F(OptionValuesParsing, reads_durations_and_names_the_option_of_a_bad_one) {
  base::Duration interval = 25s;
  std::chrono::milliseconds timeout{0};
  add_duration(app, "--interval", interval, "");
  add_duration(app, "--timeout", timeout, "");

  EXPECT_EQ(parse({"--interval", "1.5s", "--timeout", "200ms"}), "");
  EXPECT_EQ(interval, 1500ms);
  EXPECT_EQ(timeout, 200ms);
  EXPECT_THAT(parse({"--interval", "5"}), HasSubstr("--interval: bad time \"5\""));
}

TEST_F(OptionValuesParsing, takes_one_of_the_named_values_only) {
  int chosen = 2;
  add_choice<int>(app, "--pick", chosen, {{"one", 1}, {"two", 2}}, "");

  EXPECT_EQ(parse({}), "");
  EXPECT_EQ(chosen, 2);
  EXPECT_EQ(parse({"--pick", "one"}), "");
  EXPECT_EQ(chosen, 1);
  EXPECT_THAT(parse({"--pick", "three"}), HasSubstr("--pick: \"three\" is none of one|two"));
}

TEST_F(OptionValuesParsing, takes_a_repeated_option_as_often_as_it_is_given) {
  std::vector<std::string> taken;
  add_repeated(
      app, "--add", "TEXT",
      [&](const std::string& text) -> Parsed<base::Unit> {
        if (text == "bad") return base::Failure{std::string{"it is bad"}};
        taken.push_back(text);
        return base::Unit{};
      },
      "");

  EXPECT_EQ(parse({"--add", "a", "--add", "b"}), "");
  EXPECT_EQ(taken, (std::vector<std::string>{"a", "b"}));
  EXPECT_THAT(parse({"--add", "bad"}), HasSubstr("--add: it is bad"));
}

}  // namespace
}  // namespace heartwire::cli
