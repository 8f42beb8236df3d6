#include "heartwire/core/dialect_modes.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace heartwire::core {
namespace {

using namespace std::chrono_literals;

TEST(DialectModes, set_what_the_user_left_alone) {
  HeartbeatOptions options;
  options.interval = 3s;

  set_modes(options, Sending::periodic, Evidence::one_way, 60s);

  EXPECT_EQ(options.sending, Sending::periodic);
  EXPECT_EQ(options.evidence, Evidence::one_way);
  EXPECT_EQ(options.silence_max, 60s);
  EXPECT_EQ(options.interval, 3s);
}

TEST(DialectModes, change_nothing_once_the_user_chose_either) {
  HeartbeatOptions by_sending;
  by_sending.sending = Sending::off;
  HeartbeatOptions by_evidence;
  by_evidence.evidence = Evidence::round_trip;
  for (const HeartbeatOptions& chosen : {by_sending, by_evidence}) {
    HeartbeatOptions options = chosen;

    set_modes(options, Sending::watchdog, Evidence::any_traffic, 60s);

    EXPECT_EQ(options, chosen);
  }
}

TEST(DialectModes, keep_a_silence_that_the_user_set) {
  HeartbeatOptions options;
  options.silence_max = 5s;

  set_modes(options, Sending::periodic, Evidence::one_way, 60s);

  EXPECT_EQ(options.silence_max, 5s);
}

}  // namespace
}  // namespace heartwire::core
