#include "heartwire/core/lifecycle.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::core {

namespace action = lifecycle_action;
namespace beat = heartbeat_event;

namespace {

/// Who ended an open connection without a closing handshake that this class saw.
EndedBy ended_by(Cause cause) {
  switch (cause) {
    case Cause::protocol_error: return EndedBy::us;
    case Cause::closed: return EndedBy::peer;
    default: return EndedBy::nobody;
  }
}

}  // namespace

Lifecycle::Lifecycle(const LifecycleOptions& options, std::uint64_t seed)
    : options_(&options),
      rng_(seed),
      heartbeat_(options.heartbeat, rng_.next()),
      interval_search_(options.interval_search, options.heartbeat.interval),
      policy_(options.reconnect),
      urls_(options.urls),
      closing_(Role::client, options.closing),
      outbox_(options.outbox) {}

void Lifecycle::handle(base::Instant now, const LifecycleEvent& event) {
  now_ = now;
  std::visit([&](const auto& one) { on(now, one); }, event);
}

std::optional<LifecycleAction> Lifecycle::poll() {
  if (auto next = actions_.pop()) return next;
  if (auto id = outbox_.poll_expired(now_)) return action::NotifyExpired{*id};
  return std::nullopt;
}

std::optional<base::Instant> Lifecycle::deadline() const {
  std::optional<base::Instant> own;
  switch (state_) {
    case State::idle:
    case State::closed:
    case State::failed: return std::nullopt;
    case State::connecting: own = attempt_ends_at_; break;
    case State::open: own = heartbeat_.deadline(); break;
    case State::closing: own = closing_.deadline(); break;
    case State::waiting:
    case State::suspended: own = attempt_at_; break;
  }
  const auto expiry = outbox_.deadline();
  if (!own || !expiry) return own ? own : expiry;
  return std::min(*own, *expiry);
}

// What the user wants.

void Lifecycle::on(base::Instant now, const lifecycle_event::Start&) {
  switch (state_) {
    case State::idle:
    case State::closed:
    case State::failed:
      has_been_open_ = false;
      outage_since_ = now;
      begin_series(now);
      break;
    case State::closing:
      if (after_closing_ != AfterClosing::stay_closed) break;
      after_closing_ = AfterClosing::start_again;
      has_been_open_ = false;
      break;
    case State::connecting:
    case State::open:
    case State::waiting:
    case State::suspended: break;
  }
}

void Lifecycle::on(base::Instant now, const lifecycle_event::Reconnect&) {
  is_held_ = false;
  switch (state_) {
    case State::open:
      outcome_ = {.cause = Cause::user, .text = "reconnect was asked for"};
      close_code_ = 1000;
      close_reason_.clear();
      close_transport(now, AfterClosing::start_again);
      break;
    case State::closing: after_closing_ = AfterClosing::start_again; break;
    case State::idle:
    case State::closed:
      outage_since_ = now;
      begin_series(now);
      break;
    case State::connecting: actions_.push(action::AbortDial{generation_}); [[fallthrough]];
    case State::failed:
    case State::waiting:
    case State::suspended: begin_series(now); break;
  }
}

void Lifecycle::on(base::Instant now, const lifecycle_event::Close& event) {
  switch (state_) {
    case State::idle:
    case State::failed: state_ = State::closed; break;
    case State::closed: break;
    case State::connecting: actions_.push(action::AbortDial{generation_}); [[fallthrough]];
    case State::waiting:
    case State::suspended: stop_without_transport(); break;
    case State::open:
      outcome_ = {.cause = Cause::user, .code = event.code, .text = "closed by the user"};
      close_code_ = event.code;
      close_reason_ = event.reason;
      close_transport(now, AfterClosing::stay_closed);
      break;
    case State::closing: after_closing_ = AfterClosing::stay_closed; break;
  }
}

