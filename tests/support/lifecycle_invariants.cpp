#include "tests/support/lifecycle_invariants.hpp"

#include <algorithm>
#include <sstream>
#include <utility>
#include <variant>

namespace heartwire::support {

using base::Instant;
using core::State;
namespace action = core::lifecycle_action;
namespace event = core::lifecycle_event;

void LifecycleInvariants::before(Instant now, const core::LifecycleEvent& what) {
  is_tick_ = std::holds_alternative<event::Tick>(what);
  std::visit([&](const auto& one) { before(now, one); }, what);
}

void LifecycleInvariants::on_action(Instant now, const core::LifecycleAction& what) {
  std::visit([&](const auto& one) { on(now, one); }, what);
}

void LifecycleInvariants::after(Instant now) {
  check_state(now);
  is_tick_ = false;  // A send comes without an event, and may come right before a tick.
  check_deadline();
  check_silence(now);
  if (kept_.size() != machine_->outbox().count())
    complain(8, std::to_string(kept_.size()) + " messages were accepted and not heard of again, " +
                    std::to_string(machine_->outbox().count()) + " wait");
}

void LifecycleInvariants::complain(int invariant, const std::string& what) {
  complaints_.push_back(std::to_string(invariant) + ": " + what);
}

// What the user wants.

void LifecycleInvariants::begin_series() {
  is_fresh_ = true;
  is_given_up_ = must_give_up_ = is_closed_by_user_ = false;
  has_started_ = true;
  next_attempt_ = 0;
  earliest_dial_.reset();
  try_at_.reset();
}

void LifecycleInvariants::before(Instant, const event::Start&) {
  const State state = machine_->state();
  const bool is_over = state == State::idle || state == State::closed || state == State::failed;
  if (is_over || is_closed_by_user_) begin_series();
}

void LifecycleInvariants::before(Instant, const event::Reconnect&) {
  is_held_ = false;
  begin_series();
}

void LifecycleInvariants::before(Instant, const event::Close&) {
  is_closed_by_user_ = true;
  is_given_up_ = must_give_up_ = is_fresh_ = false;
  try_at_.reset();
}

void LifecycleInvariants::before(Instant, const event::Suspend&) {
  is_held_ = true;
  try_at_.reset();
}

void LifecycleInvariants::before(Instant, const event::Resume&) {
  is_held_ = false;
  if (machine_->state() != State::suspended) return;
  earliest_dial_.reset();
  try_at_.reset();
}

void LifecycleInvariants::before(Instant now, const event::Wanted& answer) {
  if (!answer.is_wanted && machine_->state() == State::waiting && !try_at_)
    try_at_ = base::add_saturated(now, options_->wanted_interval);
}

// What the driver reports.

void LifecycleInvariants::before(Instant now, const event::Opened& opened) {
  if (!transport_ || transport_->generation != opened.generation || transport_->is_open) return;
  transport_->is_open = true;
  transport_->since = now;
  sign_of_life(now, opened.generation);
}

void LifecycleInvariants::before(Instant, const event::Ended& ended) {
  if (transport_ && transport_->generation == ended.generation) transport_.reset();
}

void LifecycleInvariants::before(Instant now, const event::Received& received) {
  if (options_->heartbeat.evidence != core::Evidence::round_trip)
    sign_of_life(now, received.generation);
}

void LifecycleInvariants::before(Instant now, const event::Answered& answered) {
  sign_of_life(now, answered.generation);
}

void LifecycleInvariants::before(Instant now, const event::Tick&) {
  if (try_at_ && now >= *try_at_) try_at_.reset();
}

void LifecycleInvariants::sign_of_life(Instant now, std::uint32_t generation) {
  if (!transport_ || transport_->generation != generation || !transport_->is_open) return;
  life_at_ = now;
  is_excused_ = false;
}

void LifecycleInvariants::on_written(core::MessageId id) {
  if (!transport_ || !transport_->is_open || !transport_->is_greeted)
    complain(8, "a message was written before the greeting");
  if (kept_.erase(id) == 0) complain(8, "a message was written that nobody sent");
  if (id <= last_written_) complain(8, "messages were written out of order");
  last_written_ = id;
}

// What the machine asks.

/// Something that leads to a connection.
void LifecycleInvariants::on_progress(const std::string& what) {
  if (is_closed_by_user_) complain(2, what + " after the user's close");
  if (is_given_up_) complain(6, what + " after giving up");
}

void LifecycleInvariants::on(Instant, const action::AskWanted&) {
  on_progress("a question");
  if (transport_) complain(1, "a question while there is a transport");
}

void LifecycleInvariants::on(Instant now, const action::Dial& dial) {
  on_progress("an attempt");
  if (transport_) complain(1, "an attempt while there is a transport");
  if (dial.attempt != next_attempt_)
    complain(9, "attempt " + std::to_string(dial.attempt) + " where " +
                    std::to_string(next_attempt_) + " was due");
  if (options_->reconnect.attempts_max && dial.attempt > *options_->reconnect.attempts_max)
    complain(6, "more attempts than attempts_max");
  if (!is_fresh_ && earliest_dial_ && now < *earliest_dial_)
    complain(9, "an attempt earlier than announced");
  is_fresh_ = false;
  try_at_.reset();
  transport_ = Transport{.generation = dial.generation, .since = now};
}

void LifecycleInvariants::on(Instant, const action::AbortDial& abort) {
  end_transport(abort.generation, false);
}

void LifecycleInvariants::on(Instant, const action::DropTransport& drop) {
  end_transport(drop.generation, true);
}

void LifecycleInvariants::end_transport(std::uint32_t generation, bool is_open) {
  const bool is_known =
      transport_ && transport_->generation == generation && transport_->is_open == is_open;
  if (!is_known) complain(1, "something was to be ended that was not there");
  transport_.reset();
}

void LifecycleInvariants::require_open(const std::string& what) {
  if (!transport_ || !transport_->is_open) complain(4, what + " without a connection");
}

void LifecycleInvariants::on(Instant, const action::SendGreeting&) {
  require_open("a greeting");
  if (transport_) transport_->is_greeted = true;
}

void LifecycleInvariants::on(Instant, const action::SendProbe&) {
  require_open("a probe");
}

void LifecycleInvariants::on(Instant, const action::SendClose&) {
  require_open("a Close");
}

void LifecycleInvariants::on(Instant now, const action::NotifyOpen&) {
  on_progress("an open connection");
  require_open("news of one");
  opened_at_ = now;
}

void LifecycleInvariants::on(Instant now, const action::NotifyEnd& end) {
  const auto opened_at = std::exchange(opened_at_, std::nullopt);
  const bool is_users = machine_->last_outcome().cause == core::Cause::user;
  if (is_users && !is_closed_by_user_ && !is_fresh_)
    complain(2, "an end is laid to the user, who wished none");
  if (is_closed_by_user_ || is_fresh_) {
    if (is_closed_by_user_ && end.will_retry) complain(2, "a retry of what the user closed");
    return;
  }
  const bool was_stable = opened_at && now - *opened_at >= options_->reconnect.stable_after;
  next_attempt_ = was_stable ? 1 : next_attempt_ + 1;
  earliest_dial_ = now + end.delay;
  if (end.will_retry) {
    check_schedule(now, end);
  } else if (!is_held_) {
    must_give_up_ = true;
  }
}

void LifecycleInvariants::check_schedule(Instant, const action::NotifyEnd& end) {
  const core::ReconnectOptions& reconnect = options_->reconnect;
  const bool is_halved = reconnect.backoff.jitter == core::Jitter::full ||
                         reconnect.backoff.jitter == core::Jitter::equal;
  if (end.delay < reconnect.backoff.delay_min / (is_halved ? 2 : 1))
    complain(9, "a delay shorter than the backoff's least");
  const auto demanded = machine_->last_outcome().retry_after;
  if (demanded && end.delay < std::min(*demanded, reconnect.retry_after_max))
    complain(9, "a delay shorter than the peer demanded");
}

void LifecycleInvariants::on(Instant now, const action::NotifyRetry& retry) {
  on_progress("a retry");
  try_at_ = now + retry.delay;
}

void LifecycleInvariants::on(Instant, const action::NotifyGaveUp&) {
  if (is_given_up_) complain(6, "giving up was said twice");
  if (is_closed_by_user_) complain(6, "gave up what the user closed");
  is_given_up_ = true;
  // A suspended client gives up too, if a loss meanwhile asks for it.
  must_give_up_ = false;
}

void LifecycleInvariants::on(Instant, const action::NotifyExpired& expired) {
  if (kept_.erase(expired.id) == 0) complain(8, "a message expired that was not there");
}

// What must hold between two events.

void LifecycleInvariants::check_state(Instant now) {
  const State state = machine_->state();
  const std::string its_name = core::name(state);
  if (must_give_up_) complain(6, "no retry, and giving up was not said");
  if (is_given_up_ != (state == State::failed)) complain(6, "gave up, or not, but is " + its_name);
  const bool is_over = state == State::closed || state == State::closing;
  if (is_closed_by_user_ && !is_over) complain(2, "closed by the user, but " + its_name);
  if (!is_closed_by_user_ && (state == State::closed || (has_started_ && state == State::idle)))
    complain(2, "wanted by the user, but " + its_name);
  const bool has_transport =
      state == State::connecting || state == State::open || state == State::closing;
  if (transport_.has_value() != has_transport)
    complain(1, "has a transport, or not, but " + its_name);

  if (state != State::closing) return closing_since_.reset();
  if (!closing_since_) closing_since_ = now;
  if (is_tick_ && now >= *closing_since_ + options_->closing.close_timeout)
    complain(7, "still closing after close_timeout");
}

std::optional<Instant> LifecycleInvariants::expected_deadline() const {
  switch (machine_->state()) {
    case State::connecting:
      return base::add_saturated(transport_->since, options_->attempt_timeout);
    case State::waiting:
    case State::suspended: return try_at_;
    default: return std::nullopt;
  }
}

void LifecycleInvariants::check_deadline() {
  const State state = machine_->state();
  const auto deadline = machine_->deadline();
  if (state == State::idle || state == State::closed || state == State::failed) {
    if (deadline) complain(4, std::string("a deadline in ") + core::name(state));
    return;
  }
  if (!complaints_.empty() || state == State::open) return;
  const auto expiry = machine_->outbox().deadline();
  if (state == State::closing) {
    const Instant latest = *closing_since_ + options_->closing.close_timeout;
    if (!deadline || *deadline > latest) complain(7, "closing without its deadline");
    return;
  }
  auto expected = expected_deadline();
  if (expiry) expected = expected ? std::min(*expected, *expiry) : *expiry;
  if (deadline != expected)
    complain(4, std::string(core::name(state)) + " with the wrong deadline");
}

void LifecycleInvariants::check_silence(Instant now) {
  const core::HeartbeatOptions& beat = options_->heartbeat;
  const bool is_promised = beat.sending != core::Sending::off && !beat.silence_max &&
                           beat.misses_max == 1 && !options_->interval_search.interval_max;
  if (!is_promised || is_excused_ || machine_->state() != State::open) return;
  if (now > life_at_ + beat.interval + beat.timeout)
    complain(5, "a silent peer passes for alive after interval + timeout");
}

}  // namespace heartwire::support
