#include "heartwire/net/dial_budget.hpp"

#include "tests/unit/net/test_loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

namespace heartwire::net {
namespace {

using testing::TestLoop;
using Permit = DialBudget::Permit;
using Place = DialBudget::Place;

class DialBudgetTest : public ::testing::Test {
 protected:
  Place wait(int name) {
    return budget_.wait(loop_, [this, name](Permit permit) {
      granted_.push_back(name);
      permits_.push_back(std::move(permit));
    });
  }

  TestLoop loop_;
  DialBudget budget_{2};
  std::vector<int> granted_;
  std::vector<Permit> permits_;
};

TEST_F(DialBudgetTest, lets_in_as_many_as_it_has_and_the_others_in_order) {
  std::vector<Place> places;
  for (int name = 1; name <= 4; ++name) places.push_back(wait(name));
  EXPECT_TRUE(granted_.empty()) << "never inside the call";

  loop_.run_ready();
  EXPECT_THAT(granted_, ::testing::ElementsAre(1, 2));
  EXPECT_EQ(budget_.active_count(), 2U);
  EXPECT_EQ(budget_.waiting_count(), 2U);

  permits_[0].give_up();
  permits_[0].give_up();
  loop_.run_ready();
  EXPECT_THAT(granted_, ::testing::ElementsAre(1, 2, 3));

  permits_.clear();
  loop_.run_ready();
  EXPECT_THAT(granted_, ::testing::ElementsAre(1, 2, 3, 4));
}

TEST_F(DialBudgetTest, passes_over_who_has_left_the_line) {
  std::vector<Place> places;
  for (int name = 1; name <= 4; ++name) places.push_back(wait(name));
  loop_.run_ready();

  places[2].leave();
  EXPECT_EQ(budget_.waiting_count(), 1U);
  permits_.clear();
  loop_.run_ready();

  EXPECT_THAT(granted_, ::testing::ElementsAre(1, 2, 4));
}

TEST_F(DialBudgetTest, takes_a_permit_back_that_came_too_late) {
  {
    const Place place = wait(1);
    EXPECT_EQ(budget_.active_count(), 1U);
  }

  loop_.run_ready();

  EXPECT_TRUE(granted_.empty());
  EXPECT_EQ(budget_.active_count(), 0U);
}

TEST_F(DialBudgetTest, takes_a_permit_back_from_a_loop_that_is_gone) {
  {
    TestLoop other;
    const Place place = budget_.wait(other, [](Permit) { FAIL(); });
    EXPECT_EQ(budget_.active_count(), 1U);
  }

  EXPECT_EQ(budget_.active_count(), 0U);
}

TEST_F(DialBudgetTest, may_go_before_its_permits) {
  std::optional<DialBudget> budget(1);
  std::optional<Permit> kept;
  const Place place = budget->wait(loop_, [&](Permit permit) { kept = std::move(permit); });
  loop_.run_ready();
  ASSERT_TRUE(kept);

  budget.reset();

  kept.reset();
}

TEST(DialBudgetThreads, serves_several_loops_within_its_bound) {
  constexpr int kDials = 200;
  DialBudget budget(3);
  std::atomic<int> active{0};
  std::atomic<int> active_max{0};
  std::atomic<int> done{0};
  std::vector<std::unique_ptr<Loop>> loops;
  for (int count = 0; count < 3; ++count) loops.push_back(std::make_unique<Loop>());

  for (const auto& loop : loops)
    loop->post([&, to = loop.get()] {
      for (int dial = 0; dial < kDials; ++dial) {
        auto place = std::make_shared<Place>();
        *place = budget.wait(*to, [&, to, place](Permit permit) {
          const int now_active = ++active;
          int seen = active_max;
          while (now_active > seen && !active_max.compare_exchange_weak(seen, now_active)) {
          }
          const auto kept = std::make_shared<Permit>(std::move(permit));
          to->post([&, kept] {
            --active;
            kept->give_up();
            if (++done == 3 * kDials) done.notify_all();
          });
        });
      }
    });
  for (int seen = done; seen != 3 * kDials; seen = done) done.wait(seen);

  EXPECT_LE(active_max, 3);
  loops.clear();
}

}  // namespace
}  // namespace heartwire::net