void Lifecycle::on(base::Instant, const lifecycle_event::Suspend&) {
  is_held_ = true;
  if (state_ == State::connecting) actions_.push(action::AbortDial{generation_});
  if (state_ == State::connecting || state_ == State::waiting || state_ == State::suspended) {
    state_ = State::suspended;
    attempt_at_.reset();
    attempt_ends_at_.reset();
  }
}

void Lifecycle::on(base::Instant now, const lifecycle_event::Resume&) {
  is_held_ = false;
  if (state_ == State::suspended) ask_or_dial(now);
}

void Lifecycle::on(base::Instant now, const lifecycle_event::CheckNow&) {
  feed_heartbeat(now, generation_, beat::CheckNow{});
}

void Lifecycle::on(base::Instant now, const lifecycle_event::Wanted& event) {
  if (!std::exchange(is_asking_, false)) return;
  if (state_ != State::waiting || attempt_at_) return;
  if (event.is_wanted) return dial(now);
  state_ = State::suspended;
  attempt_at_ = base::add_saturated(now, options_->wanted_interval);
}

// What the driver reports.

void Lifecycle::on(base::Instant now, const lifecycle_event::Opened& event) {
  if (!is_current(event.generation) || state_ != State::connecting) return;
  const bool is_first = !std::exchange(has_been_open_, true);
  state_ = State::open;
  opened_at_ = now;
  attempt_ends_at_.reset();
  closing_ = Closing(Role::client, options_->closing);
  heartbeat_.handle(now, beat::Opened{});
  if (options_->interval_search.interval_max) heartbeat_.set_interval(interval_search_.current());
  actions_.push(action::SendGreeting{});
  actions_.push(action::NotifyOpen{generation_, is_first, policy_.attempts(), now - outage_since_});
  policy_.on_open(now);
}

void Lifecycle::on(base::Instant now, const lifecycle_event::Ended& event) {
  if (!is_current(event.generation)) return;
  switch (state_) {
    case State::connecting:
      outcome_ = event.outcome;
      lose(now, EndedBy::nobody, false);
      break;
    case State::open:
      outcome_ = event.outcome;
      lose(now, ended_by(event.outcome.cause), true);
      break;
    case State::closing:
      closing_.on_transport_ended();
      finish_closing(now);
      break;
    case State::idle:
    case State::closed:
    case State::waiting:
    case State::suspended:
    case State::failed: break;
  }
}

void Lifecycle::on(base::Instant now, const lifecycle_event::PeerClosing& event) {
  if (!is_current(event.generation)) return;
  if (state_ == State::open) {
    state_ = State::closing;
    closing_by_ = EndedBy::peer;
    after_closing_ = AfterClosing::decide;
    outcome_ = event.outcome;
    closing_.on_received(now);
    closing_.on_sent(now);
  } else if (state_ == State::closing) {
    closing_.on_received(now);
  }
}

void Lifecycle::on(base::Instant now, const lifecycle_event::Received& event) {
  feed_heartbeat(now, event.generation, beat::Received{});
}

void Lifecycle::on(base::Instant now, const lifecycle_event::Sent& event) {
  feed_heartbeat(now, event.generation, beat::Sent{event.was_blocked});
}

void Lifecycle::on(base::Instant now, const lifecycle_event::ProbeSent& event) {
  feed_heartbeat(now, event.generation, beat::ProbeSent{event.sequence});
}

void Lifecycle::on(base::Instant now, const lifecycle_event::Answered& event) {
  feed_heartbeat(now, event.generation, beat::Answered{event.sequence});
}

void Lifecycle::on(base::Instant now, const lifecycle_event::Tick& event) {
  switch (state_) {
    case State::connecting:
      if (now < *attempt_ends_at_) break;
      actions_.push(action::AbortDial{generation_});
      outcome_ = {.cause = Cause::connect_timeout,
                  .text = "the attempt as a whole took too long (attempt_timeout)"};
      lose(now, EndedBy::nobody, false);
      break;
    case State::open: feed_heartbeat(now, generation_, beat::Tick{event.backlog}); break;
    case State::closing:
      if (!closing_.is_to_end(now)) break;
      actions_.push(action::DropTransport{generation_});
      finish_closing(now);
      break;
    case State::waiting:
    case State::suspended:
      if (attempt_at_ && now >= *attempt_at_) ask_or_dial(now);
      break;
    case State::idle:
    case State::closed:
    case State::failed: break;
  }
}

