// Servers that say no, and names that nobody has.

#include "heartwire/net/clock.hpp"
#include "tests/integration/support/live_test.hpp"

namespace heartwire::integration {
namespace {

using ::testing::AnyOf;
using ::testing::Eq;
using ::testing::HasSubstr;

class Refusal : public LiveTest {
 protected:
  Process& answer(std::vector<std::string> status) {
    status.insert(status.begin(), "status");
    return start(python_peer("raw_server.py", status));
  }

  /// When the N-th connection was accepted, by the server's clock.
  static milliseconds accepted_at(const Process& server, std::size_t number) {
    const auto times = server.rest_of("ms " + std::to_string(number) + ' ');
    EXPECT_EQ(times.size(), 1u);
    return milliseconds{times.empty() ? 0 : std::strtol(times[0].c_str(), nullptr, 10)};
  }
};

TEST_F(Refusal, by_401_is_borne_twice_and_not_before_the_time_it_names) {
  Process& server = answer({"401 Unauthorized", "Retry-After: 1"});
  client::Client client(options(url_of(server.port())));

  client.start();
  ASSERT_TRUE(witness.sees(Seen::gave_up));

  EXPECT_TRUE(server.prints("connection ", 3));
  EXPECT_EQ(server.count("connection "), 3u) << "the tolerance, and one";
  EXPECT_GE(accepted_at(server, 2) - accepted_at(server, 1), 1s);
  EXPECT_GE(accepted_at(server, 3) - accepted_at(server, 2), 1s);
  EXPECT_EQ(witness.first(Seen::gave_up).text, "refused");
  const Sight failed = witness.first(Seen::attempt_failed);
  EXPECT_EQ(failed.close.cause, core::Cause::http_status);
  EXPECT_EQ(failed.close.code, 401);
  EXPECT_EQ(failed.close.verdict, core::Verdict::new_credentials);
  EXPECT_EQ(client.state(), core::State::failed);
  EXPECT_TRUE(witness.never_more(3, Seen::attempt_failed, 500ms)) << "five backoffs";
}

TEST_F(Refusal, by_404_gives_up_after_the_tolerance_until_the_user_asks_again) {
  Process& server = answer({"404 Not Found"});
  client::Client client(options(url_of(server.port())));
  client.start();
  ASSERT_TRUE(witness.sees(Seen::gave_up));

  client.reconnect();
  ASSERT_TRUE(witness.sees(Seen::gave_up, 2));

  EXPECT_TRUE(server.prints("connection ", 6));
  EXPECT_EQ(server.count("connection "), 6u);
}

TEST_F(Refusal, by_503_waits_as_long_as_it_says_and_goes_on) {
  Process& server = answer({"503 Service Unavailable", "Retry-After: 1"});
  auto wanted = options(url_of(server.port()));
  wanted.reconnect.attempts_max = 3;
  client::Client client(wanted);

  client.start();
  ASSERT_TRUE(witness.sees(Seen::gave_up));

  EXPECT_TRUE(server.prints("connection ", 4));
  EXPECT_EQ(server.count("connection "), 4u);
  for (std::size_t i = 2; i <= 4; ++i)
    EXPECT_GE(accepted_at(server, i) - accepted_at(server, i - 1), 1s) << i;
  for (const Sight& retry : witness.all(Seen::retry)) {
    EXPECT_GE(retry.duration, 1s);
    EXPECT_LE(retry.duration, 1500ms) << "spread by half";
  }
  EXPECT_EQ(witness.first(Seen::gave_up).text, "attempts");
}

TEST_F(Refusal, by_redirect_is_no_upgrade) {
  Process& server = answer({"302 Found", "Location: http://127.0.0.1/"});
  auto wanted = options(url_of(server.port()));
  wanted.reconnect.enabled = false;
  client::Client client(wanted);

  client.start();

  ASSERT_TRUE(witness.sees(Seen::gave_up));
  EXPECT_EQ(witness.first(Seen::attempt_failed).close.cause, core::Cause::http_status);
  EXPECT_EQ(witness.first(Seen::attempt_failed).close.code, 302);
}

TEST_F(Refusal, by_the_resolver_names_the_name) {
  auto wanted = options("ws://no-such-host.invalid:9000/");
  wanted.resolve_timeout = 2s;
  wanted.reconnect.attempts_max = 1;
  client::Client client(wanted);

  client.start();

  ASSERT_TRUE(witness.sees(Seen::gave_up));
  ASSERT_EQ(witness.count(Seen::attempt_failed), 2u);
  for (const Sight& failed : witness.all(Seen::attempt_failed)) {
    EXPECT_THAT(failed.close.cause, AnyOf(Eq(core::Cause::dns), Eq(core::Cause::connect_timeout)))
        << "the second where no name server answers";
    EXPECT_THAT(failed.text, HasSubstr("no-such-host.invalid"));
  }
}

TEST_F(Refusal, of_tls_by_a_server_without_it_is_told_as_such) {
  Process& server = start(python_peer("echo_server.py"));
  auto wanted = options("wss://127.0.0.1:" + std::to_string(server.port()));
  wanted.reconnect.enabled = false;
  client::Client client(wanted);

  client.start();

  ASSERT_TRUE(witness.sees(Seen::gave_up));
  EXPECT_EQ(witness.first(Seen::attempt_failed).close.cause, core::Cause::tls);
}

}  // namespace
}  // namespace heartwire::integration
