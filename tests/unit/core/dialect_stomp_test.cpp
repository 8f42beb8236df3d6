#include "heartwire/core/dialect.hpp"
#include "heartwire/core/heartbeat.hpp"
#include "tests/unit/core/dialect_table.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace heartwire::core {
namespace {

using namespace std::chrono_literals;

std::optional<Rhythm> rhythm_of(const DialectPtr& dialect, Role role, std::string_view frame) {
  std::string reply;
  return dialect->read(role, text_message(frame), reply).rhythm;
}

std::string connected(std::string_view heart_beat) {
  return "CONNECTED\nversion:1.2\nheart-beat:" + std::string(heart_beat) + "\n\n" + '\0';
}

TEST(DialectStomp, both_sides_beat_with_an_end_of_line) {
  const DialectPtr dialect = dialect::stomp();
  std::string payload;

  for (const Role role : {Role::client, Role::server}) {
    EXPECT_EQ(dialect->write_probe(role, 1, payload), ProbeForm::text);
    EXPECT_EQ(payload, "\n");
    EXPECT_FALSE(dialect->has_answers(role));
  }
  expect_rows(*dialect, {
                            {Role::client, text_message("\n"), Meaning::beat},
                            {Role::server, text_message("\r\n"), Meaning::beat},
                            {Role::server, text_message("\n\r\n\n"), Meaning::beat},
                            {Role::server, binary_message("\n"), Meaning::beat},
                        });
}

TEST(DialectStomp, leaves_frames_to_the_application) {
  const DialectPtr dialect = dialect::stomp();
  const auto theirs = [](Role role, std::string_view payload) {
    return DialectRow{role, text_message(payload), Meaning::application};
  };

  expect_rows(*dialect,
              {
                  theirs(Role::client, "MESSAGE\nheart-beat:1,1\n\nbody"),
                  theirs(Role::server, "SEND\ndestination:/q\n\nCONNECT\n\n"),
                  theirs(Role::server, "CONNECTED\nheart-beat:1,1\n\n"),
                  theirs(Role::client, "CONNECT\nheart-beat:1,1\n\n"),
                  theirs(Role::client, "CONNECTED"),
                  theirs(Role::client, "CONNECTED\nversion:1.2\n"),  // no end of the headers
                  theirs(Role::client, "\n\r"),
                  theirs(Role::client, " \n"),
              });
  expect_all_left_to_the_application(*dialect);
}

TEST(DialectStomp, negotiates_each_direction_by_the_longer_period) {
  const DialectPtr dialect = dialect::stomp({.send = 10s, .receive = 20s});

  EXPECT_EQ(rhythm_of(dialect, Role::client, connected("5000,15000")),
            (Rhythm{11250ms, 20s, 40s}));  // we send max(10,15); they max(5,20), twice
  EXPECT_EQ(rhythm_of(dialect, Role::client, connected("30000,1")), (Rhythm{7500ms, 30s, 60s}));
  EXPECT_EQ(rhythm_of(dialect, Role::server, "CONNECT\r\nhost:h\r\nheart-beat:5000,15000\r\n\r\n"),
            (Rhythm{11250ms, 20s, 40s}));
  EXPECT_EQ(rhythm_of(dialect, Role::server, "\n\nSTOMP\nheart-beat:5000,15000\n\n"),
            (Rhythm{11250ms, 20s, 40s}));
}

TEST(DialectStomp, zero_on_either_side_silences_a_direction) {
  const DialectPtr dialect = dialect::stomp();

  EXPECT_EQ(rhythm_of(dialect, Role::client, connected("0,0")), (Rhythm{kNever, kNever, kNever}));
  EXPECT_EQ(rhythm_of(dialect, Role::client, connected("0,10000")),
            (Rhythm{7500ms, kNever, kNever}));
  EXPECT_EQ(rhythm_of(dialect, Role::client, connected("10000,0")), (Rhythm{kNever, 10s, 20s}));
  EXPECT_EQ(rhythm_of(dialect, Role::client, "CONNECTED\nversion:1.0\n\n"),
            (Rhythm{kNever, kNever, kNever}));
  EXPECT_EQ(rhythm_of(dialect::stomp({.send = 0ms, .receive = 0ms}), Role::client,
                      connected("10000,10000")),
            (Rhythm{kNever, kNever, kNever}));
}

TEST(DialectStomp, counts_the_first_of_repeated_headers) {
  EXPECT_EQ(rhythm_of(dialect::stomp(), Role::client,
                      "CONNECTED\nheart-beat:20000,20000\nheart-beat:0,0\n\n"),
            (Rhythm{15000ms, 20s, 40s}));
}

TEST(DialectStomp, applies_the_margin_and_never_less_than_one_period) {
  const std::string frame = connected("10000,10000");

  EXPECT_EQ(rhythm_of(dialect::stomp({.margin = 1.5}), Role::client, frame),
            (Rhythm{7500ms, 5s, 15s}));
  EXPECT_EQ(rhythm_of(dialect::stomp({.margin = 0}), Role::client, frame),
            (Rhythm{7500ms, 1ms, 10s}));
  EXPECT_EQ(rhythm_of(dialect::stomp({.margin = 1e300}), Role::client, frame),
            (Rhythm{7500ms, kNever, kNever}));
}

TEST(DialectStomp, bears_senseless_headers) {
  const DialectPtr dialect = dialect::stomp();

  for (const char* value : {"", ",", "1", "1,", ",1", "a,b", "-1,1", "1,2,3", " 1,1", "1 ,1"}) {
    EXPECT_EQ(rhythm_of(dialect, Role::client, connected(value)), std::nullopt) << value;
  }
  EXPECT_EQ(rhythm_of(dialect, Role::client, connected("99999999999999999999999,1")),
            (Rhythm{7500ms, kNever, kNever}));
  EXPECT_EQ(rhythm_of(dialect, Role::client, connected("1,99999999999999")),
            (Rhythm{kNever, 10s, 20s}));
}

TEST(DialectStomp, heartbeats_go_one_way) {
  HeartbeatOptions options;

  dialect::stomp()->adapt(Role::client, options);

  EXPECT_EQ(options.sending, Sending::on_silence);
  EXPECT_EQ(options.evidence, Evidence::one_way);
}

TEST(DialectStomp, bears_any_bytes) {
  read_mutations(
      *dialect::stomp(),
      {connected("1,2"), "CONNECT\nheart-beat:1,2\n\n", "\n", "\r\n", "heart-beat:", "9"}, 20'000);
}

}  // namespace
}  // namespace heartwire::core
