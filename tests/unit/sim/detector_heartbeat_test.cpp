#include "heartwire/sim/detector_heartbeat.hpp"

#include "heartwire/sim/detector_policy.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <variant>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;

base::Instant at(base::Duration since) {
  return base::instant(since);
}

const core::HeartbeatOptions& options(const DetectorPolicy& policy) {
  return std::get<core::HeartbeatOptions>(policy.options);
}

/// An answer that takes `took`, acknowledged with it.
Exchange question(base::Duration asked, base::Duration took) {
  return {at(asked), at(asked + took), at(asked + took)};
}

TEST(DetectorHeartbeat, a_fixed_deadline_kills_what_takes_longer_and_nothing_else) {
  const DetectorPolicy policy = fixed_policy(25s, 8s);
  HeartbeatDetector detector(options(policy));
  detector.open(at(0s));

  EXPECT_EQ(detector.follow(question(25s, 50ms)), std::nullopt);
  EXPECT_EQ(detector.follow(question(50s, 8s)), std::nullopt);
  EXPECT_EQ(detector.follow(question(75s, 8001ms)), at(83s));
  detector.open(at(83001ms));
  EXPECT_EQ(detector.follow(question(100s, 7999ms)), std::nullopt);
  EXPECT_EQ(detector.follow(question(125s, 1h)), at(133s));
}

TEST(DetectorHeartbeat, several_misses_add_up_and_leave_the_next_heartbeat_in_step) {
  const DetectorPolicy policy = fixed_policy(25s, 5s, 3);
  HeartbeatDetector detector(options(policy));
  detector.open(at(0s));

  EXPECT_EQ(detector.follow(question(25s, 14999ms)), std::nullopt);
  EXPECT_EQ(detector.follow(question(50s, 12s)), std::nullopt);
  EXPECT_EQ(detector.follow(question(75s, 1h)), at(90s));
}

TEST(DetectorHeartbeat, the_adaptive_machine_learns_how_long_answers_take) {
  const DetectorPolicy policy = adaptive_policy(25s, 10s, 1s);
  HeartbeatDetector near(options(policy));
  HeartbeatDetector far(options(policy));
  near.open(at(0s));
  far.open(at(0s));
  base::Duration asked{};
  for (int i = 0; i < 50; ++i) {
    asked += 25s;
    EXPECT_EQ(near.follow(question(asked, 40ms)), std::nullopt);
    EXPECT_EQ(far.follow(question(asked, i % 2 == 0 ? 500ms : 1500ms)), std::nullopt);
  }
  asked += 25s;

  const auto near_dead_at = near.follow(question(asked, 1h));
  const auto far_dead_at = far.follow(question(asked, 1h));

  ASSERT_TRUE(near_dead_at && far_dead_at);
  EXPECT_LE(*near_dead_at, at(asked + 5s));
  EXPECT_GT(*far_dead_at, *near_dead_at + 2s);
  EXPECT_LE(*far_dead_at, at(asked + 10s));
}

TEST(DetectorHeartbeat, a_dead_peer_is_noticed_however_long_the_silence) {
  for (const DetectorPolicy& policy : detector_policies(5s)) {
    const auto* heartbeat = std::get_if<core::HeartbeatOptions>(&policy.options);
    if (heartbeat == nullptr) continue;
    HeartbeatDetector detector(*heartbeat);
    detector.open(at(0s));

    const auto dead_at = detector.follow({at(5s), base::Instant::max(), base::Instant::max()});

    ASSERT_TRUE(dead_at) << policy.name;
    EXPECT_EQ(*dead_at, at(5s + heartbeat->misses_max * heartbeat->timeout)) << policy.name;
  }
}

}  // namespace
}  // namespace heartwire::sim
