// What a client's life means, case by case. See lifecycle_states_test.cpp for every event in every
// state, lifecycle_property_test.cpp for its invariants, tests/scenario for whole lives.

#include "heartwire/core/lifecycle.hpp"

#include "tests/support/lifecycle_world.hpp"
#include "tests/support/options_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace heartwire::core {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::LifecycleWorld;
using support::parse_options;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
namespace event = lifecycle_event;

/// A world whose figures are round.
class LifecycleTest : public testing::Test {
 protected:
  LifecycleWorld& begin(const std::string& options = "", const std::string& script = "") {
    return begin(parse_options("spread=off jitter=none delay_min=2s " + options), script);
  }
  LifecycleWorld& begin(LifecycleOptions options, const std::string& script) {
    world_ = std::make_unique<LifecycleWorld>(std::move(options));
    world_->play(script);
    world_->heard();
    return *world_;
  }
  std::vector<std::string> after(const std::string& script) {
    world_->play(script);
    return world_->heard();
  }
  Lifecycle& machine() { return world_->machine(); }
  base::Result<MessageId, SendError> send(std::string payload, SendOptions options = {}) {
    return machine().send(world_->now(), {MessageType::text, std::move(payload)},
                          std::move(options));
  }
  void TearDown() override { EXPECT_THAT(world_->complaints(), IsEmpty()); }

  std::unique_ptr<LifecycleWorld> world_;
};

// Causes and verdicts.

TEST_F(LifecycleTest, a_loss_carries_its_cause) {
  begin("", "start\n run 1s\n peer silent\n run 35s");
  EXPECT_EQ(machine().last_outcome().cause, Cause::heartbeat);
  EXPECT_THAT(machine().last_outcome().text, HasSubstr("not answered"));

  begin("", "start\n run 1s\n peer drops");
  EXPECT_EQ(machine().last_outcome().cause, Cause::lost);

  begin("attempt_timeout=3s", "peer ignores\n start\n run 3s");
  EXPECT_EQ(machine().last_outcome().cause, Cause::connect_timeout);

  begin("", "start\n run 1s\n close 4001");
  EXPECT_EQ(machine().last_outcome().cause, Cause::user);
  EXPECT_EQ(machine().last_outcome().code, 4001);
}

TEST_F(LifecycleTest, a_heartbeat_death_is_never_taken_for_the_users_close) {
  begin("", "start\n run 1s\n peer silent\n close 1000\n run 10s\n start\n run 1s");

  // The close was answered by nobody; this death is the peer's.
  EXPECT_THAT(after("run 35s\n peer answers\n run 10s"),
              Contains("46.020 notify_end connection by=us verdict=retry retry_in=2000ms"));
  EXPECT_EQ(machine().state(), State::open);
}

TEST_F(LifecycleTest, the_peers_1000_is_retried) {
  begin("", "start\n run 1s");

  EXPECT_THAT(after("peer closes 1000\n run 20ms"),
              ElementsAre("1.020 notify_end connection clean by=peer verdict=retry retry_in=2000ms",
                          "1.020 notify_retry attempt=1 delay=2000ms"));
}

TEST_F(LifecycleTest, the_peers_close_after_ours_does_not_change_the_cause) {
  begin("", "start\n run 1s\n close 1000\n peer closes 1008\n run 1s");

  EXPECT_EQ(machine().last_outcome().cause, Cause::user);
  EXPECT_EQ(machine().state(), State::closed);
}

TEST_F(LifecycleTest, an_end_says_by_whom) {
  const auto by = [this](Cause cause) {
    begin("", "start\n run 1s");
    world_->say(event::Ended{1, {cause, 1002}});
    const std::string line = world_->heard().front();
    return line.substr(line.find("by="), line.find(" verdict") - line.find("by="));
  };

  EXPECT_EQ(by(Cause::lost), "by=nobody");
  EXPECT_EQ(by(Cause::closed), "by=peer");
  EXPECT_EQ(by(Cause::protocol_error), "by=us");
}

