// wss: to a Python server with certificates made on the spot, good ones and bad ones.

#include "tests/integration/support/live_test.hpp"
#include "tests/unit/net/test_certificates.hpp"

namespace heartwire::integration {
namespace {

using net::testing::Certificates;
using net::testing::Identity;
using ::testing::HasSubstr;

class Certificate : public LiveTest {
 protected:
  Process& serve(const Identity& identity) {
    return start(
        python_peer("echo_server.py", {"--tls", identity.certificate_file, identity.key_file}));
  }

  client::Options trusting(const Process& server) {
    auto wanted = options(url_of(server.port(), "/", true));
    wanted.tls.ca_file = certificates.ca_file();
    return wanted;
  }

  void expect_rejection(const Identity& identity, std::string_view word) {
    Process& server = serve(identity);
    auto wanted = trusting(server);
    wanted.reconnect.attempts_max = 1;
    client::Client client(wanted);

    client.start();

    ASSERT_TRUE(witness.sees(Seen::gave_up));
    EXPECT_EQ(witness.count(Seen::attempt_failed), 2u) << "a certificate may be repaired";
    for (const Sight& failed : witness.all(Seen::attempt_failed)) {
      EXPECT_EQ(failed.close.cause, core::Cause::certificate);
      EXPECT_THAT(failed.text, HasSubstr(word));
      EXPECT_THAT(failed.text, HasSubstr("localhost:" + std::to_string(server.port())));
    }
    EXPECT_EQ(server.count("open "), 0u);
  }

  Certificates certificates;
};

TEST_F(Certificate, of_a_known_issuer_opens_beats_and_closes_cleanly) {
  Process& server = serve(certificates.issue({}));
  auto wanted = trusting(server);
  wanted.heartbeat = {.interval = 50ms, .timeout = 10s};
  client::Client client(wanted);

  client.start();
  ASSERT_TRUE(client.send("secret"));
  ASSERT_TRUE(witness.hears("secret"));
  ASSERT_TRUE(witness.sees(Seen::heartbeat, 3));
  ASSERT_TRUE(client.close(4000, "done"));

  ASSERT_TRUE(witness.sees(Seen::close));
  EXPECT_TRUE(witness.first(Seen::close).close.is_clean);
  EXPECT_THAT(witness.first(Seen::open).transport.tls, HasSubstr("TLSv1.3"));
  EXPECT_TRUE(server.prints("closed 1 4000 done"));
}

TEST_F(Certificate, carries_two_mebibytes_in_both_directions) {
  Process& server = serve(certificates.issue({}));
  auto wanted = trusting(server);
  wanted.outbox.outbox_bytes_max = 8 << 20;
  client::Client client(wanted);

  client.start();
  ASSERT_TRUE(client.send({core::MessageType::binary, std::string(2 << 20, 'x')}));

  ASSERT_TRUE(witness.sees(Seen::message));
  EXPECT_EQ(witness.first(Seen::message).count, 2u << 20);
}

TEST_F(Certificate, is_good_again_after_a_freeze) {
  Process& server = serve(certificates.issue({}));
  auto wanted = trusting(server);
  wanted.heartbeat = {.interval = 300ms, .timeout = 600ms};
  client::Client client(wanted);
  client.start();
  ASSERT_TRUE(witness.sees(Seen::heartbeat));

  server.freeze();
  ASSERT_TRUE(witness.sees(Seen::close));
  EXPECT_EQ(witness.first(Seen::close).close.cause, core::Cause::heartbeat);
  server.thaw();

  ASSERT_TRUE(witness.sees(Seen::open, 2));
}

TEST_F(Certificate, that_is_self_signed_is_refused_by_default) {
  expect_rejection(certificates.issue({.is_self_signed = true}), "self-signed");
}

TEST_F(Certificate, that_is_self_signed_is_good_when_it_is_the_one_trusted) {
  const Identity identity = certificates.issue({.is_self_signed = true});
  Process& server = serve(identity);
  auto wanted = trusting(server);
  wanted.tls.ca_file = identity.certificate_file;
  client::Client client(wanted);

  client.start();

  ASSERT_TRUE(witness.sees(Seen::open));
}

TEST_F(Certificate, for_another_host_is_refused_and_the_host_named) {
  expect_rejection(certificates.issue({.name = "other.example"}), "other.example");
}

TEST_F(Certificate, that_has_expired_is_refused_with_the_day) {
  expect_rejection(certificates.issue({.valid_from_days = -20, .valid_to_days = -2}), "expired on");
}

TEST_F(Certificate, of_an_unknown_issuer_is_refused) {
  Certificates others("somebody else");
  expect_rejection(others.issue({}), "unknown issuer");
}

TEST_F(Certificate, goes_unasked_only_when_told_so) {
  Process& server = serve(certificates.issue({.name = "other.example", .is_self_signed = true}));
  auto wanted = options(url_of(server.port(), "/", true));
  wanted.tls.verify = false;
  client::Client client(wanted);

  client.start();

  ASSERT_TRUE(witness.sees(Seen::open));
}

TEST_F(Certificate, of_the_system_is_what_counts_by_default) {
  Process& server = serve(certificates.issue({}));
  auto wanted = options(url_of(server.port(), "/", true));
  wanted.reconnect.enabled = false;
  client::Client client(wanted);

  client.start();

  ASSERT_TRUE(witness.sees(Seen::gave_up));
  EXPECT_EQ(witness.first(Seen::attempt_failed).close.cause, core::Cause::certificate);
}

TEST_F(Certificate, file_that_is_missing_is_named_before_anything_starts) {
  auto wanted = options("wss://localhost:1/");
  wanted.tls.ca_file = "/no/such/ca.pem";

  try {
    const client::Client client(wanted);
    FAIL() << "it was made";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/no/such/ca.pem"));
  }
}

}  // namespace
}  // namespace heartwire::integration
