#include "heartwire/sim/fault_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;

TEST(FaultPlan, DrawsOnlyKindsThatHaveAWeight) {
  base::Rng rng(1);
  FaultWeights weights{};
  weights[static_cast<std::size_t>(FaultKind::reset)] = 1;
  weights[static_cast<std::size_t>(FaultKind::loss)] = 3;
  std::size_t losses = 0;
  std::size_t all = 0;
  for (int i = 0; i < 200; ++i) {
    for (const Fault& fault : draw_faults({}, weights, rng)) {
      ASSERT_TRUE(fault.kind == FaultKind::reset || fault.kind == FaultKind::loss);
      losses += fault.kind == FaultKind::loss ? 1 : 0;
      ++all;
    }
  }

  EXPECT_GT(losses, all * 6 / 10);
  EXPECT_LT(losses, all * 9 / 10);
}

TEST(FaultPlan, EndsEveryFaultInTime) {
  base::Rng rng(2);
  for (int i = 0; i < 300; ++i) {
    const FaultPlanOptions options{.clients = 3, .servers = 2, .until = 40s};
    const auto faults = draw_faults(options, draw_weights(rng), rng);
    for (const Fault& fault : faults) {
      EXPECT_GE(fault.begins, base::instant(1s));
      EXPECT_LE(fault.begins + fault.lasts, base::instant(40s));
      EXPECT_LT(fault.target, place(fault.kind) == FaultPlace::server ? 2u : 3u);
    }
    EXPECT_TRUE(std::is_sorted(faults.begin(), faults.end(),
                               [](const auto& a, const auto& b) { return a.begins < b.begins; }));
  }
}

TEST(FaultPlan, GivesEachSeedKindsOfItsOwn) {
  std::set<FaultWeights> seen;
  std::size_t fewest = kFaultKinds;
  std::size_t most = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    base::Rng rng(seed);
    const FaultWeights weights = draw_weights(rng);
    seen.insert(weights);
    const auto kinds = static_cast<std::size_t>(
        std::count_if(weights.begin(), weights.end(), [](auto weight) { return weight > 0; }));
    fewest = std::min(fewest, kinds);
    most = std::max(most, kinds);
  }

  EXPECT_GT(seen.size(), 95u);
  EXPECT_LT(fewest, 4u);
  EXPECT_GT(most, 24u);
}

TEST(FaultPlan, DrawsNothingWithoutWeights) {
  base::Rng rng(3);

  EXPECT_TRUE(draw_faults({}, FaultWeights{}, rng).empty());
}

}  // namespace
}  // namespace heartwire::sim
