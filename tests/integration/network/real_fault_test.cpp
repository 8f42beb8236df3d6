// What a real network does to a connection, and what becomes of it and of the messages on it.

#include "tests/integration/network/real_fault.hpp"

#include "heartwire/net/clock.hpp"

namespace heartwire::integration {
namespace {

TEST_F(RealFault, black_hole_upwards_is_survived) {
  survive(
      "black hole, up", [this] { network->black_hole(Way::up); }, [this] { network->mend(); });
}

TEST_F(RealFault, black_hole_downwards_is_survived) {
  survive(
      "black hole, down", [this] { network->black_hole(Way::down); }, [this] { network->mend(); });
}

TEST_F(RealFault, black_hole_both_ways_is_survived) {
  survive(
      "black hole, both", [this] { network->black_hole(Way::both); }, [this] { network->mend(); });
}

TEST_F(RealFault, lost_route_is_survived) {
  survive(
      "route removed", [this] { network->remove_route(); }, [this] { network->mend(); });
}

TEST_F(RealFault, new_address_is_survived) {
  survive(
      "link down, new address", [this] { network->link_down(); },
      [this] { network->link_up_elsewhere(); });
}

TEST_F(RealFault, forged_reset_is_survived) {
  survive(
      "reset injected", [this] { network->reset(); }, [this] { network->mend(); }, false);
}

TEST_F(RealFault, nat_that_forgets_is_survived) {
  survive(
      "conntrack flushed", [this] { network->forget_flows(); }, [] {}, false);
}

TEST_F(RealFault, long_and_uneven_delay_is_no_death) {
  bear(
      "delay 500 ms ± 200", [this] { network->delay(500ms, 200ms); },
      [this](client::Client&) { EXPECT_TRUE(witness.sees(Seen::heartbeat, 8)); });

  EXPECT_GE(witness.last(Seen::heartbeat).duration, 600ms) << "twice the least delay";
}

TEST_F(RealFault, loss_of_one_in_twenty_is_no_death) {
  bear(
      "loss 5 %", [this] { network->lose(5); },
      [this](client::Client&) { EXPECT_TRUE(witness.sees(Seen::heartbeat, 12)); });

  EXPECT_GT(network->dropped_count(), 0u);
}

TEST_F(RealFault, bulk_over_64_kbit_is_no_death) {
  constexpr std::size_t kBulk = 32 << 10;

  const base::Instant begin = net::steady_now();
  bear(
      "64 kbit/s, 32 KiB each way", [this] { network->throttle(64); },
      [this](client::Client& client) {
        ASSERT_TRUE(client.send(std::string(kBulk, 'b')));
        EXPECT_TRUE(witness.hears("bbb"));
      });

  EXPECT_GE(since(begin), 7s) << "8 KiB a second";
}

}  // namespace
}  // namespace heartwire::integration
