// The driver's half of ClientHost: what docs/driver.md asks, step by step.

#include "heartwire/sim/client_host.hpp"
#include "heartwire/sim/payload.hpp"
#include "heartwire/sim/world.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::sim {

namespace event = endpoint::client_event;
namespace life = core::lifecycle_action;
using base::Instant;

namespace {

constexpr std::size_t kReadBytesMax = 16'384;
/// More actions than this at one time are a hot loop.
constexpr int kActionsMax = 10'000;

}  // namespace

Flow& ClientHost::transport() {
  return world_.flow(*flow_);
}

/// Whatever woke us: what is there is read before a tick, so that it counts.
void ClientHost::take_turn() {
  has_handled_ = false;
  is_only_tick_ = false;
  if (flow_) read_what_is_there();
  if (is_stopped_) return;
  if (flow_ && is_blocked_ && transport().has_room(Side::client)) run();
  if (is_stopped_) return;
  if (handshake_ends_at_ && local() >= *handshake_ends_at_)
    return end_transport(core::Cause::connect_timeout);
  const auto due = endpoint_->deadline();
  // An early tick is harmless, and now and then there is one.
  if ((due && *due <= local()) || world_.rng().below(16) == 0) tick();
  if (!is_stopped_) rearm();
}

void ClientHost::handle(const endpoint::ClientEvent& event) {
  has_handled_ = true;
  endpoint_->handle(local(), event, world_.workspace());
}

void ClientHost::run() {
  while (!is_stopped_) {
    // One look more finds what the last step of the one before let expire.
    poll_all();
    while (poll_all()) {
    }
    if (is_stopped_ || !flush()) break;
  }
  world_.workspace().output.clear();
  world_.workspace().input = {};
  if (is_stopped_) return;
  rearm();
  tell_turn();
}

bool ClientHost::poll_all() {
  bool has_acted = false;
  for (int actions = 0; !is_stopped_; ++actions) {
    if (actions > kActionsMax) {
      tell(record::Spun{});
      return false;
    }
    const auto action = endpoint_->poll(local(), world_.workspace());
    if (!action) break;
    has_acted = true;
    perform(*action);
  }
  return has_acted;
}

void ClientHost::perform(const endpoint::ClientAction& action) {
  std::visit(Overloaded{
                 [this](const life::Dial& one) { perform_dial(one); },
                 [this](const life::NotifyEnd& one) { perform_end(one); },
                 [this](const life::AskWanted&) {
                   tell(record::Asked{});
                   const auto delay = world_.rng().between({}, std::chrono::milliseconds{300});
                   world_.push({world_.now() + delay, Event::Kind::wanted, index_, ++question_});
                 },
                 [this](const life::AbortDial& one) {
                   tell(record::Aborted{one.generation});
                   drop_transport(false);
                 },
                 [this](const life::DropTransport& one) {
                   tell(record::Dropped{one.generation});
                   drop_transport(true);
                 },
                 [this](const life::NotifyOpen& one) {
                   handshake_ends_at_.reset();
                   if (const auto* agreed = endpoint_->compression()) tap_->agree(agreed->agreed());
                   tell(record::Opened{one.generation, one.is_first, one.attempts});
                 },
                 [this](const life::NotifyRetry& one) {
                   tell(record::Retrying{one.attempt, one.delay});
                 },
                 [this](const life::NotifyGaveUp& one) { tell(record::GaveUp{one.reason}); },
                 [this](const life::NotifySuspect& one) { tell(record::Suspected{one.silence}); },
                 [this](const life::NotifyCleared& one) { tell(record::Cleared{one.silence}); },
                 [this](const life::NotifyHeartbeat& one) { tell(record::Beaten{one.round_trip}); },
                 [this](const life::NotifyExpired& one) {
                   std::erase(queued_, one.id);
                   tell(record::Expired{one.id});
                 },
                 [this](const endpoint::client_action::AskGreeting& one) { perform_greeting(one); },
                 [this](const endpoint::client_action::Deliver& one) {
                   tell(record::Received{generation_, number_in(one.message.payload)});
                 },
                 [](const endpoint::client_action::NotifyWritable&) {},
             },
             action);
  // A user may stop the client from inside of any hook.
  if (is_stop_due_ && !is_stopped_) stop();
}

/// At once or later, as a callback that has to ask somebody.
void ClientHost::perform_greeting(const endpoint::client_action::AskGreeting& ask) {
  if (world_.rng().below(4) == 0) {
    const auto delay = world_.rng().between({}, std::chrono::seconds{1});
    world_.push({world_.now() + delay, Event::Kind::greeting, index_, ask.generation});
    return;
  }
  handle(event::Greeting{ask.generation, {setup().greeting}});
}

/// 0 for the server's welcome.
std::uint32_t ClientHost::number_in(std::string_view payload) {
  const auto& welcome = world_.scenario().servers[transport().name().server].welcome;
  return welcome && payload == welcome->payload ? 0 : number_of(payload);
}

