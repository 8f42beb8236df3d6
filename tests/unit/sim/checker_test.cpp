#include "heartwire/sim/checker.hpp"

#include "tests/unit/sim/story.hpp"

#include <gtest/gtest.h>

#include <set>

namespace heartwire::sim::test {
namespace {

class Grumbler final : public Checker {
 public:
  using Checker::Checker;
  std::string_view promise() const noexcept override { return "nothing happens"; }
  void see(const Record& record) override { complain(record, "something did"); }
};

TEST(Checker, SaysWhatBrokeWhenAndForWhom) {
  const Scenario scenario = sound();
  Grumbler grumbler(scenario);

  grumbler.see(at(12'005ms, record::Pulse{}, 3));

  ASSERT_EQ(grumbler.complaints().size(), 1u);
  EXPECT_EQ(to_text(grumbler.complaints()[0]),
            "at 12.005 s, client 3: nothing happens: something did");
}

TEST(Checker, KeepsOnlyTheFirstComplaints) {
  const Scenario scenario = sound();
  Grumbler grumbler(scenario);

  for (int i = 0; i < 100; ++i) grumbler.see(at(1s, record::Pulse{}));

  EXPECT_EQ(grumbler.complaints().size(), 5u);
}

TEST(Checker, IsOnTheJuryOnce) {
  const Scenario scenario = sound();
  std::set<std::string_view> promises;
  for (const auto& checker : all_checkers(scenario)) promises.insert(checker->promise());

  EXPECT_EQ(promises.size(), 19u);
}

TEST(Jury, ComplainsInTheOrderOfTime) {
  const Scenario scenario = sound();
  Jury jury(scenario);

  jury.see(at(1s, record::Opened{4, true, 0}));
  jury.see(at(2s, record::Misreported{"ended", true}));

  const auto complaints = jury.complaints();
  ASSERT_GE(complaints.size(), 2u);
  EXPECT_EQ(complaints.front().at, instant(1s));
  EXPECT_EQ(complaints.back().promise, "stale reports change nothing");
}

TEST(Jury, FindsNothingInASoundWorld) {
  const Scenario scenario = sound();
  Jury jury(scenario);
  World world(scenario, jury);

  world.run();

  EXPECT_TRUE(jury.complaints().empty());
}

}  // namespace
}  // namespace heartwire::sim::test
