// A bulk transfer over a slow link is no death, however short the heartbeat's patience.

#include "heartwire/net/fault_proxy.hpp"
#include "tests/integration/support/live_test.hpp"

#include <thread>

namespace heartwire::integration {
namespace {

constexpr std::uint64_t kMegabyte = 1'000'000;

class Bulk : public LiveTest {
 protected:
  /// Sends `total` bytes in messages of `message_bytes` through a link of this speed, as fast as
  /// the client takes them, and expects all of them to arrive on one connection.
  void transfer(std::uint64_t total, std::size_t message_bytes, std::uint64_t bytes_per_second) {
    Process& server = start(python_peer("echo_server.py"));
    net::FaultProxy proxy({.target = "127.0.0.1:" + std::to_string(server.port())});
    ASSERT_TRUE(proxy.start());
    auto wanted = options(url_of(proxy.port(), "/sink"));
    wanted.heartbeat = {.interval = 500ms, .timeout = 1s};
    wanted.outbox.outbox_bytes_max = 4 << 20;
    client::Client client(wanted);
    client.start();
    ASSERT_TRUE(witness.sees(Seen::open));
    proxy.throttle(bytes_per_second);

    const core::Message message{core::MessageType::binary, std::string(message_bytes, 'b')};
    for (std::uint64_t sent = 0; sent < total;) {
      const std::size_t rooms = witness.count(Seen::writable);
      const auto taken = client.send(message);
      if (taken) {
        sent += message_bytes;
      } else {
        ASSERT_EQ(taken.error(), core::SendError::outbox_full);
        ASSERT_TRUE(witness.sees(Seen::writable, rooms + 1));
      }
    }
    ASSERT_TRUE(becomes_true([&] { return client.queued_bytes() == 0; }, 60s));
    ASSERT_TRUE(client.send("!total"));

    ASSERT_TRUE(witness.hears("total " + std::to_string(total)));
    EXPECT_EQ(witness.count(Seen::close), 0u) << "a false death";
    EXPECT_EQ(witness.count(Seen::open), 1u);
    EXPECT_GE(witness.count(Seen::heartbeat), 1u) << "a heart beat meanwhile";
  }
};

TEST_F(Bulk, of_a_hundred_megabytes_at_twenty_a_second) {
  transfer(100 * kMegabyte, kMegabyte, 20 * kMegabyte);
}

TEST_F(Bulk, of_one_message_of_four_megabytes_at_one_a_second) {
  transfer(4'000'000, 4'000'000, kMegabyte);
}

// What the kernels and the path hold takes seconds here, far over the patience of one.
TEST_F(Bulk, of_a_megabyte_over_a_bad_mobile_link) {
  transfer(kMegabyte, 50'000, 200'000);
}

}  // namespace
}  // namespace heartwire::integration
