#include "tests/support/step.hpp"

#include "tests/support/options_text.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace heartwire::support {
namespace {

TEST(Step, is_written_as_it_is_read) {
  const std::string text =
      "start\nclose 1000\nsend 100 ttl=500ms\nrun 25s\nrun 1500ms\nbulk 4000 rate=100\n"
      "peer status 401 retry_after=120s\npeer refuses at=1\nlate probe_sent\n";

  EXPECT_EQ(to_text(parse_script(text)), text);
}

TEST(Step, time_has_units) {
  EXPECT_EQ(parse_time("20ms"), 20);
  EXPECT_EQ(parse_time("25s"), 25'000);
  EXPECT_EQ(parse_time("2m"), 120'000);
  EXPECT_EQ(parse_time("1h"), 3'600'000);
  EXPECT_THROW(parse_time("25"), std::invalid_argument);
  EXPECT_THROW(parse_time("xs"), std::invalid_argument);
}

TEST(Step, what_cannot_be_read_is_refused) {
  for (const char* line : {"", "dance", "peer dances", "run", "run 5", "close now", "start 5",
                           "send 1 lifetime=5s", "start at=x"})
    EXPECT_THROW(parse_step(line), std::invalid_argument) << line;
}

TEST(OptionsText, reads_what_is_named_and_keeps_the_rest) {
  const core::LifecycleOptions options = parse_options("interval=5s jitter=none urls=3");

  EXPECT_EQ(options.heartbeat.interval, std::chrono::seconds{5});
  EXPECT_EQ(options.reconnect.backoff.jitter, core::Jitter::none);
  EXPECT_EQ(options.urls.url_count, 3u);
  EXPECT_EQ(options.heartbeat.timeout, core::HeartbeatOptions{}.timeout);
}

TEST(OptionsText, refuses_what_it_does_not_know_or_what_is_out_of_range) {
  for (const char* text : {"colour=red", "interval", "jitter=some", "interval=0s", "urls=0"})
    EXPECT_THROW(parse_options(text), std::invalid_argument) << text;
}

}  // namespace
}  // namespace heartwire::support
