#include "heartwire/core/interval_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace heartwire::core {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// 25 s, then 55, 85, 115, 145 s.
const IntervalSearchOptions& options() {
  static const IntervalSearchOptions climbing{.interval_max = seconds{145}};
  return climbing;
}

void survive(IntervalSearch& search, int times) {
  for (int i = 0; i < times; ++i) search.on_survived(search.current());
}

void die(IntervalSearch& search, int times) {
  for (int i = 0; i < times; ++i) search.on_death(search.current());
}

TEST(IntervalSearch, is_off_by_default) {
  const IntervalSearchOptions defaults;
  IntervalSearch search(defaults, seconds{25});

  survive(search, 100);
  die(search, 100);

  EXPECT_EQ(search.current(), seconds{25});
}

TEST(IntervalSearch, climbs_a_step_after_several_successes) {
  IntervalSearch search(options(), seconds{25});

  survive(search, 2);
  EXPECT_EQ(search.current(), seconds{25});
  survive(search, 1);
  EXPECT_EQ(search.current(), seconds{55});
  survive(search, 3);

  EXPECT_EQ(search.current(), seconds{85});
}

TEST(IntervalSearch, stops_at_the_longest_interval_allowed) {
  IntervalSearchOptions short_of_a_step = options();
  short_of_a_step.interval_max = seconds{60};
  IntervalSearch search(short_of_a_step, seconds{25});

  survive(search, 100);

  EXPECT_EQ(search.current(), seconds{60});
  EXPECT_TRUE(search.is_settled());
}

TEST(IntervalSearch, one_failure_proves_nothing) {
  IntervalSearch search(options(), seconds{25});

  survive(search, 6);
  for (int i = 0; i < 10; ++i) {
    die(search, 1);
    survive(search, 1);
  }

  EXPECT_EQ(search.current(), seconds{85});
  EXPECT_FALSE(search.is_settled());
}

TEST(IntervalSearch, a_failure_breaks_the_row_of_successes) {
  IntervalSearch search(options(), seconds{25});

  survive(search, 5);  // 55 s, two successes.
  die(search, 1);
  survive(search, 2);
  EXPECT_EQ(search.current(), seconds{55});
  survive(search, 1);

  EXPECT_EQ(search.current(), seconds{85});
}

TEST(IntervalSearch, repeated_failure_settles_a_margin_below_what_is_known_to_work) {
  IntervalSearch search(options(), seconds{25});

  survive(search, 9);  // 115 s.
  die(search, 2);
  EXPECT_EQ(search.current(), seconds{65});  // 85 s worked; less the margin.
  EXPECT_TRUE(search.is_settled());
  survive(search, 100);

  EXPECT_EQ(search.current(), seconds{65});
}

TEST(IntervalSearch, never_settles_below_the_heartbeats_own_interval) {
  IntervalSearch search(options(), seconds{25});

  survive(search, 3);
  die(search, 2);
  EXPECT_EQ(search.current(), seconds{25});
  die(search, 10);

  EXPECT_EQ(search.current(), seconds{25});
}

TEST(IntervalSearch, a_settled_interval_that_fails_starts_the_search_over) {
  IntervalSearch search(options(), seconds{25});

  survive(search, 9);
  die(search, 4);  // Twice at 115 s, twice at the settled 65 s.
  EXPECT_EQ(search.current(), seconds{25});
  EXPECT_FALSE(search.is_settled());
  survive(search, 3);

  EXPECT_EQ(search.current(), seconds{55});
}

TEST(IntervalSearch, outcomes_of_another_interval_change_nothing) {
  IntervalSearch search(options(), seconds{25});

  survive(search, 6);  // 85 s.
  for (int i = 0; i < 10; ++i) search.on_survived(seconds{55});
  for (int i = 0; i < 10; ++i) search.on_death(seconds{55});

  EXPECT_EQ(search.current(), seconds{85});
}

TEST(IntervalSearch, recognises_its_interval_in_whole_milliseconds) {
  IntervalSearch search(options(), seconds{25} + std::chrono::microseconds{700});

  for (int i = 0; i < 3; ++i) search.on_survived(seconds{25});

  EXPECT_GT(search.current(), seconds{55});
}

TEST(IntervalSearch, names_the_option_that_is_wrong) {
  const auto complaint = [](auto spoil) -> std::string {
    IntervalSearchOptions spoilt = options();
    spoil(spoilt);
    const char* wrong = validate(spoilt, seconds{25});
    return wrong == nullptr ? "" : wrong;
  };
  using Options = IntervalSearchOptions;

  EXPECT_EQ(complaint([](Options&) {}), "");
  EXPECT_EQ(complaint([](Options& o) { o = {.interval_max = {}, .step = {}}; }), "");
  EXPECT_THAT(complaint([](Options& o) { o.interval_max = seconds{24}; }),
              testing::HasSubstr("interval_max"));
  EXPECT_THAT(complaint([](Options& o) { o.step = {}; }), testing::HasSubstr("step"));
  EXPECT_THAT(complaint([](Options& o) { o.margin = milliseconds{-1}; }),
              testing::HasSubstr("margin"));
  EXPECT_THAT(complaint([](Options& o) { o.successes_per_step = 0; }),
              testing::HasSubstr("successes_per_step"));
  EXPECT_THAT(complaint([](Options& o) { o.failures_max = 0; }),
              testing::HasSubstr("failures_max"));
}

}  // namespace
}  // namespace heartwire::core