TEST_F(LifecycleTest, the_users_judgement_overrides_the_classifier) {
  LifecycleOptions options = parse_options("jitter=none delay_min=2s");
  std::optional<Verdict> verdict;
  options.judge = [&verdict](const Outcome&) { return verdict; };
  begin(options, "peer status 404\n start\n run 1s");
  ASSERT_EQ(machine().state(), State::waiting);

  verdict = Verdict::retry;
  EXPECT_THAT(after("run 60s"), Not(Contains(HasSubstr("gave_up"))));
  verdict = Verdict::stop;
  EXPECT_THAT(after("run 60s"), Contains(HasSubstr("notify_gave_up reason=refused")));
  EXPECT_EQ(machine().state(), State::failed);
}

TEST_F(LifecycleTest, the_users_judgement_is_not_asked_about_his_own_close) {
  LifecycleOptions options = parse_options("");
  int asked = 0;
  options.judge = [&asked](const Outcome&) -> std::optional<Verdict> {
    ++asked;
    return Verdict::retry;
  };

  begin(options, "start\n run 1s\n close 1000\n run 1m\n start\n run 1s\n peer drops\n close 1000");

  EXPECT_EQ(asked, 1);
  EXPECT_EQ(machine().state(), State::closed);
}

// Closing.

TEST_F(LifecycleTest, what_waits_is_sent_before_the_close) {
  begin("", "start\n run 1s\n link stuck\n send 10\n send 20\n close 1000\n run 1s");

  EXPECT_THAT(
      after("link flows\n run 1s"),
      ElementsAre("2.000 write message=1", "2.000 write message=2", "2.000 write close=1000",
                  "2.020 notify_end connection clean by=us verdict=stop"));
}

TEST_F(LifecycleTest, a_close_on_a_dead_link_ends_by_its_deadline) {
  begin("close_timeout=3s", "start\n run 1s\n link stuck\n send 10\n close 1000");

  EXPECT_THAT(after("run 1h"), ElementsAre("4.000 drop_transport generation=1",
                                           "4.000 notify_end connection by=us verdict=stop"));
  EXPECT_EQ(machine().outbox().count(), 1u);  // It can be taken back.
}

TEST_F(LifecycleTest, the_peers_unfinished_close_ends_by_a_deadline_too) {
  begin("", "start\n run 1s\n peer silent\n peer closes 1001");

  EXPECT_THAT(after("run 1s"),
              ElementsAre("2.000 drop_transport generation=1",
                          "2.000 notify_end connection clean by=peer verdict=retry retry_in=2000ms",
                          "2.000 notify_retry attempt=1 delay=2000ms"));
}

TEST_F(LifecycleTest, a_start_during_closing_follows_it) {
  begin("", "start\n run 1s\n close 1000\n start");
  ASSERT_EQ(machine().state(), State::closing);

  EXPECT_THAT(after("run 100ms"),
              ElementsAre("1.020 notify_end connection clean by=us verdict=retry retry_in=0ms",
                          "1.020 dial generation=2 attempt=0 url=0", "1.040 send_greeting",
                          "1.040 notify_open first attempts=0 outage=20ms"));
}

TEST_F(LifecycleTest, of_several_wishes_during_closing_the_last_holds) {
  begin("", "start\n run 1s\n close 1000\n start\n close 1000\n run 1h");
  EXPECT_EQ(machine().state(), State::closed);

  begin("", "start\n run 1s\n close 1000\n reconnect\n run 1s");
  EXPECT_EQ(machine().state(), State::open);

  begin("", "start\n run 1s\n reconnect\n close 1000\n run 1h");
  EXPECT_EQ(machine().state(), State::closed);
}

TEST_F(LifecycleTest, a_close_while_the_peer_closes_is_final) {
  begin("", "start\n run 1s\n peer closes 1001\n close 1000");

  EXPECT_THAT(after("run 1h"),
              ElementsAre("1.020 notify_end connection clean by=peer verdict=stop"));
}

// Attempts.

TEST_F(LifecycleTest, gives_up_once_and_begins_afresh_by_hand) {
  begin("attempts_max=1", "peer refuses\n start\n run 2s");

  EXPECT_THAT(after("run 1h"), ElementsAre("2.020 dial generation=2 attempt=1 url=0",
                                           "2.040 notify_end attempt by=nobody verdict=retry",
                                           "2.040 notify_gave_up reason=attempts attempts=1"));
  EXPECT_THAT(after("reconnect\n run 1s"), Contains(HasSubstr("dial generation=3 attempt=0")));
  EXPECT_THAT(after("run 1h"), Contains(HasSubstr("notify_gave_up")));
}

