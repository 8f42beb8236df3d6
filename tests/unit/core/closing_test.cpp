#include "heartwire/core/closing.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <vector>

namespace heartwire::core {
namespace {

using base::Duration;
using base::Instant;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Instant at(Duration since_start) {
  return base::instant(seconds{1000} + since_start);
}
constexpr Instant kStart = at(Duration::zero());

Closing closing(Role role) {
  return Closing(role, ClosingOptions{});
}

TEST(Closing, an_open_connection_has_no_deadline) {
  const Closing closing = core::Closing(Role::client, ClosingOptions{});

  EXPECT_EQ(closing.phase(), ClosingPhase::open);
  EXPECT_EQ(closing.deadline(), std::nullopt);
  EXPECT_FALSE(closing.is_to_end(Instant::max()));
  EXPECT_FALSE(closing.is_overdue(Instant::max()));
}

TEST(Closing, a_close_that_nobody_answers_ends_at_its_deadline) {
  for (const Role role : {Role::client, Role::server}) {
    Closing unanswered = closing(role);

    unanswered.on_sent(kStart);

    EXPECT_EQ(unanswered.phase(), ClosingPhase::sent);
    EXPECT_EQ(unanswered.deadline(), at(seconds{5}));
    EXPECT_FALSE(unanswered.is_to_end(at(milliseconds{4999})));
    EXPECT_TRUE(unanswered.is_to_end(at(seconds{5})));
    EXPECT_TRUE(unanswered.is_overdue(at(seconds{5})));
    EXPECT_FALSE(unanswered.is_clean());
  }
}

TEST(Closing, a_close_that_we_cannot_answer_ends_at_its_deadline) {
  Closing unanswered = closing(Role::client);

  unanswered.on_received(kStart);

  EXPECT_EQ(unanswered.phase(), ClosingPhase::received);
  EXPECT_EQ(unanswered.deadline(), at(seconds{5}));
  EXPECT_FALSE(unanswered.is_to_end(at(milliseconds{4999})));
  EXPECT_TRUE(unanswered.is_overdue(at(seconds{5})));
}

TEST(Closing, a_server_ends_in_order_as_soon_as_both_closes_are_exchanged) {
  Closing server = closing(Role::server);
  server.on_sent(kStart);

  server.on_received(at(seconds{1}));

  EXPECT_EQ(server.phase(), ClosingPhase::both);
  EXPECT_TRUE(server.is_clean());
  EXPECT_TRUE(server.is_to_end(at(seconds{1})));
  EXPECT_FALSE(server.is_overdue(at(seconds{1}))) << "what is queued must still be written";
}

TEST(Closing, a_server_whose_answer_cannot_be_written_drops_at_the_deadline) {
  Closing server = closing(Role::server);
  server.on_received(kStart);
  server.on_sent(kStart);

  EXPECT_TRUE(server.is_to_end(kStart));
  EXPECT_EQ(server.deadline(), at(seconds{5}));
  EXPECT_TRUE(server.is_overdue(at(seconds{5})));
}

TEST(Closing, a_client_lets_the_server_end_first) {
  Closing client = closing(Role::client);
  client.on_received(kStart);

  client.on_sent(kStart);

  EXPECT_EQ(client.deadline(), at(seconds{1}));
  EXPECT_FALSE(client.is_to_end(at(milliseconds{999})));
  EXPECT_TRUE(client.is_to_end(at(seconds{1})));
  EXPECT_TRUE(client.is_clean());
}

TEST(Closing, lingering_never_outlasts_the_close_deadline) {
  Closing client = closing(Role::client);
  client.on_sent(kStart);

  client.on_received(at(milliseconds{4900}));

  EXPECT_EQ(client.deadline(), at(seconds{5}));
}

TEST(Closing, crossed_closes_are_a_clean_close) {
  for (const Role role : {Role::client, Role::server}) {
    Closing crossed = closing(role);
    crossed.on_sent(kStart);
    crossed.on_received(kStart);

    EXPECT_EQ(crossed.phase(), ClosingPhase::both);
    EXPECT_TRUE(crossed.is_clean());
  }
}

TEST(Closing, repeated_closes_do_not_move_the_deadline) {
  Closing client = closing(Role::client);
  client.on_sent(kStart);

  client.on_sent(at(seconds{3}));
  EXPECT_EQ(client.deadline(), at(seconds{5}));

  client.on_received(at(seconds{3}));
  client.on_received(at(milliseconds{3500}));
  client.on_sent(at(milliseconds{3500}));
  EXPECT_EQ(client.deadline(), at(seconds{4}));
}

TEST(Closing, an_ended_transport_stays_ended) {
  Closing closed = closing(Role::server);
  closed.on_sent(kStart);
  closed.on_transport_ended();

  closed.on_received(at(seconds{1}));
  closed.on_transport_ended();

  EXPECT_EQ(closed.phase(), ClosingPhase::ended);
  EXPECT_EQ(closed.deadline(), std::nullopt);
  EXPECT_FALSE(closed.is_to_end(Instant::max()));
  EXPECT_FALSE(closed.is_clean()) << "the peer's close came too late";
}

TEST(Closing, a_clean_close_is_remembered_after_the_end) {
  for (const Role role : {Role::client, Role::server}) {
    Closing closed = closing(role);
    closed.on_received(kStart);
    closed.on_sent(kStart);

    closed.on_transport_ended();

    EXPECT_TRUE(closed.is_clean());
    EXPECT_FALSE(closed.is_to_end(kStart)) << "nothing is left to end";
  }
}

TEST(Closing, timeouts_are_rounded_up_to_the_millisecond) {
  Closing client(Role::client, {microseconds{1500}, microseconds{1}});

  client.on_sent(kStart);
  EXPECT_EQ(client.deadline(), at(milliseconds{2}));

  client.on_received(kStart);
  EXPECT_EQ(client.deadline(), at(milliseconds{1}));
}

TEST(Closing, names_the_option_that_is_wrong) {
  EXPECT_EQ(validate(ClosingOptions{}), nullptr);
  EXPECT_EQ(validate(ClosingOptions{std::chrono::hours{1}, std::chrono::minutes{1}}), nullptr);
  EXPECT_STREQ(validate({Duration::zero(), seconds{1}}), "close_timeout is less than 1 ms");
  EXPECT_STREQ(validate({seconds{3601}, seconds{1}}), "close_timeout is more than 1 h");
  EXPECT_STREQ(validate({seconds{1}, seconds{-1}}), "linger_timeout is negative");
  EXPECT_STREQ(validate({seconds{1}, seconds{61}}), "linger_timeout is more than 1 min");
}

TEST(Closing, keeps_the_longest_timeouts_it_accepts) {
  Closing client(Role::client, {std::chrono::hours{1}, std::chrono::minutes{1}});

  client.on_sent(kStart);
  EXPECT_EQ(client.deadline(), at(std::chrono::hours{1}));
  client.on_received(kStart);
  EXPECT_EQ(client.deadline(), at(std::chrono::minutes{1}));
}

// One step of a script: what happens, a second after the step before.
enum class Step { sent, received, ended };

void play(Closing& machine, Step step, Instant now) {
  switch (step) {
    case Step::sent: machine.on_sent(now); break;
    case Step::received: machine.on_received(now); break;
    case Step::ended: machine.on_transport_ended(); break;
  }
}

TEST(Closing, each_way_to_close_survives_a_lost_transport_and_silence_at_every_step) {
  const std::vector<std::vector<Step>> scripts = {{Step::sent, Step::received, Step::ended},
                                                  {Step::received, Step::sent, Step::ended}};
  for (const auto& script : scripts) {
    for (const Role role : {Role::client, Role::server}) {
      for (std::size_t steps = 0; steps <= script.size(); ++steps) {
        Closing interrupted = closing(role);
        for (std::size_t step = 0; step < steps; ++step) {
          play(interrupted, script[step], at(milliseconds{100} * step));
        }

        const bool has_begun = steps > 0 && steps < script.size();
        EXPECT_EQ(interrupted.is_overdue(at(seconds{5})), has_begun) << "silence";
        interrupted.on_transport_ended();
        EXPECT_EQ(interrupted.phase(), ClosingPhase::ended) << "lost transport";
        EXPECT_EQ(interrupted.deadline(), std::nullopt);
        EXPECT_EQ(interrupted.is_clean(), steps >= 2);
      }
    }
  }
}

RC_GTEST_PROP(ClosingProperty, a_begun_close_always_has_a_deadline_that_never_moves_later, ()) {
  const auto role = *rc::gen::element(Role::client, Role::server);
  const auto script = *rc::gen::container<std::vector<Step>>(
      rc::gen::element(Step::sent, Step::received, Step::sent, Step::received, Step::ended));
  Closing machine = closing(role);
  std::optional<Instant> last;
  Instant now = kStart;

  for (const Step step : script) {
    now += milliseconds{*rc::gen::inRange(0, 3000)};
    const ClosingPhase before = machine.phase();
    play(machine, step, now);

    RC_ASSERT(machine.phase() >= before || before == ClosingPhase::sent);
    const bool is_closing =
        machine.phase() != ClosingPhase::open && machine.phase() != ClosingPhase::ended;
    RC_ASSERT(machine.deadline().has_value() == is_closing);
    if (!is_closing) continue;
    RC_ASSERT((!last || *machine.deadline() <= *last));
    RC_ASSERT(*machine.deadline() <= now + seconds{5});
    RC_ASSERT(machine.is_overdue(*machine.deadline()));
    last = machine.deadline();
  }
}

}  // namespace
}  // namespace heartwire::core
