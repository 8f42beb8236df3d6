#include "heartwire/net/fault_rules.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t kUp = FaultRules::kUp;
constexpr std::size_t kDown = FaultRules::kDown;

TEST(FaultRules, let_everything_pass_at_first) {
  EXPECT_EQ(describe(FaultRules{}), "no faults");
}

TEST(FaultRules, change_in_the_named_direction_only) {
  const FaultRules rules = updated({}, faults::Freeze{FaultDirection::up});

  EXPECT_TRUE(rules.ways[kUp].frozen);
  EXPECT_FALSE(rules.ways[kDown].frozen);
  EXPECT_EQ(describe(rules), "freeze up");
}

TEST(FaultRules, thaw_and_pass_undo_freeze_and_drop) {
  FaultRules rules = updated({}, faults::Freeze{});
  rules = updated(rules, faults::Drop{});
  EXPECT_EQ(describe(rules), "freeze; drop");

  rules = updated(rules, faults::Thaw{FaultDirection::down});
  rules = updated(rules, faults::Pass{FaultDirection::up});

  EXPECT_EQ(describe(rules), "freeze up; drop down");
}

TEST(FaultRules, hold_delay_throttle_forgetting_and_manner_of_accepting) {
  FaultRules rules = updated({}, faults::Delay{200ms, 50ms, FaultDirection::down});
  rules = updated(rules, faults::Throttle{65536, FaultDirection::down});
  rules = updated(rules, faults::ForgetIdle{2s, FaultForgetting::reset});
  rules = updated(rules, faults::Accept{FaultAccept::black_hole});

  EXPECT_EQ(rules.ways[kUp], FaultWay{});
  EXPECT_EQ(describe(rules), "delay 200ms 50ms down; throttle 65536 down; hold-new; forget 2s rst");
}

TEST(FaultRules, are_none_after_clear) {
  FaultRules rules = updated({}, faults::Freeze{});
  rules = updated(rules, faults::Accept{FaultAccept::refuse});

  EXPECT_EQ(updated(rules, faults::Clear{}), FaultRules{});
}

TEST(FaultRules, stay_as_they_are_when_connections_are_cut_or_reset_or_sent_elsewhere) {
  const FaultRules rules = updated({}, faults::Freeze{});

  EXPECT_EQ(updated(rules, faults::Cut{}), rules);
  EXPECT_EQ(updated(rules, faults::Reset{}), rules);
  EXPECT_EQ(updated(rules, faults::Retarget{{"host", 1}}), rules);
}

}  // namespace
}  // namespace heartwire::net
