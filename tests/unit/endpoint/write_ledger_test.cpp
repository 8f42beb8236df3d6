#include "heartwire/endpoint/write_ledger.hpp"

#include <gtest/gtest.h>

namespace heartwire::endpoint {
namespace {

TEST(WriteLedger, tells_the_write_with_which_the_end_of_a_probe_left) {
  WriteLedger ledger;
  ledger.on_queued(10);
  ledger.on_queued(4);
  ledger.mark_probe();
  ledger.on_queued(6);

  EXPECT_FALSE(ledger.on_written(10));
  EXPECT_FALSE(ledger.on_written(3));
  EXPECT_TRUE(ledger.on_written(1));
  EXPECT_FALSE(ledger.on_written(6));
  EXPECT_EQ(ledger.unwritten(), 0u);
}

TEST(WriteLedger, tells_it_once_when_more_leaves_with_the_probe) {
  WriteLedger ledger;
  ledger.on_queued(4);
  ledger.mark_probe();
  ledger.on_queued(6);

  EXPECT_TRUE(ledger.on_written(7));
  EXPECT_FALSE(ledger.on_written(3));
}

TEST(WriteLedger, counts_the_backlog_up_to_the_end_of_the_probe_and_no_further) {
  WriteLedger ledger;
  ledger.on_queued(100);
  ledger.mark_probe();
  ledger.on_queued(50);

  EXPECT_EQ(ledger.backlog(0), 100u);
  ledger.on_written(60);
  EXPECT_EQ(ledger.backlog(60), 100u);
  ledger.on_written(80);
  EXPECT_EQ(ledger.backlog(140), 100u);
  EXPECT_EQ(ledger.backlog(70), 30u);
  EXPECT_EQ(ledger.backlog(40), 0u) << "the probe has arrived, what is left came after it";
}

TEST(WriteLedger, knows_no_backlog_where_the_system_cannot_say) {
  WriteLedger ledger;
  ledger.on_queued(100);
  ledger.mark_probe();

  EXPECT_EQ(ledger.backlog(std::nullopt), std::nullopt);
}

TEST(WriteLedger, a_busy_sender_does_not_shrink_the_backlog_of_a_dead_peer) {
  WriteLedger ledger;
  ledger.on_queued(4);
  ledger.mark_probe();
  ledger.on_written(4);
  std::uint64_t unacknowledged = 4;
  for (int second = 0; second < 100; ++second) {
    ledger.on_queued(1000);
    ledger.on_written(1000);
    unacknowledged += 1000;

    ASSERT_EQ(ledger.backlog(unacknowledged), 4u);
  }
}

TEST(WriteLedger, a_driver_that_reports_more_than_it_was_given_is_a_bug) {
  WriteLedger ledger;
  ledger.on_queued(3);

  EXPECT_DEATH(ledger.on_written(4), "count <= unwritten_");
}

TEST(WriteLedger, what_waits_never_wraps) {
  WriteLedger ledger;
  ledger.on_queued(kUnwrittenBytesMax);
  ledger.on_queued(kUnwrittenBytesMax - 1);

  EXPECT_EQ(ledger.unwritten(), 2 * kUnwrittenBytesMax - 1);
  EXPECT_DEATH(ledger.on_queued(1), "numeric_limits");
}

}  // namespace
}  // namespace heartwire::endpoint
