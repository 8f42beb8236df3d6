#include "heartwire/judge/verdict.hpp"

#include "tests/unit/judge/stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

TEST(Verdict, has_a_name_for_each) {
  EXPECT_EQ(name(Verdict::pass), "pass");
  EXPECT_EQ(name(Verdict::warn), "warn");
  EXPECT_EQ(name(Verdict::fail), "fail");
  EXPECT_EQ(name(Verdict::not_offered), "not offered");
  EXPECT_EQ(name(Verdict::inconclusive), "inconclusive");
}

TEST(Verdict, a_failure_for_want_of_what_was_never_seen_is_not_offered) {
  const Finding finding{Verdict::fail, "not back", "it stays away", Ability::reconnect};

  const Finding settled = settle(finding, Abilities{false, true});

  EXPECT_EQ(settled.verdict, Verdict::not_offered);
  EXPECT_EQ(settled.figure, "not back");
  EXPECT_EQ(settled.note, lack_of(Ability::reconnect));
}

TEST(Verdict, a_failure_stands_when_the_ability_was_seen_elsewhere) {
  const Finding finding{Verdict::fail, "not back", "it stays away", Ability::reconnect};

  EXPECT_EQ(settle(finding, Abilities{true, false}), finding);
}

TEST(Verdict, only_failures_are_settled) {
  const Finding warned{Verdict::warn, "late", "", Ability::heartbeat};
  const Finding failed{Verdict::fail, "a storm", "", Ability::none};

  EXPECT_EQ(settle(warned, {}), warned);
  EXPECT_EQ(settle(failed, {}), failed);
}

TEST(Verdict, abilities_add_up) {
  Abilities seen;
  seen.add({true, false});
  seen.add({false, true});

  EXPECT_TRUE(seen.has(Ability::reconnect));
  EXPECT_TRUE(seen.has(Ability::heartbeat));
  EXPECT_FALSE(Abilities{}.has(Ability::heartbeat));
  EXPECT_TRUE(Abilities{}.has(Ability::none));
}

}  // namespace
}  // namespace heartwire::judge
