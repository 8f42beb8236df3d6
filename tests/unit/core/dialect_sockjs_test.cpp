#include "heartwire/core/dialect.hpp"
#include "heartwire/core/heartbeat.hpp"
#include "tests/unit/core/dialect_table.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::core {
namespace {

TEST(DialectSockjs, the_server_beats_and_the_client_is_silent) {
  const DialectPtr dialect = dialect::sockjs();
  std::string payload;

  EXPECT_EQ(dialect->write_probe(Role::server, 1, payload), ProbeForm::text);
  EXPECT_EQ(payload, "h");
  EXPECT_EQ(dialect->write_probe(Role::client, 1, payload), ProbeForm::none);
  EXPECT_EQ(payload, "");
  EXPECT_FALSE(dialect->has_answers(Role::server));
}

TEST(DialectSockjs, the_client_hides_the_beat_and_nothing_else) {
  const DialectPtr dialect = dialect::sockjs();

  expect_rows(*dialect,
              {
                  {Role::client, text_message("h"), Meaning::beat},
                  {Role::client, text_message("o"), Meaning::application},
                  {Role::client, text_message("a[\"h\"]"), Meaning::application},
                  {Role::client, text_message("c[3000,\"Go away!\"]"), Meaning::application},
                  {Role::client, text_message("hh"), Meaning::application},
                  {Role::client, binary_message("h"), Meaning::application},
                  {Role::server, text_message("h"), Meaning::application},
                  {Role::server, text_message("[\"h\"]"), Meaning::application},
              });
  expect_all_left_to_the_application(*dialect);
}

TEST(DialectSockjs, the_client_watches_and_the_server_expects_nothing) {
  HeartbeatOptions client;
  HeartbeatOptions server;

  dialect::sockjs()->adapt(Role::client, client);
  dialect::sockjs()->adapt(Role::server, server);

  EXPECT_EQ(client.sending, Sending::watchdog);
  EXPECT_EQ(client.silence_max, std::nullopt);
  EXPECT_EQ(server.evidence, Evidence::one_way);
  EXPECT_EQ(server.silence_max, std::chrono::hours{24 * 7});
}

TEST(DialectSockjs, keeps_a_silence_that_the_user_set) {
  HeartbeatOptions options;
  options.silence_max = std::chrono::minutes{5};

  dialect::sockjs()->adapt(Role::server, options);

  EXPECT_EQ(options.silence_max, std::chrono::minutes{5});
}

}  // namespace
}  // namespace heartwire::core
