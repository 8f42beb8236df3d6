// When a silent peer is not to blame: bytes that still drain, a machine that is itself late, and
// what is checked on request.

#include "heartwire/core/heartbeat.hpp"
#include "tests/unit/core/heartbeat_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace heartwire::core {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

HeartbeatOptions plain() {
  HeartbeatOptions options;
  options.first_probe_spread = false;
  return options;
}

HeartbeatOptions fixed(std::uint8_t misses_max) {
  HeartbeatOptions options = plain();
  options.reply = Reply::fixed;
  options.misses_max = misses_max;
  return options;
}

HeartbeatOptions silent(Sending sending) {
  HeartbeatOptions options = plain();
  options.sending = sending;
  options.evidence = Evidence::one_way;
  return options;
}

// Bytes that have not left.

TEST(HeartbeatFairness, the_reply_deadline_starts_when_the_probe_has_left) {
  HeartbeatScript script(plain());
  script.leaves_at_once = false;

  script.opened().at(33'000).probe_sent(1).at(37'999);
  EXPECT_THAT(script.heard(), ElementsAre("25000 send_probe sequence=1"));
  script.at(38'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("38000 suspect silence=38000ms", "38000 send_probe sequence=2"));
}

TEST(HeartbeatFairness, a_probe_that_never_leaves_means_stuck) {
  HeartbeatScript script(plain());
  script.leaves_at_once = false;

  script.opened().at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("25000 send_probe sequence=1", "35000 dead stuck silence=35000ms"));
}

