#include "heartwire/core/text_search.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace heartwire::core {
namespace {

TEST(TextSearch, finds_a_word_wherever_it_stands) {
  for (std::size_t before = 0; before < 200; ++before) {
    for (const std::size_t after : {0U, 1U, 63U, 64U, 65U, 200U}) {
      const std::string text = std::string(before, 'p') + "ping" + std::string(after, 'g');
      EXPECT_TRUE(contains(text, "ping")) << before << " " << after;
    }
  }
}

TEST(TextSearch, finds_no_part_of_a_word) {
  EXPECT_FALSE(contains(std::string(200, 'p') + "pin", "ping"));
  EXPECT_FALSE(contains("pin", "ping"));
  EXPECT_FALSE(contains("", "ping"));
  EXPECT_TRUE(contains("", ""));
  EXPECT_TRUE(contains("x", ""));
}

TEST(TextSearch, agrees_with_find_on_random_texts) {
  std::mt19937 random(5);
  const auto letters = [&random](std::size_t size) {
    std::string text;
    while (text.size() < size) text += static_cast<char>('a' + random() % 3);
    return text;
  };
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = letters(random() % 300);
    const std::string needle = letters(random() % 9);
    ASSERT_EQ(contains(text, needle), text.find(needle) != std::string::npos)
        << text << " / " << needle;
  }
}

}  // namespace
}  // namespace heartwire::core
