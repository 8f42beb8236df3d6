// What a real network does to a connection, and what becomes of it and of the messages on it.

#include "tests/integration/network/real_fault.hpp"

#include "heartwire/net/clock.hpp"

namespace heartwire::integration {
namespace {

TEST_F(RealFault, black_hole_upwards_is_survived) {
  survive({.fault = "black hole, up",
           .strike = [this] { network->black_hole(Way::up); },
           .mend = [this] { network->mend(); }});
}

TEST_F(RealFault, black_hole_downwards_is_survived) {
  survive({.fault = "black hole, down",
           .strike = [this] { network->black_hole(Way::down); },
           .mend = [this] { network->mend(); }});
}

TEST_F(RealFault, black_hole_both_ways_is_survived) {
  survive({.fault = "black hole, both",
           .strike = [this] { network->black_hole(Way::both); },
           .mend = [this] { network->mend(); }});
}

// More than the kernel takes: what has no room there must not be in doubt.
TEST_F(RealFault, black_hole_for_bulk_is_survived) {
  survive({.fault = "black hole, 8 KiB each",
           .strike = [this] { network->black_hole(Way::both); },
           .mend = [this] { network->mend(); },
           .message_bytes = std::size_t{8} << 10});

  EXPECT_GT(numbered.account(*server).waited, 0u);
}

TEST_F(RealFault, lost_route_is_survived) {
  survive({.fault = "route removed",
           .strike = [this] { network->remove_route(); },
           .mend = [this] { network->mend(); }});
}

TEST_F(RealFault, new_address_is_survived) {
  survive({.fault = "link down, new address",
           .strike = [this] { network->link_down(); },
           .mend = [this] { network->link_up_elsewhere(); }});
}

TEST_F(RealFault, forged_reset_is_survived) {
  survive({.fault = "reset injected",
           .strike = [this] { network->reset(); },
           .mend = [this] { network->mend(); },
           .blocks = false});
}

TEST_F(RealFault, nat_that_forgets_is_survived) {
  if (Process({"conntrack", "--version"}).wait_exit() != 0) GTEST_SKIP() << "needs conntrack";
  survive({.fault = "conntrack flushed",
           .strike = [this] { network->forget_flows(); },
           .mend = [] {},
           .blocks = false});
}

TEST_F(RealFault, long_and_uneven_delay_is_no_death) {
  bear({.fault = "delay 500 ms ± 200",
        .strike = [this] { network->delay(500ms, 200ms); },
        .meanwhile = [this](auto&) { EXPECT_TRUE(witness.sees(Seen::heartbeat, 8)); }});

  EXPECT_GE(witness.last(Seen::heartbeat).duration, 600ms) << "twice the least delay";
}

TEST_F(RealFault, packets_out_of_order_are_no_death) {
  bear({.fault = "the same, out of order",
        .strike = [this] { network->delay(500ms, 200ms, Order::mixed); },
        .meanwhile = [this](auto&) { EXPECT_TRUE(witness.sees(Seen::heartbeat, 8)); }});
}

TEST_F(RealFault, loss_of_one_in_twenty_is_no_death) {
  bear({.fault = "loss 5 %",
        .strike = [this] { network->lose(5); },
        .meanwhile = [this](auto&) { EXPECT_TRUE(witness.sees(Seen::heartbeat, 12)); }});

  EXPECT_GT(network->dropped_count(), 0u);
}

// An answer comes behind four seconds' worth of our own bytes, later than its deadline.
TEST_F(RealFault, bulk_over_64_kbit_is_no_death) {
  const base::Instant begin = net::steady_now();
  bear({.fault = "64 kbit/s, 32 KiB each way",
        .strike = [this] { network->throttle(64); },
        .meanwhile =
            [this](client::Client& client) {
              ASSERT_TRUE(client.send(std::string(std::size_t{32} << 10, 'b')));
              EXPECT_TRUE(witness.hears("bbb"));
            },
        .timeout = 2s});

  EXPECT_GE(since(begin), 7s) << "8 KB a second";
}

}  // namespace
}  // namespace heartwire::integration