TEST_F(LifecycleTest, a_reconnect_keeps_the_outage_and_a_start_does_not) {
  begin("", "start\n run 1s\n peer refuses\n peer drops\n run 1m\n peer accepts");
  EXPECT_THAT(after("reconnect\n run 1s"),
              Contains("61.020 notify_open again attempts=0 outage=60020ms"));

  begin("", "start\n run 1s\n close 1000\n run 1m");
  EXPECT_THAT(after("start\n run 1s"), Contains("61.020 notify_open first attempts=0 outage=20ms"));

  begin("", "start\n run 1s\n close 1000\n run 1m");
  EXPECT_THAT(after("reconnect\n run 1s"),
              Contains("61.020 notify_open again attempts=0 outage=20ms"));
}

TEST_F(LifecycleTest, an_attempt_that_succeeds_too_late_changes_nothing) {
  begin("attempt_timeout=1s", "peer ignores\n start\n run 1s");
  ASSERT_EQ(machine().state(), State::waiting);

  EXPECT_THAT(after("late opened"), IsEmpty());
  EXPECT_EQ(machine().state(), State::waiting);
}

TEST_F(LifecycleTest, a_url_whose_server_accepts_and_drops_is_left) {
  begin("urls=2", "peer closes_at_once 1011 at=0\n start\n run 1s");

  EXPECT_THAT(after("run 2s"), Contains("2.040 dial generation=2 attempt=1 url=1"));
}

TEST_F(LifecycleTest, a_reconnect_by_hand_keeps_the_url) {
  begin("urls=2", "start\n run 1s");

  EXPECT_THAT(after("reconnect\n run 1s"), Contains("1.020 dial generation=2 attempt=0 url=0"));
}

// Held, and not wanted.

TEST_F(LifecycleTest, an_open_connection_outlives_a_suspension) {
  begin("", "start\n run 1s\n suspend\n run 1h\n resume");

  EXPECT_EQ(machine().state(), State::open);
}

TEST_F(LifecycleTest, a_suspension_outlives_a_close) {
  begin("", "suspend\n start\n close 1000\n start\n run 1h");
  EXPECT_EQ(machine().state(), State::suspended);

  EXPECT_THAT(after("resume"), Contains(HasSubstr("dial")));
}

TEST_F(LifecycleTest, a_loss_that_stops_gives_up_even_while_suspended) {
  begin("retry=off", "start\n run 1s\n suspend");

  EXPECT_THAT(after("peer drops"), Contains("1.000 notify_gave_up reason=disabled attempts=0"));
}

TEST_F(LifecycleTest, a_late_answer_to_the_condition_settles_the_question_and_no_more) {
  begin("condition=on", "condition later\n start\n close 1000");
  EXPECT_THAT(after("condition yes"), IsEmpty());
  EXPECT_EQ(machine().state(), State::closed);

  begin("condition=on", "condition later\n start\n suspend");
  EXPECT_THAT(after("condition yes"), IsEmpty());
  EXPECT_EQ(machine().state(), State::suspended);
  EXPECT_THAT(after("resume"),
              ElementsAre("0.000 ask_wanted", "0.000 dial generation=1 attempt=0 url=0"));
}

TEST_F(LifecycleTest, only_one_question_is_open_at_a_time) {
  begin("condition=on", "condition later\n start");

  EXPECT_THAT(after("close 1000\n start\n reconnect\n suspend\n resume\n run 1m"),
              ElementsAre("0.000 notify_end attempt by=us verdict=stop"));
  EXPECT_THAT(after("condition yes"), ElementsAre("60.000 dial generation=1 attempt=0 url=0"));
}

// Messages.

TEST_F(LifecycleTest, a_message_that_outlives_its_time_while_waiting_is_told) {
  begin("", "peer refuses\n start\n run 1s\n send 10 ttl=500ms");

  EXPECT_THAT(after("run 1s"), ElementsAre("1.500 notify_expired id=1"));
}