Reading Lifecycle::receive(base::Instant now, std::uint32_t generation, MessageView message,
                           std::string& reply) {
  now_ = now;
  reply.clear();
  const bool has_transport = state_ == State::open || state_ == State::closing;
  if (!is_current(generation) || !has_transport) return {.meaning = Meaning::beat};
  const Reading reading = options_->dialect->read(Role::client, message, reply);
  feed_heartbeat(now, generation, beat::Received{});
  if (reading.meaning == Meaning::answer)
    feed_heartbeat(now, generation, beat::Answered{reading.sequence});
  if (reading.rhythm)
    feed_heartbeat(now, generation,
                   beat::Retimed{reading.rhythm->interval, reading.rhythm->timeout,
                                 reading.rhythm->silence_max});
  return reading;
}

ProbeForm Lifecycle::write_probe(std::uint32_t sequence, std::string& payload) const {
  return options_->dialect->write_probe(Role::client, sequence, payload);
}

base::Result<MessageId, SendError> Lifecycle::send(base::Instant now, Message message,
                                                   SendOptions options) {
  now_ = now;
  if (state_ == State::closed || state_ == State::failed ||
      (state_ == State::closing && after_closing_ == AfterClosing::stay_closed))
    return base::Failure{SendError::closed};
  if (state_ != State::open && options_->outbox.when_not_open == WhenNotOpen::refuse)
    return base::Failure{SendError::not_open};
  return outbox_.push(now, std::move(message), std::move(options));
}

bool Lifecycle::is_awaiting_answer() const noexcept {
  return state_ == State::open && heartbeat_.is_awaiting_answer();
}

// Steps.

void Lifecycle::begin_series(base::Instant now) {
  policy_.begin(now);
  ask_or_dial(now);
}

void Lifecycle::ask_or_dial(base::Instant now) {
  attempt_at_.reset();
  attempt_ends_at_.reset();
  if (is_held_) {
    state_ = State::suspended;
    return;
  }
  if (!options_->has_condition) return dial(now);
  state_ = State::waiting;
  if (!std::exchange(is_asking_, true)) actions_.push(action::AskWanted{});
}

void Lifecycle::dial(base::Instant now) {
  state_ = State::connecting;
  attempt_at_.reset();
  attempt_ends_at_ = base::add_saturated(now, options_->attempt_timeout);
  ++generation_;
  actions_.push(action::Dial{generation_, policy_.attempts(), urls_.index()});
}

void Lifecycle::close_transport(base::Instant now, AfterClosing after) {
  state_ = State::closing;
  closing_by_ = EndedBy::us;
  after_closing_ = after;
  // The deadline counts from the wish, so that what waits in front of the Close cannot delay it.
  closing_.on_sent(now);
  actions_.push(action::SendClose{});
}

void Lifecycle::lose(base::Instant now, EndedBy by, bool was_open) {
  attempt_ends_at_.reset();
  if (was_open) {
    leave_transport(now);
  } else {
    urls_.on_failed(now);
  }
  const auto verdict = options_->judge ? options_->judge(outcome_) : std::nullopt;
  const Decision decision = policy_.decide(now, outcome_, rng_, verdict);
  const bool will_retry = decision.retry && !is_held_;
  actions_.push(action::NotifyEnd{was_open, was_open && closing_.is_clean(), by, will_retry,
                                  decision.delay, decision.verdict});
  if (!decision.retry) {
    state_ = State::failed;
    actions_.push(action::NotifyGaveUp{decision.stop_reason, policy_.attempts()});
  } else if (is_held_) {
    state_ = State::suspended;
  } else {
    state_ = State::waiting;
    attempt_at_ = base::add_saturated(now, decision.delay);
    actions_.push(action::NotifyRetry{policy_.attempts(), decision.delay});
  }
}

