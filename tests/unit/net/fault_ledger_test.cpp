#include "heartwire/net/fault_ledger.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;

TEST(FaultLedger, keeps_a_record_for_each_connection) {
  FaultLedger ledger;
  const std::uint64_t first = ledger.add(base::instant(1s));
  const std::uint64_t second = ledger.add(base::instant(2s));

  ledger.mark_forwarded(first);
  ledger.count(first, {1, 2, 3, 4});
  ledger.count(second, {10, 0, 0, 0});
  ledger.mark_forgotten(second);
  ledger.mark_closed(second);
  ledger.mark_closed(second);

  const FaultStats stats = ledger.stats();
  EXPECT_EQ(stats.accepted, 2U);
  EXPECT_EQ(stats.open, 1U);
  EXPECT_EQ(stats.bytes, (FaultBytes{11, 2, 3, 4}));
  ASSERT_EQ(stats.connections.size(), 2U);
  EXPECT_EQ(stats.connections[0].accepted_at, base::instant(1s));
  EXPECT_TRUE(stats.connections[0].is_open);
  EXPECT_TRUE(stats.connections[0].is_forwarded);
  EXPECT_EQ(stats.connections[0].bytes, (FaultBytes{1, 2, 3, 4}));
  EXPECT_FALSE(stats.connections[1].is_open);
  EXPECT_TRUE(stats.connections[1].is_forgotten);
}

TEST(FaultLedger, lets_go_of_the_oldest_records_and_still_counts_them) {
  FaultLedger ledger;
  for (std::size_t i = 0; i < FaultLedger::kConnectionsMax + 2; ++i) ledger.add({});

  ledger.count(1, {5, 0, 0, 0});
  ledger.mark_closed(1);

  const FaultStats stats = ledger.stats();
  EXPECT_EQ(stats.connections.size(), FaultLedger::kConnectionsMax);
  EXPECT_EQ(stats.connections.front().id, 3U);
  EXPECT_EQ(stats.accepted, FaultLedger::kConnectionsMax + 2);
  EXPECT_EQ(stats.open, FaultLedger::kConnectionsMax + 1);
  EXPECT_EQ(stats.bytes.moved_up, 5U);
}

TEST(FaultLedger, wakes_who_waits_for_a_count) {
  FaultLedger ledger;
  std::thread writer{[&] {
    for (int i = 0; i < 3; ++i) ledger.add({});
  }};

  EXPECT_TRUE(ledger.wait_until([](const FaultStats& stats) { return stats.accepted == 3; }, 10s));
  writer.join();
}

TEST(FaultLedger, gives_up_waiting_at_the_deadline) {
  FaultLedger ledger;

  EXPECT_FALSE(ledger.wait_until([](const FaultStats& stats) { return stats.open > 0; }, 1ms));
}

}  // namespace
}  // namespace heartwire::net
