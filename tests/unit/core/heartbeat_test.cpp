#include "heartwire/core/heartbeat.hpp"

#include "tests/unit/core/heartbeat_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <set>

namespace heartwire::core {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

/// The defaults (25 s, 10 s, adaptive), without the random first interval.
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

HeartbeatOptions with(Sending sending, Evidence evidence) {
  HeartbeatOptions options = plain();
  options.sending = sending;
  options.evidence = evidence;
  return options;
}

// When a probe goes out.

TEST(Heartbeat, probes_after_an_interval_of_silence) {
  HeartbeatScript script(plain());

  script.opened().at(24'999);
  EXPECT_THAT(script.heard(), IsEmpty());
  script.at(25'000);

  EXPECT_THAT(script.heard(), ElementsAre("25000 send_probe sequence=1"));
}

TEST(Heartbeat, received_silence_alone_brings_a_probe) {
  HeartbeatScript script(plain());

  script.opened();
  for (int second = 1; second <= 24; ++second) script.at(second * 1'000).sent();
  script.at(25'000);

  EXPECT_THAT(script.heard(), ElementsAre("25000 send_probe sequence=1"));
}

TEST(Heartbeat, sent_silence_alone_brings_a_probe) {
  HeartbeatScript script(plain());

  script.opened();
  for (int second = 1; second <= 24; ++second) script.at(second * 1'000).received();
  script.at(25'000);

  EXPECT_THAT(script.heard(), ElementsAre("25000 send_probe sequence=1"));
}

TEST(Heartbeat, traffic_both_ways_needs_no_probe) {
  HeartbeatScript script(plain());

  script.opened();
  for (int second = 20; second <= 400; second += 20) script.at(second * 1'000).received().sent();

  EXPECT_THAT(script.heard(), IsEmpty());
  EXPECT_EQ(script.deadline_ms(), 425'000);
}

TEST(Heartbeat, a_periodic_heartbeat_goes_out_whatever_happens) {
  HeartbeatScript script(with(Sending::periodic, Evidence::any_traffic));

  script.opened();
  for (int second = 4; second <= 80; second += 4) script.at(second * 1'000).received().sent();

  EXPECT_THAT(script.heard(),
              ElementsAre("25000 send_probe sequence=1", "50000 send_probe sequence=2",
                          "75000 send_probe sequence=3"));
}

TEST(Heartbeat, a_periodic_heartbeat_keeps_its_period_while_an_answer_is_awaited) {
  HeartbeatOptions options = with(Sending::periodic, Evidence::any_traffic);
  options.interval = seconds{2};
  HeartbeatScript script(options);

  script.opened().at(5'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("2000 send_probe sequence=1", "4000 send_probe sequence=2"));
}

TEST(Heartbeat, the_first_probe_comes_in_the_second_half_of_the_interval) {
  std::set<std::int64_t> firsts;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    HeartbeatScript script(HeartbeatOptions{}, seed);
    script.opened();
    firsts.insert(script.deadline_ms());
  }

  EXPECT_GE(*firsts.begin(), 12'500);
  EXPECT_LT(*firsts.begin(), 13'000);
  EXPECT_LE(*firsts.rbegin(), 25'000);
  EXPECT_GT(*firsts.rbegin(), 24'500);
  EXPECT_GT(firsts.size(), 190u);
}

TEST(Heartbeat, later_probes_keep_the_whole_interval) {
  HeartbeatScript script(HeartbeatOptions{});

  script.opened();
  const std::int64_t first_ms = script.deadline_ms();
  script.at(first_ms).answered();

  EXPECT_EQ(script.deadline_ms(), first_ms + 25'000);
}

TEST(Heartbeat, each_connection_draws_its_own_first_interval) {
  HeartbeatScript script(HeartbeatOptions{});

  script.opened();
  const std::int64_t first_ms = script.deadline_ms();
  script.opened();

  EXPECT_NE(script.deadline_ms(), first_ms);
}

// Suspect, confirm, declare.

TEST(Heartbeat, without_samples_a_silent_peer_is_suspect_after_half_the_timeout_and_then_dead) {
  HeartbeatScript script(plain());

  script.opened().at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("25000 send_probe sequence=1", "30000 suspect silence=30000ms",
                          "30000 send_probe sequence=2", "35000 dead no_answer silence=35000ms"));
  EXPECT_EQ(script.deadline_ms(), -1);
}

TEST(Heartbeat, a_known_round_trip_makes_the_verdict_quicker) {
  HeartbeatScript script(plain());

  script.opened().at(25'050).answered(1).heard();
  script.at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("50000 send_probe sequence=2", "51000 suspect silence=25950ms",
                          "51000 send_probe sequence=3", "55000 dead no_answer silence=29950ms"));
}

TEST(Heartbeat, a_suspect_gets_three_times_what_was_expected_of_an_answer) {
  HeartbeatScript script(plain());

  script.opened().at(25'500).answered(1).heard();  // Expected: 0.5 s + 4 * 0.25 s = 1.5 s.
  script.at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("50000 send_probe sequence=2", "51500 suspect silence=26000ms",
                          "51500 send_probe sequence=3", "56000 dead no_answer silence=30500ms"));
}

TEST(Heartbeat, a_long_round_trip_makes_the_verdict_slower_but_never_beyond_the_timeout) {
  HeartbeatScript script(plain());

  script.opened().at(26'200).answered(1).heard();  // Expected: 1.2 s + 4 * 0.6 s = 3.6 s.
  script.at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("50000 send_probe sequence=2", "53600 suspect silence=27400ms",
                          "53600 send_probe sequence=3", "60000 dead no_answer silence=33800ms"));
}

TEST(Heartbeat, half_of_a_short_timeout_wins_over_reply_min) {
  HeartbeatOptions options = plain();
  options.timeout = seconds{1};
  HeartbeatScript script(options);

  script.opened().at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("25000 send_probe sequence=1", "25500 suspect silence=25500ms",
                          "25500 send_probe sequence=2", "26000 dead no_answer silence=26000ms"));
}

TEST(Heartbeat, a_suspect_that_answers_is_cleared) {
  HeartbeatScript script(plain());

  script.opened().at(31'000).heard();
  EXPECT_TRUE(script.heartbeat().is_suspect());
  script.received();

  EXPECT_THAT(script.heard(), ElementsAre("31000 cleared silence=31000ms"));
  EXPECT_FALSE(script.heartbeat().is_suspect());
  EXPECT_EQ(script.deadline_ms(), 55'000);  // Our last byte was the second probe.
}

TEST(Heartbeat, sending_is_never_a_sign_of_life) {
  HeartbeatScript script(plain());

  script.opened();
  for (int ms = 100; ms < 40'000; ms += 100) script.at(ms).sent();

  EXPECT_EQ(script.heard().back(), "35000 dead no_answer silence=35000ms");
}

TEST(Heartbeat, the_dead_stay_dead_until_the_next_connection) {
  HeartbeatScript script(plain());

  script.opened().at(35'000).heard();
  script.received().answered().sent().check_now().tick().at(200'000);
  EXPECT_THAT(script.heard(), IsEmpty());
  script.opened().at(225'000);

  EXPECT_THAT(script.heard(), ElementsAre("225000 send_probe sequence=3"));
}

// The fixed rule.

TEST(Heartbeat, the_fixed_rule_declares_at_the_timeout_without_suspicion) {
  HeartbeatScript script(fixed(1));

  script.opened().at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("25000 send_probe sequence=1", "35000 dead no_answer silence=35000ms"));
}

TEST(Heartbeat, several_misses_are_counted_and_the_first_is_suspicious) {
  HeartbeatScript script(fixed(3));

  script.opened().at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("25000 send_probe sequence=1", "35000 suspect silence=35000ms",
                          "35000 send_probe sequence=2", "45000 send_probe sequence=3",
                          "55000 dead no_answer silence=55000ms"));
}

TEST(Heartbeat, a_sign_of_life_forgives_the_misses) {
  HeartbeatScript script(fixed(2));

  script.opened().at(40'000).received().heard();
  script.at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("60000 send_probe sequence=3", "70000 suspect silence=30000ms",
                          "70000 send_probe sequence=4", "80000 dead no_answer silence=40000ms"));
}

// Evidence.

TEST(Heartbeat, any_traffic_clears_the_deadline_of_an_unanswered_probe) {
  HeartbeatScript script(plain());

  script.opened().at(26'000).received();

  EXPECT_FALSE(script.heartbeat().is_awaiting_answer());
  EXPECT_EQ(script.deadline_ms(), 50'000);
}

TEST(Heartbeat, where_only_answers_count_traffic_proves_nothing) {
  HeartbeatScript script(with(Sending::on_silence, Evidence::round_trip));

  script.opened();
  for (int second = 1; second <= 40; ++second) script.at(second * 1'000).received().sent();

  EXPECT_EQ(script.heard().back(), "35000 dead no_answer silence=35000ms");
}

TEST(Heartbeat, where_only_answers_count_an_answer_restarts_the_clock) {
  HeartbeatScript script(with(Sending::on_silence, Evidence::round_trip));

  script.opened().at(26'000).answered(1);

  EXPECT_THAT(script.heard(),
              ElementsAre("25000 send_probe sequence=1", "26000 round_trip_measured 1000ms"));
  EXPECT_EQ(script.deadline_ms(), 50'000);
}

TEST(Heartbeat, a_one_way_heartbeat_expects_no_answer_and_silence_judges) {
  HeartbeatScript script(with(Sending::on_silence, Evidence::one_way));

  script.opened().at(20'000).received().at(100'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("25000 send_probe sequence=1", "50000 suspect silence=30000ms",
                          "50000 send_probe sequence=2", "55000 dead silence silence=35000ms"));
}

TEST(Heartbeat, a_one_way_heartbeat_that_cannot_leave_is_not_asked_for_twice) {
  HeartbeatScript script(with(Sending::periodic, Evidence::one_way));
  script.leaves_at_once = false;

  script.opened();
  for (int second = 10; second <= 100; second += 10) script.at(second * 1'000).received();

  EXPECT_THAT(script.heard(), ElementsAre("25000 send_probe sequence=1"));
}

TEST(Heartbeat, a_watchdog_only_watches) {
  HeartbeatOptions options = with(Sending::watchdog, Evidence::any_traffic);
  options.silence_max = seconds{40};
  HeartbeatScript script(options);

  script.opened().at(10'000).received().sent().at(46'000).received().at(200'000);

  EXPECT_THAT(script.heard(),
              ElementsAre("45000 suspect silence=35000ms", "46000 cleared silence=36000ms",
                          "81000 suspect silence=35000ms", "86000 dead silence silence=40000ms"));
}

TEST(Heartbeat, switched_off_it_does_nothing) {
  HeartbeatScript script(with(Sending::off, Evidence::any_traffic));

  script.opened().sent().check_now().tick().at(1'000'000).tick();

  EXPECT_THAT(script.heard(), IsEmpty());
  EXPECT_EQ(script.deadline_ms(), -1);
}

TEST(Heartbeat, switched_off_it_still_measures_a_probe_that_the_driver_made_up) {
  HeartbeatScript script(with(Sending::off, Evidence::any_traffic));

  script.opened().at(1'000).probe_sent(9).at(1'030).answered(9);

  EXPECT_THAT(script.heard(), ElementsAre("1030 round_trip_measured 30ms"));
}

/// What a silent peer gets in each mode: how many probes, and when it is dead (-1: never).
struct Mode {
  Sending sending;
  Evidence evidence;
  int probes;
  std::int64_t dead_ms;
};

TEST(Heartbeat, every_mode_deals_with_a_silent_peer_in_its_own_way) {
  constexpr Mode kModes[] = {
      {Sending::on_silence, Evidence::any_traffic, 2, 35'000},
      {Sending::on_silence, Evidence::round_trip, 2, 35'000},
      {Sending::on_silence, Evidence::one_way, 1, 35'000},
      {Sending::periodic, Evidence::any_traffic, 2, 35'000},
      {Sending::periodic, Evidence::round_trip, 2, 35'000},
      {Sending::periodic, Evidence::one_way, 1, 35'000},
      {Sending::watchdog, Evidence::any_traffic, 0, 35'000},
      {Sending::watchdog, Evidence::one_way, 0, 35'000},
      {Sending::off, Evidence::any_traffic, 0, -1},
      {Sending::off, Evidence::round_trip, 0, -1},
      {Sending::off, Evidence::one_way, 0, -1},
  };
  for (const Mode& mode : kModes) {
    SCOPED_TRACE(testing::Message() << "sending " << static_cast<int>(mode.sending) << ", evidence "
                                    << static_cast<int>(mode.evidence));
    HeartbeatScript script(with(mode.sending, mode.evidence));

    script.opened().at(200'000);

    int probes = 0;
    std::int64_t dead_ms = -1;
    for (const std::string& line : script.heard()) {
      if (line.find("send_probe") != std::string::npos) ++probes;
      if (line.find("dead") != std::string::npos) dead_ms = std::stoll(line);
    }
    EXPECT_EQ(probes, mode.probes);
    EXPECT_EQ(dead_ms, mode.dead_ms);
  }
}

// Round-trip time.

TEST(Heartbeat, an_answer_is_measured_against_its_own_probe) {
  HeartbeatScript script(plain());

  script.opened().at(30'200).heard();  // The second probe left at 30 000.
  script.answered(2);

  EXPECT_THAT(script.heard(),
              ElementsAre("30200 round_trip_measured 200ms", "30200 cleared silence=30200ms"));
}

TEST(Heartbeat, the_late_answer_to_the_first_of_two_probes_is_measured_against_the_first) {
  HeartbeatScript script(plain());

  script.opened().at(30'200).heard();
  script.answered(1);

  EXPECT_THAT(script.heard(),
              ElementsAre("30200 round_trip_measured 5200ms", "30200 cleared silence=30200ms"));
}

TEST(Heartbeat, an_ambiguous_answer_is_a_sign_of_life_and_no_measurement) {
  HeartbeatScript script(plain());

  script.opened().at(30'200).heard();
  script.answered();
  EXPECT_THAT(script.heard(), ElementsAre("30200 cleared silence=30200ms"));
  script.at(55'100).heard();
  script.answered();

  EXPECT_THAT(script.heard(), ElementsAre("55100 round_trip_measured 100ms"));
}

TEST(Heartbeat, an_answer_to_an_unknown_probe_is_a_sign_of_life_and_no_measurement) {
  HeartbeatScript script(plain());

  script.opened().at(25'500).answered(77);

  EXPECT_THAT(script.heard(), ElementsAre("25000 send_probe sequence=1"));
  EXPECT_FALSE(script.heartbeat().is_awaiting_answer());
}

TEST(Heartbeat, an_answer_is_measured_even_when_other_traffic_came_first) {
  HeartbeatScript script(plain());

  script.opened().at(25'010).received().at(25'030).answered(1);

  EXPECT_THAT(script.heard(),
              ElementsAre("25000 send_probe sequence=1", "25030 round_trip_measured 30ms"));
}

TEST(Heartbeat, an_answer_reported_before_its_probe_has_left_does_no_harm) {
  HeartbeatScript script(plain());
  script.leaves_at_once = false;

  script.opened().at(25'000).answered(1).probe_sent(1);

  EXPECT_FALSE(script.heartbeat().is_awaiting_answer());
  EXPECT_FALSE(script.heartbeat().round_trip().has_samples());
  EXPECT_EQ(script.deadline_ms(), 50'000);
}

TEST(Heartbeat, a_new_connection_forgets_the_round_trip_time) {
  HeartbeatScript script(plain());

  script.opened().at(25'050).answered(1);
  ASSERT_TRUE(script.heartbeat().round_trip().has_samples());
  script.opened();

  EXPECT_FALSE(script.heartbeat().round_trip().has_samples());
}

// Changing the rhythm.

TEST(Heartbeat, a_peer_may_announce_its_own_rhythm_for_one_connection) {
  HeartbeatScript script(plain());

  script.opened().say(heartbeat_event::Retimed{seconds{5}, seconds{2}, {}}).at(100'000);
  EXPECT_THAT(script.heard(),
              ElementsAre("5000 send_probe sequence=1", "6000 suspect silence=6000ms",
                          "6000 send_probe sequence=2", "7000 dead no_answer silence=7000ms"));
  script.opened();

  EXPECT_EQ(script.heartbeat().interval(), seconds{25});
  EXPECT_EQ(script.deadline_ms(), 125'000);
}

TEST(Heartbeat, a_peer_that_announces_no_heartbeat_is_never_judged_by_silence) {
  HeartbeatScript script(with(Sending::on_silence, Evidence::one_way));
  const base::Duration never = std::chrono::hours{24 * 30};

  script.opened().say(heartbeat_event::Retimed{never, seconds{2}, never}).at(10'000'000);

  EXPECT_THAT(script.heard(), IsEmpty());
  EXPECT_EQ(script.deadline_ms(), -1);
}

TEST(Heartbeat, an_absurd_rhythm_is_held_at_a_millisecond) {
  HeartbeatScript script(plain());

  script.opened().say(heartbeat_event::Retimed{seconds{-1}, seconds{0}, seconds{-5}}).at(10);

  EXPECT_EQ(script.heartbeat().interval(), milliseconds{1});
  EXPECT_EQ(script.heard().back(), "1 dead no_answer silence=1ms");
}

TEST(Heartbeat, the_interval_can_be_lengthened_while_it_is_open) {
  HeartbeatScript script(plain());

  script.opened();
  script.heartbeat().set_interval(seconds{55});

  EXPECT_EQ(script.deadline_ms(), 55'000);
}

// Contract.

TEST(Heartbeat, fits_into_its_budget) {
  EXPECT_LE(sizeof(Heartbeat), kHeartbeatBytesMax);
}

TEST(Heartbeat, before_it_is_opened_every_event_is_ignored) {
  HeartbeatScript script(plain());

  script.received().sent().probe_sent(1).answered().check_now().tick().at(100'000).tick();

  EXPECT_THAT(script.heard(), IsEmpty());
  EXPECT_EQ(script.deadline_ms(), -1);
}

TEST(Heartbeat, early_and_repeated_ticks_are_harmless) {
  HeartbeatScript script(plain());

  script.opened();
  for (int ms = 100; ms <= 24'900; ms += 100) script.stall_until(ms).tick();
  EXPECT_THAT(script.heard(), IsEmpty());
  script.stall_until(25'000).tick().tick().tick();

  EXPECT_THAT(script.heard(), ElementsAre("25000 send_probe sequence=1"));
}

TEST(Heartbeat, suspicion_and_acquittal_between_two_polls_cancel_out) {
  const HeartbeatOptions options = plain();
  Heartbeat heartbeat(options, 7);
  const auto at = [](int ms) { return base::instant(milliseconds{ms}); };
  heartbeat.handle(at(0), heartbeat_event::Opened{});
  heartbeat.handle(at(25'000), heartbeat_event::Tick{});
  ASSERT_TRUE(heartbeat.poll());
  heartbeat.handle(at(25'000), heartbeat_event::ProbeSent{1});

  heartbeat.handle(at(27'500), heartbeat_event::Tick{});
  heartbeat.handle(at(30'000), heartbeat_event::Tick{});
  ASSERT_TRUE(heartbeat.is_suspect());
  heartbeat.handle(at(30'001), heartbeat_event::Received{});

  EXPECT_EQ(heartbeat.poll(), HeartbeatAction{heartbeat_action::SendProbe{2}});
  EXPECT_FALSE(heartbeat.poll());
}

TEST(Heartbeat, names_the_option_that_is_wrong) {
  const auto complaint = [](const std::function<void(HeartbeatOptions&)>& spoil) -> std::string {
    HeartbeatOptions options;
    spoil(options);
    const auto wrong = validate(options);
    return wrong ? *wrong : "";
  };
  using Options = HeartbeatOptions;

  EXPECT_EQ(complaint([](Options&) {}), "");
  EXPECT_THAT(complaint([](Options& o) { o.interval = {}; }), testing::HasSubstr("interval"));
  EXPECT_THAT(complaint([](Options& o) { o.interval = std::chrono::hours{200}; }),
              testing::HasSubstr("interval"));
  EXPECT_THAT(complaint([](Options& o) { o.timeout = {}; }), testing::HasSubstr("timeout"));
  EXPECT_THAT(complaint([](Options& o) { o.check_timeout = {}; }),
              testing::HasSubstr("check_timeout"));
  EXPECT_THAT(complaint([](Options& o) { o.silence_max = base::Duration{}; }),
              testing::HasSubstr("silence_max"));
  EXPECT_THAT(complaint([](Options& o) { o.reply_min = seconds{-1}; }),
              testing::HasSubstr("reply_min"));
  EXPECT_THAT(complaint([](Options& o) { o.lateness_max = seconds{-1}; }),
              testing::HasSubstr("lateness_max"));
  EXPECT_THAT(complaint([](Options& o) { o.misses_max = 0; }), testing::HasSubstr("misses_max"));
  EXPECT_THAT(complaint([](Options& o) {
                o.sending = Sending::watchdog;
                o.evidence = Evidence::round_trip;
              }),
              testing::HasSubstr("watchdog"));
}

}  // namespace
}  // namespace heartwire::core
