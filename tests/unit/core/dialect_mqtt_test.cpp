#include "heartwire/core/dialect.hpp"
#include "heartwire/core/heartbeat.hpp"
#include "tests/unit/core/dialect_table.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace heartwire::core {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

constexpr std::string_view kRequest = "\xC0\x00"sv;
constexpr std::string_view kResponse = "\xD0\x00"sv;
// CONNECT of MQTT 3.1.1, clean session, keep alive 60, client id "a".
constexpr std::string_view kConnect = "\x10\x0D\x00\x04MQTT\x04\x02\x00\x3C\x00\x01\x61"sv;

std::optional<Rhythm> rhythm_of(std::string_view packet) {
  std::string reply;
  return dialect::mqtt()->read(Role::server, binary_message(packet), reply).rhythm;
}

TEST(DialectMqtt, the_client_asks_and_the_server_answers) {
  const DialectPtr dialect = dialect::mqtt();
  std::string payload;

  EXPECT_EQ(dialect->write_probe(Role::client, 1, payload), ProbeForm::binary);
  EXPECT_EQ(payload, kRequest);
  EXPECT_TRUE(dialect->has_answers(Role::client));
  EXPECT_EQ(dialect->write_probe(Role::server, 1, payload), ProbeForm::none);
  EXPECT_EQ(payload, "");
  expect_rows(*dialect, {
                            {Role::server, binary_message(kRequest), Meaning::probe, kResponse},
                            {Role::client, binary_message(kResponse), Meaning::answer},
                        });
}

TEST(DialectMqtt, leaves_other_packets_to_the_application) {
  const DialectPtr dialect = dialect::mqtt();

  expect_rows(*dialect,
              {
                  {Role::client, binary_message(kRequest), Meaning::application},
                  {Role::server, binary_message(kResponse), Meaning::application},
                  {Role::server, text_message(kRequest), Meaning::application},
                  {Role::server, binary_message("\xC0\x00\xC0\x00"sv), Meaning::application},
                  {Role::server, binary_message("\xC0"sv), Meaning::application},
                  {Role::client, binary_message(kConnect), Meaning::application},
              });
  expect_all_left_to_the_application(*dialect);
}

TEST(DialectMqtt, the_server_waits_one_and_a_half_of_the_keep_alive_in_connect) {
  expect_rows(*dialect::mqtt(), {{Role::server, binary_message(kConnect), Meaning::notice}});
  EXPECT_EQ(rhythm_of(kConnect), (Rhythm{90s, 10s, 90s}));
  EXPECT_EQ(rhythm_of("\x10\x80\x01\x00\x06MQIsdp\x03\x02\x00\x0A"sv), (Rhythm{15s, 10s, 15s}));
  EXPECT_EQ(rhythm_of("\x10\x0D\x00\x04MQTT\x05\x02\x00\x00\x00"sv), (Rhythm{kNever, 10s, kNever}));
  EXPECT_EQ(rhythm_of("\x10\x0D\x00\x04MQTT\x05\x02\xFF\xFF\x00"sv)->silence_max, 98302s + 500ms);
}

TEST(DialectMqtt, reads_no_keep_alive_out_of_a_malformed_packet) {
  for (std::size_t size = 0; size < 12; ++size) {
    EXPECT_EQ(rhythm_of(kConnect.substr(0, size)), std::nullopt) << size;
  }
  EXPECT_NE(rhythm_of(kConnect.substr(0, 12)), std::nullopt);
  EXPECT_EQ(rhythm_of("\x10\x80\x80\x80\x80\x01\x00\x04MQTT\x04\x02\x00\x3C"sv), std::nullopt);
}

TEST(DialectMqtt, the_client_wants_its_answer_and_the_server_watches) {
  HeartbeatOptions client;
  HeartbeatOptions server;

  dialect::mqtt()->adapt(Role::client, client);
  dialect::mqtt()->adapt(Role::server, server);

  EXPECT_EQ(client.evidence, Evidence::round_trip);
  EXPECT_EQ(server.sending, Sending::watchdog);
}

TEST(DialectMqtt, bears_any_bytes) {
  read_mutations(*dialect::mqtt(), {std::string(kConnect), std::string(kRequest), "\x10\xFF\xFF"},
                 20'000);
}

}  // namespace
}  // namespace heartwire::core