TEST_F(LifecycleTest, once_closed_an_expiry_waits_for_the_next_event) {
  begin("", "peer refuses\n start\n run 1s\n send 10 ttl=2s\n close 1000");

  EXPECT_THAT(after("run 1m"), IsEmpty());
  EXPECT_EQ(world_->standing(), "closed, no deadline");
  EXPECT_THAT(after("start"), Contains("61.000 notify_expired id=1"));
}

TEST_F(LifecycleTest, a_send_is_refused_and_changes_nothing) {
  begin("when_not_open=refuse", "peer refuses\n start\n run 1s");
  EXPECT_EQ(send("x").error(), SendError::not_open);

  begin("attempts_max=0", "peer refuses\n start\n run 1s");
  EXPECT_EQ(send("x").error(), SendError::closed);

  begin("", "start\n run 1s\n peer silent\n close 1000");
  EXPECT_EQ(send("x").error(), SendError::closed);

  begin("outbox_bytes_max=200", "link stuck\n start\n run 1s");
  ASSERT_TRUE(send(std::string(50, 'x')));
  EXPECT_EQ(send(std::string(50, 'x')).error(), SendError::outbox_full);
  EXPECT_EQ(send(std::string(200, 'x')).error(), SendError::too_large);
  EXPECT_EQ(machine().outbox().count(), 1u);
  ASSERT_TRUE(machine().outbox().take_back(1));
}

TEST_F(LifecycleTest, what_was_not_wholly_written_is_written_again) {
  begin("", "start\n run 1s\n link stuck\n send 10\n send 20\n peer drops\n link flows");

  EXPECT_THAT(after("run 5s"),
              ElementsAre("3.000 dial generation=2 attempt=1 url=0", "3.020 send_greeting",
                          "3.020 notify_open again attempts=1 outage=2020ms",
                          "3.020 write message=1", "3.020 write message=2"));
}

TEST_F(LifecycleTest, may_queue_before_the_first_start) {
  begin("", "send 10");

  EXPECT_THAT(after("start\n run 1s"), Contains("0.020 write message=1"));
}

// Heartbeats in the dialect.

TEST_F(LifecycleTest, reads_a_message_in_its_dialect) {
  LifecycleOptions options = parse_options("spread=off");
  options.dialect = dialect::text("ping", "pong");
  begin(options, "start\n run 20s");
  std::string reply;
  const auto meaning = [&](const std::string& text) {
    return machine().receive(world_->now(), 1, {MessageType::text, text}, reply).meaning;
  };

  EXPECT_EQ(meaning("hello"), Meaning::application);
  EXPECT_EQ(reply, "");
  EXPECT_EQ(meaning("ping"), Meaning::probe);
  EXPECT_EQ(reply, "pong");
  EXPECT_EQ(meaning("pong"), Meaning::answer);
  // Our own silence is the older one.
  EXPECT_EQ(world_->standing(), "open, deadline 25.020");
}

TEST_F(LifecycleTest, an_answer_in_the_dialect_is_a_heartbeat) {
  LifecycleOptions options = parse_options("spread=off evidence=round_trip");
  options.dialect = dialect::text("ping", "pong");
  begin(options, "peer silent\n start\n run 25500ms");
  std::string payload;
  EXPECT_EQ(machine().write_probe(1, payload), ProbeForm::text);
  EXPECT_EQ(payload, "ping");

  machine().receive(world_->now(), 1, {MessageType::text, "pong"}, payload);
  world_->say(event::Sent{1});

  EXPECT_THAT(world_->heard(), ElementsAre("25.500 notify_heartbeat round_trip=480ms"));
  EXPECT_FALSE(machine().is_awaiting_answer());
  EXPECT_EQ(machine().round_trip().last(), milliseconds{480});
  world_->play("peer answers");
}

TEST_F(LifecycleTest, bytes_that_had_been_blocked_put_off_the_verdict) {
  begin("interval=25s timeout=10s", "peer silent\n start\n run 29s");
  ASSERT_EQ(world_->standing(), "open, deadline 30.020");

  world_->say(event::Sent{.generation = 1, .was_blocked = true});

  EXPECT_THAT(after("run 2s"), IsEmpty());
  world_->play("peer answers\n peer says");
}