void ClientHost::perform_dial(const life::Dial& dial) {
  tell(record::Dialled{dial.generation, dial.attempt, dial.url_index});
  drop_transport(false);
  generation_ = dial.generation;
  attempt_ = Attempt{DialAttempt(world_.now(), setup().dial), dial.generation, dial.url_index};
  world_.push({attempt_->dial.next(), Event::Kind::dial, index_, dial.generation});
}

void ClientHost::perform_end(const life::NotifyEnd& end) {
  const core::Outcome& outcome = endpoint_->lifecycle().last_outcome();
  record::Ended told;
  told.was_open = end.was_open;
  told.is_clean = end.is_clean;
  told.by = end.by;
  told.will_retry = end.will_retry;
  told.delay = end.delay;
  told.cause = outcome.cause;
  told.code = outcome.code;
  told.retry_after = outcome.retry_after;
  told.generation = endpoint_->lifecycle().generation();
  told.is_tainted = is_path_tainted_;
  tell(told);
}

bool ClientHost::flush() {
  base::Bytes& output = world_.workspace().output;
  if (!flow_) {
    output.clear();
    return false;
  }
  kept_.insert(kept_.end(), output.begin(), output.end());
  output.clear();
  if (kept_.empty()) return false;
  const bool was_blocked = is_blocked_;
  const std::size_t count = transport().write(Side::client, world_.now(), kept_);
  for (const std::uint32_t number :
       tap_->take(base::ByteView{kept_}.first(count), world_.workspace()))
    tell(record::Carried{number, generation_});
  kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(count));
  is_blocked_ = !kept_.empty();
  world_.touch(transport());
  if (count == 0) return false;
  tell(record::Wrote{count, was_blocked});
  const std::size_t queued = endpoint_->lifecycle().outbox().count();
  handle(event::Written{generation_, count, was_blocked});
  track_written(queued);
  return true;
}

/// Only what was written leaves the outbox within one report, oldest first.
void ClientHost::track_written(std::size_t queued_before) {
  const std::size_t queued = endpoint_->lifecycle().outbox().count();
  for (std::size_t i = queued; i < queued_before && !queued_.empty(); ++i) {
    tell(record::Left{queued_.front(), generation_});
    queued_.pop_front();
  }
}

void ClientHost::read_what_is_there() {
  while (flow_ && !is_stopped_) {
    const std::uint32_t id = *flow_;
    switch (transport().status(Side::client)) {
      case Flow::Status::would_block: return;
      case Flow::Status::ended:
      case Flow::Status::failed: return end_transport(core::Cause::lost);
      case Flow::Status::readable: break;
    }
    base::Bytes bytes = transport().read(Side::client, world_.now(), kReadBytesMax);
    world_.touch(transport());
    tell(record::Read{bytes.size()});
    handle(event::Received{generation_, bytes});
    run();
    if (flow_ != id) return;
  }
}

void ClientHost::tick() {
  event::Tick tick;
  if (flow_ && endpoint_->is_awaiting_answer())
    tick.unacknowledged = transport().unacknowledged(Side::client);
  is_only_tick_ = !has_handled_;
  handle(tick);
  run();
}

void ClientHost::end_transport(core::Cause cause) {
  drop_transport(false);
  tell(record::Lost{generation_, cause});
  core::Outcome outcome;
  outcome.cause = cause;
  handle(event::Ended{generation_, outcome});
  run();
}

void ClientHost::drop_transport(bool has_last_word) {
  is_path_tainted_ = flow_ && transport().is_tainted();
  if (flow_) {
    base::Bytes& output = world_.workspace().output;
    if (has_last_word && kept_.empty()) transport().write(Side::client, world_.now(), output);
    output.clear();
    transport().close(Side::client, world_.now());
    world_.touch(transport());
  }
  flow_.reset();
  tap_.reset();
  attempt_.reset();
  handshake_ends_at_.reset();
  kept_.clear();
  is_blocked_ = false;
}

void ClientHost::rearm() {
  auto due = endpoint_->deadline();
  if (handshake_ends_at_) due = due ? std::min(*due, *handshake_ends_at_) : *handshake_ends_at_;
  if (!due) return;
  const Instant latest = std::max(clock_.world(*due), world_.now()) + setup().timer_slack;
  if (timer_at_ && *timer_at_ <= latest) return;
  timer_at_ = latest - world_.rng().between({}, setup().timer_slack);
  world_.push({*timer_at_, Event::Kind::client, index_});
}

void ClientHost::tell_turn() {
  if (!std::exchange(has_handled_, false)) return;
  const core::Lifecycle& lifecycle = endpoint_->lifecycle();
  record::Turned turned;
  turned.state = lifecycle.state();
  turned.generation = lifecycle.generation();
  turned.deadline = endpoint_->deadline();
  turned.outbox_deadline = lifecycle.outbox().deadline();
  turned.queued = lifecycle.outbox().count();
  turned.queued_bytes = lifecycle.outbox().bytes();
  turned.unacknowledged = flow_ ? transport().unacknowledged(Side::client) + kept_.size() : 0;
  turned.is_tick = std::exchange(is_only_tick_, false);
  tell(turned);
}

}  // namespace heartwire::sim
