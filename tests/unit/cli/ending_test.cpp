#include "cli/ending.hpp"

#include <gtest/gtest.h>

namespace heartwire::cli {
namespace {

TEST(Ending, names_cause_code_and_the_words_of_both_sides) {
  EXPECT_EQ(describe_end(core::Cause::closed, 4000, "the peer closed", "bye"),
            "closed 4000: the peer closed (peer said \"bye\")");
  EXPECT_EQ(describe_end(core::Cause::lost, 0, "", ""), "lost");
}

TEST(Ending, lets_no_peer_write_to_a_terminal) {
  EXPECT_EQ(describe_end(core::Cause::http_status, 503, "", "\x1b[2J\nroot:"),
            "http_status 503 (peer said \"\\x1b[2J\\nroot:\")");
}

TEST(Ending, names_who_ended_it) {
  EXPECT_EQ(name(core::EndedBy::us), "us");
  EXPECT_EQ(name(core::EndedBy::peer), "peer");
  EXPECT_EQ(name(core::EndedBy::nobody), "nobody");
}

}  // namespace
}  // namespace heartwire::cli
