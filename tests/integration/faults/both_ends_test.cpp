// heartwire at both ends: what a client and a server of the same making owe each other.

#include "heartwire/net/clock.hpp"
#include "heartwire/net/fault_proxy.hpp"
#include "heartwire/net/loop.hpp"
#include "tests/integration/support/host.hpp"
#include "tests/integration/support/live_test.hpp"
#include "tests/unit/net/test_certificates.hpp"

#include <atomic>

namespace heartwire::integration {
namespace {

class BothEnds : public LiveTest {};

TEST_F(BothEnds, notice_at_the_same_time_that_the_path_is_gone) {
  server::Options wanted = Host::echoing();
  wanted.heartbeat = {.interval = 300ms, .timeout = 600ms};
  Host host(wanted);
  net::FaultProxy proxy({.target = "127.0.0.1:" + std::to_string(host.port())});
  ASSERT_TRUE(proxy.start());
  auto ours = options(url_of(proxy.port()));
  ours.heartbeat = {.interval = 300ms, .timeout = 600ms};
  client::Client client(ours);
  client.start();
  ASSERT_TRUE(witness.sees(Seen::heartbeat));

  proxy.drop();
  ASSERT_TRUE(witness.sees(Seen::close));
  ASSERT_TRUE(host.witness().sees(Seen::close));
  ASSERT_TRUE(client.send("meanwhile"));
  proxy.pass();

  ASSERT_TRUE(witness.hears("meanwhile"));
  EXPECT_EQ(witness.first(Seen::close).close.cause, core::Cause::heartbeat);
  EXPECT_EQ(host.witness().first(Seen::close).close.cause, core::Cause::heartbeat);
}

TEST_F(BothEnds, drain_sends_everybody_away_until_the_time_it_names) {
  constexpr std::size_t kClients = 20;
  server::Options wanted = Host::without_heartbeats();
  wanted.drain = {.close_window = 300ms, .downtime = 1s, .return_window = 1s};
  auto host = std::make_unique<Host>(wanted);
  net::FaultProxy proxy({.target = "127.0.0.1:" + std::to_string(host->port())});
  ASSERT_TRUE(proxy.start());
  net::Loop loop;
  std::vector<std::unique_ptr<client::Client>> clients;
  auto ours = options(url_of(proxy.port()));
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<client::Client>(loop, ours));
    clients.back()->start();
  }
  ASSERT_TRUE(witness.sees(Seen::open, kClients));

  host->server().drain();
  host->server().wait();
  Host next(Host::echoing());
  ASSERT_TRUE(proxy.retarget("127.0.0.1:" + std::to_string(next.port())));

  ASSERT_TRUE(witness.sees(Seen::open, 2 * kClients));
  EXPECT_EQ(witness.count(Seen::attempt_failed), 0u) << "one attempt each";
  for (const Sight& close : witness.all(Seen::close)) {
    EXPECT_EQ(close.close.code, 1012);
    EXPECT_TRUE(close.close.is_clean);
    EXPECT_EQ(close.close.verdict, core::Verdict::retry_after);
    EXPECT_GE(close.close.retry_in, 1s) << close.close.reason;
    EXPECT_LE(close.close.retry_in, 5s) << close.close.reason;
  }
}

TEST_F(BothEnds, server_that_is_full_is_asked_again_when_it_said) {
  server::Options wanted = Host::echoing();
  wanted.admission.connections_max = 1;
  wanted.admission.full_wait_min = 1s;
  wanted.admission.full_wait_max = 1s;
  Host host(wanted);
  Witness firsts;
  auto first_wanted = options(url_of(host.port()));
  first_wanted.hooks = {};
  client::Client first(firsts.watch(first_wanted));
  first.start();
  ASSERT_TRUE(firsts.sees(Seen::open));

  client::Client second(options(url_of(host.port())));
  second.start();
  ASSERT_TRUE(witness.sees(Seen::retry));
  const Sight refusal = witness.first(Seen::attempt_failed);
  EXPECT_EQ(refusal.close.code, 503);
  EXPECT_GE(refusal.close.retry_in, 1s);
  first.close();

  ASSERT_TRUE(witness.sees(Seen::open));
  EXPECT_EQ(witness.count(Seen::attempt_failed), 1u);
}

TEST_F(BothEnds, speak_tls_and_close_cleanly) {
  net::testing::Certificates certificates;
  const auto identity = certificates.issue({});
  server::Options wanted = Host::echoing();
  wanted.tls.certificate_file = identity.certificate_file;
  wanted.tls.key_file = identity.key_file;
  Host host(wanted);
  auto ours = options(url_of(host.port(), "/", true));
  ours.tls.ca_file = certificates.ca_file();
  ours.heartbeat = {.interval = 50ms, .timeout = 10s};
  ours.outbox.outbox_bytes_max = 4 << 20;
  client::Client client(ours);

  client.start();
  ASSERT_TRUE(client.send({core::MessageType::binary, std::string(900'000, 't')}));
  ASSERT_TRUE(witness.sees(Seen::message));
  ASSERT_TRUE(witness.sees(Seen::heartbeat, 3));
  client.close(4000, "done");

  ASSERT_TRUE(witness.sees(Seen::close));
  EXPECT_TRUE(witness.first(Seen::close).close.is_clean);
  ASSERT_TRUE(host.witness().sees(Seen::close));
  EXPECT_EQ(host.witness().first(Seen::close).close.code, 4000);
}

TEST_F(BothEnds, broadcast_reaches_a_hundred_clients_on_one_thread) {
  constexpr std::size_t kClients = 100;
  Host host;
  net::Loop loop;
  std::vector<std::unique_ptr<client::Client>> clients;
  const auto ours = options(url_of(host.port()));
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<client::Client>(loop, ours));
    clients.back()->start();
  }
  ASSERT_TRUE(host.witness().sees(Seen::open, kClients));
  std::vector<server::Connection> guests;
  for (std::size_t i = 1; i <= kClients; ++i) guests.push_back(host.guest(i));

  const server::Encoded news({core::MessageType::text, "news"});
  EXPECT_EQ(host.server().broadcast(news, guests), kClients);

  EXPECT_TRUE(witness.hears("news", kClients));
}

}  // namespace
}  // namespace heartwire::integration
