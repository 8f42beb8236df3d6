#include "heartwire/core/timer_table.hpp"

#include "heartwire/base/rng.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace heartwire::core {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr base::Instant kStart = base::instant(hours{77});

base::Instant at(std::int64_t ms) {
  return kStart + milliseconds{ms};
}

std::vector<TimerTable::Id> due(TimerTable& table, base::Instant now) {
  std::vector<TimerTable::Id> ids;
  while (const auto id = table.poll_due(now)) ids.push_back(*id);
  return ids;
}

TEST(TimerTable, is_empty_at_first) {
  TimerTable table(kStart);

  EXPECT_EQ(table.size(), 0u);
  EXPECT_FALSE(table.next());
  EXPECT_THAT(due(table, at(1'000'000)), IsEmpty());
}

TEST(TimerTable, gives_an_id_at_its_time_and_once) {
  TimerTable table(kStart);

  table.schedule(3, at(25'000));
  EXPECT_THAT(due(table, at(24'999)), IsEmpty());
  EXPECT_THAT(due(table, at(25'000)), ElementsAre(3));

  EXPECT_THAT(due(table, at(90'000)), IsEmpty());
  EXPECT_EQ(table.size(), 0u);
}

TEST(TimerTable, gives_earlier_milliseconds_first) {
  TimerTable table(kStart);

  table.schedule(0, at(70'000));
  table.schedule(1, at(5));
  table.schedule(2, at(5'000));
  table.schedule(3, at(4'999));

  EXPECT_THAT(due(table, at(100'000)), ElementsAre(1, 3, 2, 0));
}

TEST(TimerTable, gives_all_ids_of_one_millisecond) {
  TimerTable table(kStart);

  for (TimerTable::Id id = 0; id < 5; ++id) table.schedule(id, at(640));

  EXPECT_THAT(due(table, at(640)), UnorderedElementsAre(0, 1, 2, 3, 4));
}

TEST(TimerTable, rounds_up_and_is_never_early) {
  TimerTable table(kStart);

  table.schedule(0, at(10) + microseconds{1});

  EXPECT_THAT(due(table, at(10) + microseconds{999}), IsEmpty());
  EXPECT_THAT(due(table, at(11)), ElementsAre(0));
}

TEST(TimerTable, keeps_the_earlier_of_two_deadlines) {
  TimerTable table(kStart);

  table.schedule(0, at(1'000));
  table.schedule(0, at(9'000));
  table.schedule(1, at(9'000));
  table.schedule(1, at(1'000));

  EXPECT_EQ(table.size(), 2u);
  EXPECT_THAT(due(table, at(1'000)), UnorderedElementsAre(0, 1));
}

TEST(TimerTable, reschedules_to_a_later_deadline_on_request) {
  TimerTable table(kStart);

  table.schedule(0, at(1'000));
  table.reschedule(0, at(9'000));

  EXPECT_THAT(due(table, at(8'999)), IsEmpty());
  EXPECT_THAT(due(table, at(9'000)), ElementsAre(0));
}

TEST(TimerTable, forgets_what_is_cancelled) {
  TimerTable table(kStart);

  for (TimerTable::Id id = 0; id < 3; ++id) table.schedule(id, at(1'000));
  table.cancel(1);
  table.cancel(1);
  table.cancel(4'000);

  EXPECT_EQ(table.size(), 2u);
  EXPECT_THAT(due(table, at(1'000)), UnorderedElementsAre(0, 2));
}

TEST(TimerTable, cancels_in_the_middle_of_a_loop) {
  TimerTable table(kStart);
  for (TimerTable::Id id = 0; id < 3; ++id) table.schedule(id, at(1'000));

  const auto first = table.poll_due(at(2'000));
  ASSERT_TRUE(first);
  for (TimerTable::Id id = 0; id < 3; ++id) table.cancel(id);

  EXPECT_FALSE(table.poll_due(at(2'000)));
}

TEST(TimerTable, what_asks_for_now_waits_for_the_next_loop) {
  TimerTable table(kStart);
  table.schedule(0, at(100));
  table.schedule(1, at(50'000));

  int polls = 0;
  while (const auto id = table.poll_due(at(60'000))) {
    ASSERT_LE(++polls, 2);
    table.schedule(*id, at(0));
  }

  EXPECT_EQ(polls, 2);
  EXPECT_EQ(table.next(), at(60'001));
  EXPECT_THAT(due(table, at(60'001)), UnorderedElementsAre(0, 1));
}

TEST(TimerTable, what_is_rescheduled_within_a_loop_leaves_it) {
  TimerTable table(kStart);
  table.schedule(0, at(100));
  table.schedule(1, at(100));

  const auto first = table.poll_due(at(100));
  ASSERT_TRUE(first);
  table.reschedule(1 - *first, at(70'000));

  EXPECT_FALSE(table.poll_due(at(100)));
  EXPECT_EQ(table.size(), 1u);
}

TEST(TimerTable, a_deadline_in_the_past_is_due_at_the_next_loop) {
  TimerTable table(kStart);
  due(table, at(5'000));

  table.schedule(0, at(-4'000));

  EXPECT_EQ(table.next(), at(5'001));
  EXPECT_THAT(due(table, at(5'001)), ElementsAre(0));
}

TEST(TimerTable, bears_deadlines_at_the_end_of_time) {
  TimerTable table(kStart);

  table.schedule(0, base::Instant::max());
  table.schedule(1, at(std::int64_t{400} * 86'400'000));
  EXPECT_THAT(due(table, at(std::int64_t{400} * 86'400'000 - 1)), IsEmpty());

  EXPECT_THAT(due(table, at(std::int64_t{400} * 86'400'000)), ElementsAre(1));
  EXPECT_EQ(table.size(), 1u);
  EXPECT_TRUE(table.next());
}

TEST(TimerTable, following_next_reaches_every_entry_at_its_millisecond) {
  TimerTable table(kStart);
  const std::int64_t dues[] = {1, 63, 64, 65, 4'095, 4'096, 262'143, 262'145, 16'777'216};
  for (TimerTable::Id id = 0; id < std::size(dues); ++id) table.schedule(id, at(dues[id]));

  std::vector<std::int64_t> seen;
  int wakes = 0;
  while (const auto next = table.next()) {
    ASSERT_LT(++wakes, 60);
    for ([[maybe_unused]] const auto id : due(table, *next))
      seen.push_back(std::chrono::duration_cast<milliseconds>(*next - kStart).count());
  }

  EXPECT_THAT(seen, testing::ElementsAreArray(dues));
}

/// The plainest model: every id with its millisecond.
class Model {
 public:
  void set(TimerTable::Id id, std::int64_t ms) { due_[id] = ms; }
  bool is_earlier(TimerTable::Id id, std::int64_t ms) const {
    const auto found = due_.find(id);
    return found != due_.end() && found->second <= ms;
  }
  void cancel(TimerTable::Id id) { due_.erase(id); }
  std::size_t size() const { return due_.size(); }

  /// In order of time, and of id within a millisecond.
  std::vector<std::pair<std::int64_t, TimerTable::Id>> take(std::int64_t now_ms) {
    std::multimap<std::int64_t, TimerTable::Id> sorted;
    for (const auto& [id, ms] : due_)
      if (ms <= now_ms) sorted.emplace(ms, id);
    for (const auto& [ms, id] : sorted) due_.erase(id);
    return {sorted.begin(), sorted.end()};
  }
  std::int64_t earliest() const {
    std::int64_t result = INT64_MAX;
    for (const auto& [id, ms] : due_) result = std::min(result, ms);
    return result;
  }

 private:
  std::map<TimerTable::Id, std::int64_t> due_;
};

TEST(TimerTable, agrees_with_a_sorted_map_in_random_histories) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    base::Rng rng(seed);
    TimerTable table(kStart);
    Model model;
    std::int64_t now_ms = 0;
    for (int step = 0; step < 3'000; ++step) {
      const auto id = static_cast<TimerTable::Id>(rng.below(80));
      // Delays of every size, from none to years, so that every level is used.
      const auto delay = static_cast<std::int64_t>(rng.next() >> (28 + rng.below(36)));
      const std::int64_t due_ms = std::max(now_ms + delay, now_ms + 1);
      switch (rng.below(6)) {
        case 0:
        case 1:
          if (!model.is_earlier(id, due_ms)) model.set(id, due_ms);
          table.schedule(id, at(now_ms + delay));
          break;
        case 2:
          model.set(id, due_ms);
          table.reschedule(id, at(now_ms + delay));
          break;
        case 3:
          model.cancel(id);
          table.cancel(id);
          break;
        default: {
          now_ms += static_cast<std::int64_t>(rng.next() >> (34 + rng.below(30)));
          const auto expected = model.take(now_ms);
          std::map<TimerTable::Id, std::int64_t> due_of;
          for (const auto& [ms, one] : expected) due_of[one] = ms;
          const auto ids = due(table, at(now_ms));
          ASSERT_EQ(ids.size(), expected.size());
          for (std::size_t i = 0; i < ids.size(); ++i) {
            ASSERT_TRUE(due_of.contains(ids[i]));
            ASSERT_EQ(due_of[ids[i]], expected[i].first) << "out of order";
          }
        }
      }
      ASSERT_EQ(table.size(), model.size());
      const auto next = table.next();
      ASSERT_EQ(next.has_value(), model.size() > 0);
      if (next) {
        ASSERT_GT(*next, at(now_ms - 1));
        ASSERT_LE(*next, at(model.earliest()));
      }
    }
  }
}

}  // namespace
}  // namespace heartwire::core
