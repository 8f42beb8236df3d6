#include "tests/integration/network/real_fault.hpp"

#include "heartwire/core/outcome.hpp"
#include "heartwire/net/clock.hpp"

#include <algorithm>

namespace heartwire::integration {
namespace {

/// Ends the sending before the client goes, also when an assertion ends the test.
struct Halt {
  Numbered& numbered;
  ~Halt() { numbered.halt(); }
};

}  // namespace

void RealFault::SetUp() {
  if (const auto reason = why_no_namespaces()) GTEST_SKIP() << *reason;
  network.emplace();
  server = &start(network->at_server(python_peer("echo_server.py", {"--host", Network::kServer})));
  ASSERT_NE(server->port(), 0);
  url = std::string{"ws://"} + Network::kServer + ':' + std::to_string(server->port());
}

client::Options RealFault::patient(std::string target) {
  client::Options options;
  options.urls = {url + std::move(target)};
  options.heartbeat = {.interval = kInterval, .timeout = kTimeout};
  options.reconnect.backoff = core::BackoffOptions::constant(kRetryDelay);
  options.connect_timeout = kConnectTimeout;
  options.handshake_timeout = kConnectTimeout;
  return witness.watch(numbered.watch(std::move(options)));
}

void RealFault::survive(const Hardship& hardship) {
  client::Client client(patient());
  const Halt halt{numbered};
  client.start();
  ASSERT_TRUE(witness.sees(Seen::heartbeat)) << "the client knows the round trip";
  numbered.send_through(client, kPace, hardship.message_bytes);
  ASSERT_TRUE(numbered.is_answered(20)) << "the network is joined";

  hardship.strike();
  numbered.mark_fault();
  ASSERT_TRUE(witness.sees(Seen::close));
  const std::size_t failures = hardship.blocks ? 1 : 0;  // It is a fault for new connections, too.
  ASSERT_TRUE(witness.sees(Seen::attempt_failed, failures));
  const Sight lost = witness.first(Seen::close);
  const base::Instant mended = hardship.blocks ? net::steady_now() : lost.at;
  hardship.mend();
  ASSERT_TRUE(witness.sees(Seen::open, 2));
  numbered.halt();
  ASSERT_TRUE(numbered.is_answered());

  const auto ms = [](base::Duration time) { return std::chrono::round<milliseconds>(time); };
  judge({.fault = hardship.fault,
         .detected =
             Measured{ms(lost.at - last_sign_of_life(lost.at)), kInterval + kTimeout + kGrain},
         .cause = std::string{core::name(lost.close.cause)},
         .recovered = Measured{ms(witness.last(Seen::open).at - mended),
                               2 * kConnectTimeout + kRetryDelay + kGrain},
         .account = numbered.account(*server)});
  EXPECT_EQ(witness.count(Seen::close), 1u) << "the one that came back stays";
}

void RealFault::bear(const Nuisance& nuisance) {
  auto options = patient();
  // Echoes would do for signs of life; here each interval asks for an answer.
  options.heartbeat = {
      .sending = core::Sending::periodic, .interval = kInterval, .timeout = nuisance.timeout};
  client::Client client(std::move(options));
  const Halt halt{numbered};
  client.start();
  ASSERT_TRUE(witness.sees(Seen::open));

  nuisance.strike();
  numbered.send_through(client, 200ms);
  nuisance.meanwhile(client);
  numbered.halt();
  ASSERT_TRUE(numbered.is_answered());

  judge({.fault = nuisance.fault, .account = numbered.account(*server)});
  EXPECT_EQ(witness.count(Seen::close), 0u) << "nobody has died";
}

base::Instant RealFault::last_sign_of_life(base::Instant end) const {
  base::Instant last{};
  for (const Seen seen : {Seen::open, Seen::message, Seen::heartbeat})
    for (const Sight& sight : witness.all(seen))
      if (sight.at < end) last = std::max(last, sight.at);
  return last;
}

void RealFault::judge(const FaultRow& row) const {
  const Numbered::Account& account = row.account;
  for (const auto& time : {row.detected, row.recovered})
    if (time) {
      EXPECT_LE(time->took, time->bound + kBusyMachine);
    }
  EXPECT_EQ(account.lost, 0u);
  EXPECT_EQ(account.repeated, 0u);
  EXPECT_TRUE(account.is_suffix) << "only the last that left may be in doubt";
  const std::size_t in_doubt_max = account.held ? *account.held + account.unanswered : account.sent;
  EXPECT_LE(account.in_doubt, row.detected ? in_doubt_max : 0);
  tabulate(row);
}

}  // namespace heartwire::integration
