// A black hole in the network: a packet filter between the two machines drops everything, both
// ways, and nobody is told. The server lives in a network namespace of its own, which ends with it.

#include "heartwire/net/clock.hpp"
#include "tests/integration/support/live_test.hpp"

#include <cstdlib>
#include <unistd.h>

namespace heartwire::integration {
namespace {

constexpr milliseconds kInterval = 500ms;
constexpr milliseconds kTimeout = 1s;
constexpr milliseconds kBusyMachine = 3s;

int run(std::vector<std::string> command) {
  return Process(std::move(command)).wait_exit();
}

class BlackHole : public LiveTest {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, for a network namespace";
    if (run({"nft", "--version"}) != 0) GTEST_SKIP() << "needs nft";
    if (run({"unshare", "--net", "true"}) != 0)
      GTEST_SKIP() << "may not make a network namespace here";
    std::vector<std::string> command{"unshare", "--net"};
    for (std::string& word : python_peer("echo_server.py", {"--host", "0.0.0.0"}))
      command.push_back(std::move(word));
    server = &start(command);
    ASSERT_NE(server->port(), 0);
    join_networks();
  }

  /// A pair of virtual interfaces, one at each end; both go with the namespace, and so with the
  /// server. The addresses are those set aside for benchmarks (RFC 2544).
  void join_networks() {
    const std::string pid = std::to_string(server->pid());
    const std::string link = "hw" + pid;
    const std::string network = "198.18." + std::to_string(server->pid() % 250) + '.';
    ASSERT_EQ(
        run({"ip", "link", "add", link, "type", "veth", "peer", "name", "hwpeer", "netns", pid}),
        0);
    ASSERT_EQ(run({"ip", "address", "add", network + "1/30", "dev", link}), 0);
    ASSERT_EQ(run({"ip", "link", "set", link, "up"}), 0);
    ASSERT_EQ(inside({"ip", "address", "add", network + "2/30", "dev", "hwpeer"}), 0);
    ASSERT_EQ(inside({"ip", "link", "set", "hwpeer", "up"}), 0);
    ASSERT_EQ(inside({"nft",
                      "add table inet hw; add chain inet hw in { type filter hook input "
                      "priority 0; }; add chain inet hw out { type filter hook output "
                      "priority 0; }"}),
              0);
    url = "ws://" + network + "2:" + std::to_string(server->port());
  }

  int inside(std::vector<std::string> command) {
    std::vector<std::string> words{"nsenter", "--target", std::to_string(server->pid()), "--net"};
    words.insert(words.end(), command.begin(), command.end());
    return run(words);
  }

  void open_hole() {
    ASSERT_EQ(inside({"nft", "add rule inet hw in drop; add rule inet hw out drop"}), 0);
  }
  void close_hole() { ASSERT_EQ(inside({"nft", "flush table inet hw"}), 0); }

  Process* server = nullptr;
  std::string url;
};

TEST_F(BlackHole, is_noticed_in_time_and_survived) {
  auto wanted = options(url);
  wanted.heartbeat = {.interval = kInterval, .timeout = kTimeout};
  wanted.connect_timeout = 500ms;
  wanted.greeting = {{core::MessageType::text, "subscribe"}};
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(witness.sees(Seen::heartbeat)) << "the networks are joined";

  const base::Instant begin = net::steady_now();
  open_hole();
  ASSERT_TRUE(witness.sees(Seen::close));
  EXPECT_LE(witness.first(Seen::close).at - begin, kInterval + kTimeout + kBusyMachine);
  EXPECT_EQ(witness.first(Seen::close).close.cause, core::Cause::heartbeat);
  ASSERT_TRUE(client.send("meanwhile"));
  ASSERT_TRUE(witness.sees(Seen::attempt_failed));
  EXPECT_EQ(witness.first(Seen::attempt_failed).close.cause, core::Cause::connect_timeout);
  close_hole();

  ASSERT_TRUE(witness.sees(Seen::open, 2));
  ASSERT_TRUE(witness.hears("meanwhile"));
  EXPECT_EQ(witness.messages(), (std::vector<std::string>{"subscribe", "subscribe", "meanwhile"}));
}

TEST_F(BlackHole, is_noticed_by_one_who_never_stops_sending) {
  auto wanted = options(url + "/sink");
  wanted.heartbeat = {.interval = kInterval, .timeout = kTimeout};
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(witness.sees(Seen::heartbeat));

  const base::Instant begin = net::steady_now();
  open_hole();
  while (witness.count(Seen::close) == 0 && since(begin) < 20s) {
    ASSERT_TRUE(client.send("an order a tenth of a second"));
    witness.never_more(0, Seen::close, 50ms);
  }

  ASSERT_EQ(witness.count(Seen::close), 1u);
  EXPECT_LE(witness.first(Seen::close).at - begin, kInterval + kTimeout + kBusyMachine);
  close_hole();
  ASSERT_TRUE(witness.sees(Seen::open, 2));
}

}  // namespace
}  // namespace heartwire::integration
