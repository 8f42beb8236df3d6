#include "heartwire/sim/detector_policy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;

TEST(DetectorPolicy, names_tell_policies_apart) {
  std::set<std::string> names;
  const auto policies = detector_policies(25s);
  for (const DetectorPolicy& policy : policies) names.insert(policy.name);

  EXPECT_EQ(names.size(), policies.size());
  EXPECT_EQ(fixed_policy(25s, 8s).name, "8 s");
  EXPECT_EQ(fixed_policy(25s, 5s, 2).name, "2 x 5 s");
  EXPECT_EQ(adaptive_policy(25s, 10s, 500ms).name, "timeout 10 s, reply_min 0.5 s");
  EXPECT_EQ(phi_policy(25s, 8).name, "phi 8");
}

TEST(DetectorPolicy, all_of_them_send_equally_often_and_in_step) {
  for (const DetectorPolicy& policy : detector_policies(7s)) {
    if (const auto* phi = std::get_if<PhiOptions>(&policy.options)) {
      EXPECT_EQ(phi->interval, 7s);
      continue;
    }
    const auto& options = std::get<core::HeartbeatOptions>(policy.options);
    EXPECT_EQ(validate(options), std::nullopt);
    EXPECT_EQ(options.interval, 7s);
    EXPECT_FALSE(options.first_probe_spread);
  }
}

TEST(DetectorPolicy, the_machine_with_its_defaults_is_among_them) {
  core::HeartbeatOptions defaults;
  defaults.first_probe_spread = false;
  const auto policies = detector_policies(defaults.interval);

  EXPECT_EQ(std::count_if(policies.begin(), policies.end(),
                          [&](const DetectorPolicy& policy) {
                            const auto* options =
                                std::get_if<core::HeartbeatOptions>(&policy.options);
                            return options != nullptr && *options == defaults;
                          }),
            1);
}

}  // namespace
}  // namespace heartwire::sim
