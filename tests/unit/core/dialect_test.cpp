#include "heartwire/core/dialect.hpp"

#include "heartwire/core/heartbeat.hpp"
#include "tests/unit/core/dialect_table.hpp"

#include <gtest/gtest.h>

#include <string>

namespace heartwire::core {
namespace {

TEST(Dialect, protocol_probes_by_ping_frames_that_the_endpoint_fills) {
  const DialectPtr dialect = dialect::protocol();
  std::string payload = "left over";

  EXPECT_EQ(dialect->write_probe(Role::client, 7, payload), ProbeForm::protocol_ping);
  EXPECT_EQ(payload, "");
  EXPECT_EQ(dialect->write_probe(Role::server, 7, payload), ProbeForm::protocol_ping);
  EXPECT_TRUE(dialect->has_answers(Role::client));
  EXPECT_EQ(dialect->name(), "ping");
}

TEST(Dialect, protocol_leaves_every_message_to_the_application) {
  const DialectPtr dialect = dialect::protocol();

  expect_rows(*dialect, {
                            {Role::client, text_message("ping"), Meaning::application},
                            {Role::server, text_message("pong"), Meaning::application},
                            {Role::server, binary_message(""), Meaning::application},
                        });
  expect_all_left_to_the_application(*dialect);
}

TEST(Dialect, adapts_nothing_unless_it_says_so) {
  HeartbeatOptions options;

  dialect::protocol()->adapt(Role::client, options);
  dialect::json({})->adapt(Role::server, options);

  EXPECT_EQ(options, HeartbeatOptions{});
}

}  // namespace
}  // namespace heartwire::core
