// A black hole in the network that strikes a client which says nothing of its own accord: only its
// heartbeats can tell.

#include "heartwire/net/clock.hpp"
#include "tests/integration/network/real_fault.hpp"

namespace heartwire::integration {
namespace {

class BlackHole : public RealFault {};

TEST_F(BlackHole, is_noticed_in_time_and_survived) {
  auto wanted = patient();
  wanted.greeting = {{core::MessageType::text, "subscribe"}};
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(witness.sees(Seen::heartbeat)) << "the networks are joined";

  network->black_hole(Way::both);
  const base::Instant begin = net::steady_now();
  ASSERT_TRUE(witness.sees(Seen::close));
  EXPECT_LE(witness.first(Seen::close).at - begin, kInterval + kTimeout + kBusyMachine);
  EXPECT_EQ(witness.first(Seen::close).close.cause, core::Cause::heartbeat);
  ASSERT_TRUE(client.send("meanwhile"));
  ASSERT_TRUE(witness.sees(Seen::attempt_failed));
  EXPECT_EQ(witness.first(Seen::attempt_failed).close.cause, core::Cause::connect_timeout);
  network->mend();

  ASSERT_TRUE(witness.sees(Seen::open, 2));
  ASSERT_TRUE(witness.hears("meanwhile"));
  EXPECT_EQ(witness.messages(), (std::vector<std::string>{"subscribe", "subscribe", "meanwhile"}));
}

}  // namespace
}  // namespace heartwire::integration
