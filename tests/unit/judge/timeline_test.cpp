#include "heartwire/judge/timeline.hpp"

#include "tests/unit/judge/stage.hpp"

#include <gtest/gtest.h>

namespace heartwire::judge {
namespace {

TimelineEntry entry(std::string_view what, int second, LinkId link = 1) {
  TimelineEntry entry;
  entry.at = base::instant(std::chrono::seconds{second});
  entry.link = link;
  entry.side = Side::examined;
  entry.what = what;
  return entry;
}

TEST(Timeline, counts_what_repeats_in_a_row) {
  Timeline timeline;
  for (int second = 0; second < 3; ++second) timeline.add(entry("ping", second));
  timeline.add(entry("pong", 3));
  timeline.add(entry("ping", 4));
  timeline.add(entry("ping", 5, 2));

  ASSERT_EQ(timeline.entries().size(), 4U);
  EXPECT_EQ(timeline.entries()[0].count, 3U);
  EXPECT_EQ(timeline.entries()[0].at, base::instant(std::chrono::seconds{0}));
  EXPECT_EQ(timeline.entries()[0].last, base::instant(std::chrono::seconds{2}));
  EXPECT_EQ(timeline.entries()[2].count, 1U);
}

TEST(Timeline, tells_the_ends_of_two_programs_apart) {
  Timeline timeline;
  for (const ClientId client : {1U, 2U}) {
    TimelineEntry ended = entry("its program ended", 1, 0);
    ended.client = client;
    timeline.add(std::move(ended));
  }

  EXPECT_EQ(timeline.entries().size(), 2U);
}

TEST(Timeline, keeps_no_more_than_its_bound) {
  Timeline timeline;
  for (int second = 0; second < static_cast<int>(Timeline::kEntriesMax) + 7; ++second)
    timeline.add(entry(second % 2 == 0 ? "ping" : "pong", second));

  EXPECT_EQ(timeline.entries().size(), Timeline::kEntriesMax);
  EXPECT_EQ(timeline.dropped(), 7U);
}

}  // namespace
}  // namespace heartwire::judge
