#include "heartwire/sim/payload.hpp"

#include <gtest/gtest.h>

namespace heartwire::sim {
namespace {

TEST(Payload, TellsTheNumberOfAMessage) {
  EXPECT_EQ(number_of("m12 xxxx"), 12u);
  EXPECT_EQ(number_of("s7 "), 7u);
  EXPECT_EQ(number_of(kGreeting), 0u);
}

TEST(Payload, KnowsWhatIsNoMessage) {
  for (const std::string_view text : {"", "m", "m12", "m12 xxyx", "ping", "mx ", "stale"})
    EXPECT_EQ(number_of(text), kNoNumber) << text;
}

}  // namespace
}  // namespace heartwire::sim