TEST_F(LifecycleTest, a_stale_transports_message_is_nobodys) {
  LifecycleOptions options = parse_options("jitter=none delay_min=2s");
  options.dialect = dialect::text("ping", "pong");
  begin(options, "start\n run 1s\n peer drops");
  std::string reply = "left over";
  const auto meaning = [&](std::uint32_t generation) {
    return machine().receive(world_->now(), generation, {MessageType::text, "ping"}, reply).meaning;
  };

  EXPECT_EQ(meaning(1), Meaning::beat);  // Ended.
  world_->play("run 3s");
  EXPECT_EQ(meaning(1), Meaning::beat);  // Replaced.
  EXPECT_EQ(reply, "");
  EXPECT_EQ(meaning(2), Meaning::probe);
}

TEST_F(LifecycleTest, the_peer_may_set_the_rhythm) {
  LifecycleOptions options = parse_options("sending=watchdog");
  options.dialect = dialect::engine_io();
  begin(options, "start\n run 20ms");
  std::string reply;

  const Reading reading = machine().receive(
      world_->now(), 1,
      {MessageType::text, R"(0{"sid":"a","pingInterval":3000,"pingTimeout":2000})"}, reply);

  EXPECT_EQ(reading.meaning, Meaning::notice);
  EXPECT_EQ(world_->standing(), "open, deadline 4.020");
}

TEST_F(LifecycleTest, the_interval_grows_while_the_path_bears_it) {
  begin("interval=10s interval_max=70s", "start\n run 35s");

  // Three answers at 10 s; the next step is 30 s longer.
  EXPECT_EQ(world_->standing(), "open, deadline 70.020");
}

// Contract.

TEST_F(LifecycleTest, has_no_generation_before_the_first_attempt) {
  begin();

  EXPECT_EQ(machine().generation(), 0u);
  EXPECT_EQ(machine().state(), State::idle);
  EXPECT_FALSE(machine().deadline());
  EXPECT_EQ(machine().last_outcome(), Outcome{});
}

TEST_F(LifecycleTest, an_early_tick_changes_nothing) {
  begin("", "start\n run 1s\n peer drops");

  world_->say(event::Tick{}).say(event::Tick{});

  EXPECT_THAT(world_->heard(), IsEmpty());
  EXPECT_EQ(world_->standing(), "waiting, deadline 3.000");
}

TEST_F(LifecycleTest, durations_without_end_do_not_wrap) {
  LifecycleOptions options;
  options.attempt_timeout = base::Duration::max();
  options.wanted_interval = base::Duration::max();
  options.has_condition = true;
  begin(options, "condition no\n start");
  EXPECT_EQ(machine().deadline(), base::Instant::max());

  world_->play("condition yes\n resume");
  EXPECT_EQ(machine().deadline(), base::Instant::max());
  world_->play("close 1000");
}

TEST(LifecycleOptions, names_the_option_that_is_wrong) {
  const auto complaint = [](auto spoil) -> std::string {
    LifecycleOptions options;
    spoil(options);
    const char* wrong = validate(options);
    return wrong == nullptr ? "" : wrong;
  };

  EXPECT_EQ(complaint([](auto&) {}), "");
  EXPECT_THAT(complaint([](auto& o) { o.heartbeat.interval = {}; }), HasSubstr("interval"));
  EXPECT_THAT(complaint([](auto& o) { o.reconnect.stable_after = seconds{-1}; }),
              HasSubstr("stable_after"));
  EXPECT_THAT(complaint([](auto& o) { o.closing.close_timeout = {}; }), HasSubstr("close_timeout"));
  EXPECT_THAT(complaint([](auto& o) { o.interval_search.interval_max = seconds{1}; }),
              HasSubstr("interval_max"));
  EXPECT_THAT(complaint([](auto& o) { o.dialect = nullptr; }), HasSubstr("dialect"));
  EXPECT_THAT(complaint([](auto& o) { o.urls.url_count = 0; }), HasSubstr("URL"));
  EXPECT_THAT(complaint([](auto& o) { o.attempt_timeout = {}; }), HasSubstr("attempt_timeout"));
  EXPECT_THAT(complaint([](auto& o) { o.wanted_interval = {}; }), HasSubstr("wanted_interval"));
}

}  // namespace
}  // namespace heartwire::core
