#include "tests/support/lifecycle_world.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <sstream>
#include <utility>
#include <variant>

namespace heartwire::support {

using base::Duration;
using base::Instant;
using core::State;
using core::operator<<;  // Not found by itself: a variant belongs to the namespaces of its members.
namespace action = core::lifecycle_action;
namespace event = core::lifecycle_event;

namespace {

/// Not the epoch, and not a round number: nothing may depend on where a driver's clock begins.
constexpr Instant kBeginning = base::instant(std::chrono::hours{1'203});

/// More ticks than this without time moving on are a hot loop.
constexpr int kTicksAtOnceMax = 20;

/// What `busy` sends is not told in the transcript.
constexpr char kUntold = 'b';

std::string seconds(Instant when) {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(when - kBeginning).count();
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%03lld", static_cast<long long>(ms / 1000),
                static_cast<long long>(ms % 1000));
  return text;
}

core::Outcome closed_by_peer(const Step& step) {
  return {.cause = core::Cause::closed,
          .code = static_cast<std::uint16_t>(step.amount),
          .retry_after = step.extra_time(),
          .text = "the peer closed"};
}

}  // namespace

LifecycleWorld::LifecycleWorld(core::LifecycleOptions options, std::uint64_t seed)
    : options_(std::move(options)),
      machine_(options_, seed),
      invariants_(options_, machine_),
      now_(kBeginning) {}

LifecycleWorld& LifecycleWorld::play(const Step& step) {
  if (is_late_report(step.verb))
    play_late(step.verb);
  else if (step.verb == Verb::run)
    run_until(now_ + step.time());
  else if (step.verb == Verb::stall)
    stall(step.time());
  else if (!play_wish(step) && !play_peer(step))
    play_link(step);
  return *this;
}

LifecycleWorld& LifecycleWorld::play(const Script& script) {
  for (const Step& step : script) play(step);
  return *this;
}

LifecycleWorld& LifecycleWorld::say(const core::LifecycleEvent& what) {
  feed(what);
  carry_out();
  return *this;
}

void LifecycleWorld::settle() {
  play("busy 0s\n link flows\n bulk 0\n peer accepts\n peer answers\n condition yes\n resume");
  const Instant end = now_ + std::chrono::hours{3};
  const auto is_settled = [this] {
    const State state = machine_.state();
    return state == State::open || state == State::failed || !is_wanted();
  };
  do {
    run_until(now_ + std::chrono::minutes{1});
  } while (!is_settled() && now_ < end);
}

std::vector<std::string> LifecycleWorld::heard() {
  return std::exchange(transcript_, {});
}

std::string LifecycleWorld::standing() const {
  const auto deadline = machine_.deadline();
  return std::string(core::name(machine_.state())) +
         (deadline ? ", deadline " + seconds(*deadline) : ", no deadline");
}

// Steps.

bool LifecycleWorld::play_wish(const Step& step) {
  switch (step.verb) {
    case Verb::start: say(event::Start{}); break;
    case Verb::reconnect: say(event::Reconnect{}); break;
    case Verb::close: say(event::Close{static_cast<std::uint16_t>(step.amount), {}}); break;
    case Verb::suspend: say(event::Suspend{}); break;
    case Verb::resume: say(event::Resume{}); break;
    case Verb::check_now: say(event::CheckNow{}); break;
    case Verb::send: send(static_cast<std::size_t>(step.amount), step.extra_time(), 'x'); break;
    case Verb::busy:
      busy_period_ = step.time();
      busy_at_ = now_ + busy_period_;
      break;
    case Verb::condition_yes:
    case Verb::condition_no:
    case Verb::condition_later:
      condition_ = step.verb;
      if (is_asked_) perform(action::AskWanted{});
      carry_out();
      break;
    default: return false;
  }
  return true;
}

bool LifecycleWorld::play_peer(const Step& step) {
  switch (step.verb) {
    case Verb::peer_accepts:
    case Verb::peer_closes_at_once:
    case Verb::peer_refuses:
    case Verb::peer_ignores:
    case Verb::peer_status:
      if (!step.url) receptions_.clear();
      (step.url ? receptions_[*step.url] : reception_) = step;
      break;
    case Verb::peer_answers:
    case Verb::peer_silent: is_silent_ = step.verb == Verb::peer_silent; break;
    case Verb::peer_says:
      if (transport_ && transport_->is_open) say(event::Received{transport_->generation});
      break;
    case Verb::peer_closes: {
      if (!transport_ || !transport_->is_open) break;
      const std::uint32_t generation = transport_->generation;
      if (!is_silent_) schedule(kRoundTrip, event::Ended{generation, {core::Cause::lost}});
      say(event::PeerClosing{generation, closed_by_peer(step)});
      break;
    }
    case Verb::peer_drops:
      if (!transport_) break;
      say(event::Ended{transport_->generation,
                       {transport_->is_open ? core::Cause::lost : core::Cause::refused}});
      break;
    default: return false;
  }
  return true;
}

bool LifecycleWorld::play_link(const Step& step) {
  switch (step.verb) {
    case Verb::link_flows:
      is_stuck_ = false;
      if (probe_) write_probe();
      if (in_flight_) {
        write_message(*std::exchange(in_flight_, std::nullopt), true);
        soon_.back() = event::Sent{.generation = transport_->generation, .was_blocked = true};
      }
      carry_out();
      break;
    case Verb::link_stuck: is_stuck_ = true; break;
    case Verb::bulk:
      if (transport_) bulk_ = {step.amount, step.extra.value_or(0), now_};
      break;
    default: return false;
  }
  return true;
}

void LifecycleWorld::play_late(Verb verb) {
  const std::uint32_t generation = machine_.generation() - (transport_ ? 1 : 0);
  switch (verb) {
    case Verb::late_opened: say(event::Opened{generation}); break;
    case Verb::late_ended: say(event::Ended{generation, {core::Cause::tls}}); break;
    case Verb::late_closing:
      say(event::PeerClosing{generation, {core::Cause::closed, 1008}});
      break;
    case Verb::late_received: say(event::Received{generation}); break;
    case Verb::late_answered: say(event::Answered{generation, 1}); break;
    default: say(event::ProbeSent{generation, 1}); break;
  }
}

// Time.

void LifecycleWorld::run_until(Instant end) {
  int ticks_at_once = 0;
  for (;;) {
    const Instant due = scheduled_.empty() ? Instant::max() : scheduled_.begin()->first;
    const Instant deadline = machine_.deadline().value_or(Instant::max());
    const Instant busy = busy_period_ > Duration::zero() ? busy_at_ : Instant::max();
    const Instant next = std::min({due, deadline, busy});
    if (next > end) break;
    if (next > now_) ticks_at_once = 0;
    now_ = std::max(now_, next);
    if (due == next) {
      deliver_due();
    } else if (busy == next) {
      busy_at_ = now_ + busy_period_;
      send(10, std::nullopt, kUntold);
    } else {
      tick();
      if (++ticks_at_once <= kTicksAtOnceMax) continue;
      invariants_.complain(9, "time does not move on");
      break;
    }
  }
  now_ = std::max(now_, end);
}

void LifecycleWorld::stall(Duration time) {
  now_ += time;
  invariants_.on_excuse();
  while (!scheduled_.empty() && scheduled_.begin()->first <= now_) deliver_due();
  tick();
}

void LifecycleWorld::tick() {
  event::Tick tick;
  if (bulk_.bytes > 0 && machine_.is_awaiting_answer())
    tick.backlog = static_cast<std::uint64_t>(backlog());
  say(tick);
}

void LifecycleWorld::schedule(Duration delay, const core::LifecycleEvent& what) {
  scheduled_.emplace(now_ + delay, what);
}

void LifecycleWorld::deliver_due() {
  const core::LifecycleEvent what = scheduled_.begin()->second;
  scheduled_.erase(scheduled_.begin());
  say(what);
}

// The driver.

void LifecycleWorld::feed(const core::LifecycleEvent& what) {
  invariants_.before(now_, what);
  const auto* ended = std::get_if<event::Ended>(&what);
  if (ended && transport_ && ended->generation == transport_->generation) lose_transport();
  machine_.handle(now_, what);
}

void LifecycleWorld::carry_out() {
  for (;;) {
    while (const auto next = machine_.poll()) {
      std::ostringstream line;
      line << *next;
      log(line.str());
      invariants_.on_action(now_, *next);
      std::visit([&](const auto& one) { perform(one); }, *next);
    }
    if (soon_.empty()) write_waiting();
    if (soon_.empty()) break;
    feed(std::exchange(soon_.front(), {}));
    soon_.pop_front();
  }
  if (is_stuck_ || (bulk_.rate > 0 && backlog() > 0)) invariants_.on_excuse();
  invariants_.after(now_);
}

void LifecycleWorld::perform(const action::AskWanted&) {
  is_asked_ = condition_ == Verb::condition_later;
  if (!is_asked_) soon_.emplace_back(event::Wanted{condition_ == Verb::condition_yes});
}

void LifecycleWorld::perform(const action::Dial& dial) {
  transport_ = Transport{dial.generation, dial.url_index, false};
  const auto own = receptions_.find(dial.url_index);
  const Step& reception = own == receptions_.end() ? reception_ : own->second;
  const auto code = static_cast<std::uint16_t>(reception.amount);
  core::Outcome failure;
  switch (reception.verb) {
    case Verb::peer_ignores: return;
    case Verb::peer_refuses: failure = {.cause = core::Cause::refused}; break;
    case Verb::peer_status:
      failure = {
          .cause = core::Cause::http_status, .code = code, .retry_after = reception.extra_time()};
      break;
    case Verb::peer_closes_at_once:
      schedule(kRoundTrip * 3 / 2, event::PeerClosing{dial.generation, closed_by_peer(reception)});
      schedule(kRoundTrip * 2, event::Ended{dial.generation, {core::Cause::lost}});
      [[fallthrough]];
    default: return schedule(kRoundTrip, event::Opened{dial.generation});
  }
  schedule(kRoundTrip, event::Ended{dial.generation, failure});
}

void LifecycleWorld::perform(const action::AbortDial&) {
  lose_transport();
}

void LifecycleWorld::perform(const action::DropTransport&) {
  lose_transport();
}

void LifecycleWorld::perform(const action::SendProbe& probe) {
  probe_ = probe.sequence;
  if (!is_stuck_) write_probe();
}

void LifecycleWorld::perform(const action::SendClose&) {
  is_close_due_ = true;
}

void LifecycleWorld::perform(const action::NotifyOpen&) {
  if (transport_) transport_->is_open = true;
}

// The way.

void LifecycleWorld::send(std::size_t size, std::optional<Duration> time_to_live, char fill) {
  const auto sent = machine_.send(now_, {core::MessageType::text, std::string(size, fill)},
                                  {.time_to_live = time_to_live});
  if (sent)
    invariants_.on_accepted(*sent);
  else if (fill != kUntold)
    log(std::string("refused: ") + core::describe(sent.error()));
  carry_out();
}

void LifecycleWorld::write_waiting() {
  const bool is_writable = machine_.state() == State::open || is_close_due_;
  if (!transport_ || !transport_->is_open || !is_writable || in_flight_) return;
  if (is_stuck_) {
    // Part of one message is taken; it can no longer expire.
    if (const auto taken = machine_.outbox().take(now_)) in_flight_ = taken->id;
    return;
  }
  while (const auto taken = machine_.outbox().take(now_))
    write_message(taken->id, !taken->message.payload.starts_with(kUntold));
  if (std::exchange(is_close_due_, false)) write_close();
}

void LifecycleWorld::write_message(core::MessageId id, bool is_told) {
  machine_.outbox().on_written(id);
  invariants_.on_written(id);
  if (is_told) log("write message=" + std::to_string(id));
  soon_.emplace_back(event::Sent{transport_->generation});
}

void LifecycleWorld::write_close() {
  const std::uint32_t generation = transport_->generation;
  log("write close=" + std::to_string(machine_.close_code()));
  soon_.emplace_back(event::Sent{generation});
  if (is_silent_) return;
  schedule(kRoundTrip,
           event::PeerClosing{generation, {core::Cause::closed, machine_.close_code()}});
  schedule(kRoundTrip, event::Ended{generation, {core::Cause::lost}});
}

void LifecycleWorld::write_probe() {
  const std::uint32_t sequence = *std::exchange(probe_, std::nullopt);
  const std::uint32_t generation = transport_->generation;
  soon_.emplace_back(event::Sent{generation});
  soon_.emplace_back(event::ProbeSent{generation, sequence});
  const std::int64_t ahead = backlog();
  if (is_silent_ || (ahead > 0 && bulk_.rate == 0)) return;
  const Duration drain =
      ahead == 0 ? Duration::zero() : Duration{std::chrono::seconds{ahead}} / bulk_.rate;
  schedule(kRoundTrip + drain, event::Received{generation});
  schedule(kRoundTrip + drain, event::Answered{generation, sequence});
}

void LifecycleWorld::lose_transport() {
  transport_.reset();
  in_flight_.reset();
  probe_.reset();
  is_close_due_ = false;
  bulk_ = {};
}

/// Of what was sent, the bytes that the peer has not taken in.
std::int64_t LifecycleWorld::backlog() const {
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(now_ - bulk_.since).count();
  return std::max<std::int64_t>(0, bulk_.bytes - bulk_.rate * ms / 1000);
}

void LifecycleWorld::log(const std::string& line) {
  transcript_.push_back(seconds(now_) + ' ' + line);
}

}  // namespace heartwire::support
