#include "heartwire/sim/storm_policy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string_view>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;

TEST(StormPolicy, default_is_what_a_client_does_when_left_alone) {
  EXPECT_EQ(reconnect_options(StormPolicy::standard), core::ReconnectOptions{});
}

TEST(StormPolicy, jitters_differ_in_their_jitter_alone) {
  for (const auto& [policy, jitter] : {std::pair{StormPolicy::none, core::Jitter::none},
                                       {StormPolicy::full, core::Jitter::full},
                                       {StormPolicy::equal, core::Jitter::equal},
                                       {StormPolicy::decorrelated, core::Jitter::decorrelated}}) {
    core::ReconnectOptions expected;
    expected.backoff.jitter = jitter;

    EXPECT_EQ(reconnect_options(policy), expected) << name(policy);
  }
}

TEST(StormPolicy, what_is_written_by_hand_heeds_nobody) {
  const core::Outcome told{
      .cause = core::Cause::closed, .code = core::kCloseServiceRestart, .retry_after = 90s};
  for (const auto& [policy, delay] :
       {std::pair{StormPolicy::constant_1s, 1s}, {StormPolicy::constant_5s, 5s}}) {
    const core::ReconnectOptions options = reconnect_options(policy);
    ASSERT_EQ(validate(options), nullptr);
    core::ReconnectPolicy machine(options);
    base::Rng rng(1);

    EXPECT_EQ(machine.decide(base::instant(0s), told, rng).delay, delay) << name(policy);
    EXPECT_EQ(machine.decide(base::instant(1s), told, rng).delay, delay) << name(policy);
  }
}

TEST(StormPolicy, compares_each_that_differs_once) {
  std::set<std::string_view> names;
  for (const StormPolicy policy : storm_policies()) names.insert(name(policy));

  EXPECT_EQ(names.size(), storm_policies().size());
  EXPECT_EQ(names, (std::set<std::string_view>{"default", "none", "full", "equal", "constant-1s",
                                               "constant-5s"}));
}

}  // namespace
}  // namespace heartwire::sim