void Lifecycle::leave_transport(base::Instant now) {
  outage_since_ = now;
  outbox_.on_lost();
  // A server that accepts and drops has not worked; with several URLs it must not hold us.
  const bool was_stable = now - opened_at_ >= options_->reconnect.stable_after;
  if (was_stable || outcome_.cause == Cause::user)
    urls_.on_lost(now);
  else
    urls_.on_failed(now);
}

void Lifecycle::finish_closing(base::Instant now) {
  if (after_closing_ == AfterClosing::decide) return lose(now, closing_by_, true);
  leave_transport(now);
  const bool again = after_closing_ == AfterClosing::start_again;
  actions_.push(action::NotifyEnd{.was_open = true,
                                  .is_clean = closing_.is_clean(),
                                  .by = closing_by_,
                                  .will_retry = again && !is_held_,
                                  .verdict = again ? Verdict::retry : Verdict::stop});
  state_ = State::closed;
  if (again) begin_series(now);
}

void Lifecycle::stop_without_transport() {
  state_ = State::closed;
  attempt_at_.reset();
  attempt_ends_at_.reset();
  outcome_ = {.cause = Cause::user, .text = "closed by the user"};
  actions_.push(action::NotifyEnd{.by = EndedBy::us, .verdict = Verdict::stop});
}

void Lifecycle::feed_heartbeat(base::Instant now, std::uint32_t generation,
                               const HeartbeatEvent& event) {
  if (state_ != State::open || !is_current(generation)) return;
  heartbeat_.handle(now, event);
  route_heartbeat(now);
}

void Lifecycle::route_heartbeat(base::Instant now) {
  while (const auto next = heartbeat_.poll()) {
    if (const auto* probe = std::get_if<heartbeat_action::SendProbe>(&*next)) {
      actions_.push(action::SendProbe{probe->sequence});
    } else if (const auto* suspect = std::get_if<heartbeat_action::Suspect>(&*next)) {
      actions_.push(action::NotifySuspect{suspect->silence});
    } else if (const auto* cleared = std::get_if<heartbeat_action::Cleared>(&*next)) {
      actions_.push(action::NotifyCleared{cleared->silence});
    } else if (const auto* measured = std::get_if<heartbeat_action::RoundTripMeasured>(&*next)) {
      interval_search_.on_survived(heartbeat_.interval());
      if (options_->interval_search.interval_max)
        heartbeat_.set_interval(interval_search_.current());
      actions_.push(action::NotifyHeartbeat{measured->round_trip});
    } else if (const auto* dead = std::get_if<heartbeat_action::Dead>(&*next)) {
      interval_search_.on_death(heartbeat_.interval());
      outcome_ = {.cause = Cause::heartbeat, .text = describe(*dead)};
      actions_.push(action::DropTransport{generation_});
      lose(now, EndedBy::us, true);
      return;
    }
  }
}

bool Lifecycle::is_current(std::uint32_t generation) const noexcept {
  return generation == generation_;
}

const char* validate(const LifecycleOptions& options) noexcept {
  if (const auto wrong = validate(options.heartbeat)) return *wrong;
  if (const char* wrong = validate(options.reconnect)) return wrong;
  if (options.dialect == nullptr) return "dialect is missing";
  if (options.urls.url_count == 0) return "there is no URL";
  if (const char* wrong = validate(options.closing)) return wrong;
  if (const char* wrong = validate(options.interval_search, options.heartbeat.interval))
    return wrong;
  if (options.attempt_timeout <= base::Duration::zero()) return "attempt_timeout must be above 0";
  if (options.wanted_interval <= base::Duration::zero()) return "wanted_interval must be above 0";
  return nullptr;
}

}  // namespace heartwire::core
