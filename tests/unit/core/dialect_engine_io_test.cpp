#include "heartwire/core/dialect.hpp"
#include "heartwire/core/heartbeat.hpp"
#include "tests/unit/core/dialect_table.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace heartwire::core {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kOpen =
    R"(0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,)"
    R"("pingTimeout":20000,"maxPayload":1000000})";

std::optional<Rhythm> rhythm_of(std::string_view packet) {
  std::string reply;
  return dialect::engine_io()->read(Role::client, text_message(packet), reply).rhythm;
}

TEST(DialectEngineIo, the_server_asks_and_the_client_answers) {
  const DialectPtr dialect = dialect::engine_io();
  std::string payload;

  EXPECT_EQ(dialect->write_probe(Role::server, 9, payload), ProbeForm::text);
  EXPECT_EQ(payload, "2");
  EXPECT_TRUE(dialect->has_answers(Role::server));
  EXPECT_EQ(dialect->write_probe(Role::client, 9, payload), ProbeForm::none);
  EXPECT_EQ(payload, "");
  EXPECT_FALSE(dialect->has_answers(Role::client));
  expect_rows(*dialect, {
                            {Role::client, text_message("2"), Meaning::probe, "3"},
                            {Role::server, text_message("3"), Meaning::answer},
                            {Role::server, text_message("2"), Meaning::probe, "3"},  // revision 3
                            {Role::client, text_message("3"), Meaning::beat},
                        });
}

TEST(DialectEngineIo, answers_the_probe_of_an_upgrade_and_hands_over_the_rest_of_it) {
  expect_rows(*dialect::engine_io(),
              {
                  {Role::server, text_message("2probe"), Meaning::probe, "3probe"},
                  {Role::client, text_message("3probe"), Meaning::application},
                  {Role::server, text_message("5"), Meaning::application},
                  {Role::client, text_message("6"), Meaning::application},
              });
}

TEST(DialectEngineIo, leaves_messages_to_the_application) {
  const DialectPtr dialect = dialect::engine_io();

  expect_rows(*dialect, {
                            {Role::client, text_message("42[\"ping\"]"), Meaning::application},
                            {Role::client, text_message("20"), Meaning::application},
                            {Role::client, text_message("1"), Meaning::application},
                            {Role::client, binary_message("2"), Meaning::application},
                            {Role::server, text_message(kOpen), Meaning::application},
                        });
  expect_all_left_to_the_application(*dialect);
}

TEST(DialectEngineIo, the_open_packet_sets_the_clients_rhythm) {
  expect_rows(*dialect::engine_io(), {{Role::client, text_message(kOpen), Meaning::notice}});
  EXPECT_EQ(rhythm_of(kOpen), (Rhythm{seconds{25}, seconds{20}, seconds{45}}));
}

TEST(DialectEngineIo, takes_no_senseless_rhythm_from_an_open_packet) {
  EXPECT_EQ(rhythm_of(R"(0{"pingInterval":25000})"), std::nullopt);
  EXPECT_EQ(rhythm_of(R"(0{"pingInterval":0,"pingTimeout":20000})"), std::nullopt);
  EXPECT_EQ(rhythm_of(R"(0{"pingInterval":-5,"pingTimeout":20000})"), std::nullopt);
  EXPECT_EQ(rhythm_of(R"(0{"pingInterval":"25000","pingTimeout":20000})"), std::nullopt);
  EXPECT_EQ(rhythm_of("0"), std::nullopt);
  EXPECT_EQ(rhythm_of(R"(0{"pingInterval":1,"pingTimeout":1})"),
            (Rhythm{milliseconds{1}, milliseconds{1}, milliseconds{2}}));
  EXPECT_EQ(rhythm_of(R"(0{"pingInterval":18446744073709551615,"pingTimeout":1})"),
            (Rhythm{kNever, milliseconds{1}, kNever}));
}

TEST(DialectEngineIo, the_client_watches_and_the_server_asks_whatever_else_it_sends) {
  HeartbeatOptions client;
  HeartbeatOptions server;

  dialect::engine_io()->adapt(Role::client, client);
  dialect::engine_io()->adapt(Role::server, server);

  EXPECT_EQ(client.sending, Sending::watchdog);
  EXPECT_EQ(server.sending, Sending::periodic);
  EXPECT_EQ(server.interval, HeartbeatOptions{}.interval);
}

TEST(DialectEngineIo, overrides_no_mode_that_the_user_chose) {
  HeartbeatOptions options;
  options.evidence = Evidence::round_trip;
  const HeartbeatOptions chosen = options;

  dialect::engine_io()->adapt(Role::client, options);

  EXPECT_EQ(options, chosen);
}

TEST(DialectEngineIo, bears_any_bytes) {
  read_mutations(*dialect::engine_io(), {std::string(kOpen), "2", "3", "2probe", "4x"}, 20'000);
}

}  // namespace
}  // namespace heartwire::core