TEST(HeartbeatFairness, a_probe_behind_bytes_that_leave_is_not_stuck) {
  HeartbeatScript script(plain());
  script.leaves_at_once = false;

  script.opened();
  for (int second = 9; second <= 90; second += 9) script.at(second * 1'000).sent();
  EXPECT_THAT(script.heard(), ElementsAre("25000 send_probe sequence=1"));
  script.at(200'000);

  EXPECT_THAT(script.heard(), ElementsAre("100000 dead stuck silence=100000ms"));
}

TEST(HeartbeatFairness, a_probe_behind_bytes_that_the_peer_still_takes_is_not_stuck) {
  HeartbeatScript script(plain());
  script.leaves_at_once = false;

  script.opened();
  for (int second = 25; second <= 90; ++second) {
    script.backlog = 1'000'000u - static_cast<unsigned>(second) * 1'000u;
    script.at(second * 1'000);
  }

  EXPECT_THAT(script.heard(), ElementsAre("25000 send_probe sequence=1"));
}

TEST(HeartbeatFairness, a_probe_that_has_not_left_is_not_asked_for_again) {
  HeartbeatScript script(plain());
  script.leaves_at_once = false;

  script.opened().at(26'000).received().at(51'000).received().at(200'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("25000 send_probe sequence=1", "85000 dead stuck silence=34000ms"));
}

TEST(HeartbeatFairness, a_bulk_transfer_ahead_of_the_probe_is_not_a_death) {
  for (const HeartbeatOptions& options : {plain(), fixed(1), fixed(3)}) {
    HeartbeatScript script(options);

    script.opened();
    for (int second = 25; second <= 300; ++second) {
      script.backlog = 1'000'000u - static_cast<unsigned>(second) * 1'000u;
      script.at(second * 1'000);
    }
    EXPECT_THAT(script.heard(), ElementsAre("25000 send_probe sequence=1"));
    script.backlog = 0;  // Drained; from here on an answer is owed.
    script.at(400'000);

    EXPECT_THAT(script.heard().back(), testing::HasSubstr("dead no_answer"));
  }
}

TEST(HeartbeatFairness, what_drained_since_the_suspicion_gives_the_suspect_more_time) {
  HeartbeatScript script(plain());

  script.backlog = 10'000;
  script.opened().at(30'000);
  script.backlog = 5'000;
  script.at(30'500).tick().at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("25000 send_probe sequence=1", "30000 suspect silence=30000ms",
                          "30000 send_probe sequence=2", "35500 dead no_answer silence=35500ms"));
}

TEST(HeartbeatFairness, a_few_messages_under_way_are_no_transfer) {
  for (const HeartbeatOptions& options : {plain(), fixed(1)}) {
    HeartbeatScript script(options);

    script.backlog = kTransferBytesMin - 1;
    script.opened().at(31'000);
    script.backlog = 12;  // They have arrived, and the probe itself has not.
    script.at(32'000).tick();
    script.backlog = 0;
    script.at(100'000);

    EXPECT_EQ(script.heard().back(), "35000 dead no_answer silence=35000ms");
  }
}

TEST(HeartbeatFairness, the_deadline_counts_from_when_the_transfer_moved_last) {
  HeartbeatScript script(fixed(1));

  script.backlog = 10'000;
  script.opened().at(31'000);
  script.backlog = 5'000;
  script.at(32'000).tick();
  script.backlog = 0;
  script.at(33'000).tick().at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("25000 send_probe sequence=1", "43000 dead no_answer silence=43000ms"));
}

TEST(HeartbeatFairness, a_black_hole_and_a_frozen_peer_get_no_extension) {
  for (const HeartbeatOptions& options : {plain(), fixed(1)}) {
    for (const std::uint64_t backlog : {std::uint64_t{0}, std::uint64_t{64'000}}) {
      HeartbeatScript script(options);
      script.backlog = backlog;

      script.opened().at(100'000);

      EXPECT_EQ(script.heard().back(), "35000 dead no_answer silence=35000ms");
    }
  }
}

TEST(HeartbeatFairness, a_transfer_that_still_finds_room_is_not_a_death) {
  HeartbeatScript script(plain());
  script.backlog = 0;  // A proxy has acknowledged the probe, and holds megabytes ahead of it.

  script.opened();
  for (int ms = 500; ms <= 100'000; ms += 500)
    script.at(ms).say(heartbeat_event::Sent{.was_blocked = true});
  EXPECT_THAT(script.heard(), ElementsAre("25000 send_probe sequence=1"));
  script.at(200'000);

  EXPECT_EQ(script.heard().back(), "110000 dead no_answer silence=110000ms");
}

TEST(HeartbeatFairness, a_backlog_that_only_wavers_is_no_progress) {
  HeartbeatScript script(plain());

  script.opened();
  for (int ms = 25'000; ms <= 60'000; ms += 100) {
    script.backlog = ms % 200 == 0 ? 5'000u : 9'000u;
    script.at(ms).tick();
  }

  EXPECT_EQ(script.heard().back(), "35000 dead no_answer silence=35000ms");
}

TEST(HeartbeatFairness, an_early_tick_does_not_take_the_probe_under_way_for_a_backlog) {
  for (const HeartbeatOptions& options : {plain(), fixed(1)}) {
    HeartbeatScript script(options);

    script.opened().at(25'000);
    script.backlog = 12;
    script.at(25'010).tick();
    script.backlog = 0;
    script.at(100'000);

    EXPECT_EQ(script.heard().back(), "35000 dead no_answer silence=35000ms");
  }
}

TEST(HeartbeatFairness, no_beat_is_queued_behind_bytes_that_the_peer_has_not_taken) {
  HeartbeatOptions options = plain();
  options.sending = Sending::periodic;
  options.interval = seconds{1};
  options.reply = Reply::fixed;
  HeartbeatScript script(options);
  script.backlog = 100;

  script.opened().at(8'000);

  EXPECT_THAT(script.heard(), ElementsAre("1000 send_probe sequence=1"));
}

// A machine that is itself late.

TEST(HeartbeatFairness, a_late_tick_probes_again_with_a_short_deadline_instead_of_suspecting) {
  HeartbeatScript script(plain());

  script.opened().at(25'000).heard();
  script.stall_until(90'000).tick();
  EXPECT_THAT(script.heard(), ElementsAre("90000 send_probe sequence=2"));
  EXPECT_FALSE(script.heartbeat().is_suspect());
  script.at(200'000);

  EXPECT_THAT(script.heard(), ElementsAre("93000 dead no_answer silence=93000ms"));
}

TEST(HeartbeatFairness, a_late_tick_probes_again_instead_of_declaring) {
  HeartbeatScript script(plain());

  script.opened().at(30'000).heard();
  script.stall_until(60'000).tick().at(60'100).received();

  EXPECT_THAT(script.heard(),
              ElementsAre("60000 send_probe sequence=3", "60100 cleared silence=60100ms"));
}

TEST(HeartbeatFairness, a_tick_within_the_allowed_lateness_judges_as_usual) {
  HeartbeatScript script(plain());

  script.opened().at(30'000).heard();
  script.stall_until(33'500).tick().stall_until(36'000).tick();  // 1 s after each deadline.

  EXPECT_THAT(script.heard(), ElementsAre("36000 dead no_answer silence=36000ms"));
}

TEST(HeartbeatFairness, with_a_short_timeout_less_lateness_is_forgivable) {
  HeartbeatOptions options = fixed(1);
  options.timeout = std::chrono::milliseconds{400};
  HeartbeatScript script(options);

  script.opened().at(25'300).heard();
  script.stall_until(25'700).tick();

  EXPECT_THAT(script.heard(), ElementsAre("25700 send_probe sequence=2"));
}

TEST(HeartbeatFairness, a_probe_that_is_merely_due_late_is_sent_as_usual) {
  HeartbeatScript script(plain());

  script.opened().stall_until(34'000).tick().at(38'999);

  EXPECT_THAT(script.heard(), ElementsAre("34000 send_probe sequence=1"));
}

TEST(HeartbeatFairness, after_a_long_sleep_the_probe_has_the_short_deadline) {
  HeartbeatScript script(plain());

  script.opened().stall_until(3'600'000).tick().at(3'700'000);

  EXPECT_THAT(script.heard(), ElementsAre("3600000 send_probe sequence=1",
                                          "3603000 dead no_answer silence=3603000ms"));
}

TEST(HeartbeatFairness, a_sleep_of_two_months_ends_in_a_probe) {
  HeartbeatScript script(plain());
  const std::int64_t two_months_ms = std::int64_t{61} * 86'400'000;

  script.opened().stall_until(two_months_ms).tick().at(two_months_ms + 10).received();
  EXPECT_EQ(script.heard().size(), 1u);
  script.at(two_months_ms + 25'000);

  EXPECT_EQ(script.heard().size(), 1u);
  EXPECT_TRUE(script.heartbeat().is_awaiting_answer());
}

TEST(HeartbeatFairness, a_machine_that_is_always_late_judges_in_the_end) {
  HeartbeatScript script(plain());

  script.opened();
  for (int minute = 1; minute <= 10; ++minute) script.stall_until(minute * 60'000).tick();

  EXPECT_THAT(
      script.heard(),
      ElementsAre("60000 send_probe sequence=1", "120000 send_probe sequence=2",
                  "180000 send_probe sequence=3", "240000 dead no_answer silence=240000ms"));
}

TEST(HeartbeatFairness, a_sign_of_life_renews_the_patience_of_a_late_machine) {
  HeartbeatScript script(plain());

  script.opened();
  for (int minute = 1; minute <= 3; ++minute) script.stall_until(minute * 60'000).tick();
  script.received();
  for (int minute = 4; minute <= 6; ++minute) script.stall_until(minute * 60'000).tick();

  EXPECT_EQ(script.heard().size(), 6u);
  EXPECT_TRUE(script.heartbeat().is_awaiting_answer());
}

TEST(HeartbeatFairness, where_silence_judges_a_late_tick_gives_a_short_grace) {
  HeartbeatScript script(silent(Sending::watchdog));

  script.opened().stall_until(100'000).tick();
  EXPECT_THAT(script.heard(), IsEmpty());
  EXPECT_EQ(script.deadline_ms(), 103'000);
  script.at(200'000);

  EXPECT_THAT(script.heard(), ElementsAre("103000 dead silence silence=103000ms"));
}

TEST(HeartbeatFairness, where_silence_judges_a_word_within_the_grace_is_enough) {
  HeartbeatScript script(silent(Sending::watchdog));

  script.opened().stall_until(100'000).tick().at(102'000).received();

  EXPECT_THAT(script.heard(), IsEmpty());
  EXPECT_EQ(script.deadline_ms(), 132'000);
}

// Checks on request.

TEST(HeartbeatFairness, a_check_probes_at_once_with_the_short_deadline) {
  HeartbeatScript script(plain());

  script.opened().at(10'000).check_now().at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("10000 send_probe sequence=1", "13000 dead no_answer silence=13000ms"));
}

TEST(HeartbeatFairness, a_check_that_is_answered_changes_nothing_else) {
  HeartbeatScript script(plain());

  script.opened().at(10'000).check_now().at(10'050).answered(1).at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("10000 send_probe sequence=1", "10050 round_trip_measured 50ms",
                          "35000 send_probe sequence=2", "36000 suspect silence=25950ms",
                          "36000 send_probe sequence=3", "40000 dead no_answer silence=29950ms"));
}

TEST(HeartbeatFairness, a_check_shortens_the_deadline_of_a_probe_under_way) {
  HeartbeatScript script(plain());

  script.opened().at(26'000).check_now().at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("25000 send_probe sequence=1", "26000 send_probe sequence=2",
                          "29000 dead no_answer silence=29000ms"));
}

TEST(HeartbeatFairness, a_check_never_prolongs_a_deadline) {
  for (const HeartbeatOptions& options : {plain(), fixed(1)}) {
    HeartbeatScript script(options);

    script.opened().at(34'000).check_now().at(100'000);

    EXPECT_EQ(script.heard().back(), "35000 dead no_answer silence=35000ms");
  }
}

TEST(HeartbeatFairness, a_check_leaves_time_for_an_answer_while_misses_are_left) {
  HeartbeatScript script(fixed(3));

  script.opened().at(34'900).check_now().at(100'000);

  EXPECT_EQ(script.heard().back(), "37900 dead no_answer silence=37900ms");
}

TEST(HeartbeatFairness, a_check_of_a_probe_that_has_not_left_sends_no_other) {
  HeartbeatScript script(plain());
  script.leaves_at_once = false;

  script.opened().at(26'000).check_now().at(27'000).probe_sent(1).at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("25000 send_probe sequence=1", "30000 dead no_answer silence=30000ms"));
}

TEST(HeartbeatFairness, where_no_answer_is_expected_a_check_is_only_a_heartbeat) {
  HeartbeatScript sender(silent(Sending::on_silence));
  sender.opened().at(10'000).check_now();
  EXPECT_THAT(sender.heard(), ElementsAre("10000 send_probe sequence=1"));
  EXPECT_EQ(sender.deadline_ms(), 30'000);

  HeartbeatScript watcher(silent(Sending::watchdog));
  watcher.opened().at(10'000).check_now();
  EXPECT_THAT(watcher.heard(), IsEmpty());
}

}  // namespace
}  // namespace heartwire::core
