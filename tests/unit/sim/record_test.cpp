#include "tests/unit/sim/story.hpp"

#include <gtest/gtest.h>

namespace heartwire::sim::test {
namespace {

TEST(Record, ReadsAsALine) {
  EXPECT_EQ(to_text(at(12'500ms, record::Dialled{3, 2, 1}, 7)),
            "   12.500000 client 7 dialled generation=3 attempt=2 url=1");
  EXPECT_EQ(to_text(at(1us, record::FaultBegan{4}, kNobody)),
            "    0.000001 world    fault began index=4");
  record::Ended ended{.was_open = true, .will_retry = true, .delay = 1'500ms};
  ended.cause = core::Cause::heartbeat;
  ended.generation = 2;
  EXPECT_EQ(to_text(at(1s, ended)),
            "    1.000000 client 0 ended generation=2 cause=heartbeat by=us retry_in=1500ms");
}

template <std::size_t... Index>
std::vector<std::string> all_lines(std::index_sequence<Index...>) {
  return {to_text(at(0s, What{std::in_place_index<Index>}))...};
}

TEST(Record, HasALineForEachKind) {
  for (const std::string& line : all_lines(std::make_index_sequence<std::variant_size_v<What>>{}))
    EXPECT_GT(line.size(), std::string{"    0.000000 client 0 "}.size()) << line;
}

}  // namespace
}  // namespace heartwire::sim::test
