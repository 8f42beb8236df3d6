#include "heartwire/sim/fault.hpp"

#include <gtest/gtest.h>

namespace heartwire::sim {
namespace {

using namespace std::chrono_literals;

TEST(Fault, ReadsWhatItWrites) {
  for (std::size_t i = 0; i < kFaultKinds; ++i) {
    const Fault fault{static_cast<FaultKind>(i), 2, base::instant(12'500ms), 3s, i * 7};

    const auto read = parse_faults(to_text(fault));

    ASSERT_TRUE(read) << to_text(fault);
    EXPECT_EQ(*read, std::vector{fault}) << to_text(fault);
  }
}

TEST(Fault, ReadsSeveral) {
  const auto read = parse_faults(" hole_up 0 12500 3000 ; throttle 1 5 6 7;");

  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ(read->front(), (Fault{FaultKind::hole_up, 0, base::instant(12'500ms), 3s, 0}));
  EXPECT_EQ(read->back().amount, 7u);
}

TEST(Fault, RefusesWhatItCannotRead) {
  EXPECT_EQ(parse_faults("earthquake 0 1 2").error(), "there is no fault \"earthquake\"");
  EXPECT_EQ(parse_faults("reset 0 x 2").error(), "\"x\" is no number up to 1000000000");
  EXPECT_FALSE(parse_faults("reset 0 1"));
  EXPECT_FALSE(parse_faults("reset 0 1 2 3 4"));
  EXPECT_FALSE(parse_faults("reset 0 1 9999999999"));
}

TEST(Fault, KnowsWhereItHappens) {
  EXPECT_EQ(place(FaultKind::swallow_down), FaultPlace::path);
  EXPECT_EQ(place(FaultKind::server_stall), FaultPlace::server);
  EXPECT_EQ(place(FaultKind::overload), FaultPlace::server);
  EXPECT_EQ(place(FaultKind::client_stall), FaultPlace::client);
}

TEST(Fault, ChangesWhatItIsAbout) {
  Link link;
  ServerCondition server;
  ClientCondition client;
  for (std::size_t i = 0; i < kFaultKinds; ++i) {
    const Fault fault{static_cast<FaultKind>(i), 0, {}, 1s, 600};
    apply(fault, link);
    apply(fault, server);
    apply(fault, client);
  }

  EXPECT_TRUE(link.up.is_hole && link.down.is_hole && link.up.swallows && link.down.swallows);
  EXPECT_EQ(link.up.loss_ppm, 600u);
  EXPECT_EQ(link.down.extra_latency, 600ms);
  EXPECT_EQ(link.down.bytes_per_second_max, 600u);
  EXPECT_EQ(link.forgets_after, 600ms);
  EXPECT_TRUE(server.is_stalled && server.is_down && server.reads_nothing);
  EXPECT_FALSE(server.is_listening);
  EXPECT_EQ(server.handshake_delay, 600ms);
  EXPECT_EQ(server.accepts_per_second, 600u);
  EXPECT_TRUE(client.is_stalled && client.is_down);
  EXPECT_FALSE(client.resolves);
}

}  // namespace
}  // namespace heartwire::sim
