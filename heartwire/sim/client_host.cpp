#include "heartwire/sim/client_host.hpp"

#include "heartwire/sim/payload.hpp"
#include "heartwire/sim/world.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>

namespace heartwire::sim {

namespace event = endpoint::client_event;
namespace tell_it = core::lifecycle_event;
using base::Duration;
using base::Instant;
using Wish = record::Wished::Kind;

ClientHost::ClientHost(World& world, std::uint32_t index)
    : world_(world), index_(index), clock_(world.scenario().clients[index].clock) {}

bool ClientHost::is_away() const noexcept {
  return condition_.is_stalled || condition_.is_down || !endpoint_;
}

Instant ClientHost::local() const noexcept {
  return clock_.local(world_.now());
}

const ClientSetup& ClientHost::setup() const noexcept {
  return world_.scenario().clients[index_];
}

void ClientHost::tell(const What& what) {
  world_.tell({world_.now(), local(), index_, what});
}

// What faults do.

void ClientHost::boot() {
  if (endpoint_ || is_stopped_) return;
  endpoint_.emplace(setup().endpoint, world_.rng().next());
  queued_.clear();
  timer_at_.reset();
  tell(record::Booted{});
  if (has_wanted_) do_deed({.kind = Deed::Kind::start});
}

void ClientHost::crash() {
  if (flow_) world_.flow(*flow_).vanish(Side::client, world_.now());
  flow_.reset();
  tap_.reset();
  attempt_.reset();
  handshake_ends_at_.reset();
  endpoint_.reset();
  kept_.clear();
  held_.clear();
  generation_ = 0;
  is_blocked_ = is_stop_due_ = false;
}

void ClientHost::set_condition(const ClientCondition& condition) {
  const ClientCondition before = std::exchange(condition_, condition);
  const Instant now = world_.now();
  const bool was_away = before.is_stalled || before.is_down;
  const bool is_gone = condition.is_stalled || condition.is_down;
  if (condition.is_down && !before.is_down) clock_.fall_asleep(now);
  if (!condition.is_down && before.is_down) clock_.wake_up(now);
  if (condition.is_down != before.is_down) world_.set_down(Side::client, index_, condition.is_down);
  if (is_gone && !was_away) away_since_ = now;
  if (is_gone || !was_away || !endpoint_) return;
  come_back(now - away_since_);
  // Where the steady clock stood, the driver's comparison of clocks says so.
  if (before.is_down && !setup().clock.counts_sleep && !is_stopped_)
    wish(tell_it::CheckNow{}, Wish::check_now);
}

void ClientHost::come_back(Duration away) {
  if (is_stopped_) return;
  tell(record::Away{away});
  take_turn();
  for (const Deed& deed : std::exchange(held_, {})) do_deed(deed);
}

void ClientHost::jump_clock(Duration forward) {
  clock_.jump(world_.now(), forward);
  if (is_away() || is_stopped_) return;
  tell(record::Away{forward});
  take_turn();
}

void ClientHost::jump_wall() {
  if (!is_away() && !is_stopped_) wish(tell_it::CheckNow{}, Wish::check_now);
}

void ClientHost::misreport() {
  if (is_away() || is_stopped_) return;
  take_turn();
  // What is due by now, as a message that expires, is not the report's doing.
  if (!is_stopped_) tick();
  if (is_stopped_) return;
  const core::Lifecycle& life = endpoint_->lifecycle();
  const bool has_transport = flow_ || attempt_;
  const std::uint32_t newest = life.generation() - (has_transport ? 1 : 0);
  if (life.generation() == 0 || newest == 0) return;
  const auto generation =
      newest - static_cast<std::uint32_t>(world_.rng().below(std::min(newest, 3U)));
  const auto snapshot = [&] {
    return std::tuple{life.state(),          life.generation(),     endpoint_->deadline(),
                      life.outbox().count(), life.outbox().bytes(), life.last_outcome()};
  };
  base::Bytes bytes{0x89, 0x00, 0x81, 0x01, 'x'};  // A Ping and a message.
  core::Outcome outcome;
  outcome.cause = core::Cause::lost;
  auto handshake = endpoint::ClientHandshake::make(*ws::parse_url("ws://stale.example/"), {}, {});
  const std::array<std::pair<std::string_view, endpoint::ClientEvent>, 5> reports{{
      {"connected", event::Connected{generation, std::move(handshake).value()}},
      {"ended", event::Ended{generation, outcome}},
      {"received", event::Received{generation, bytes}},
      {"written", event::Written{generation, 1, false}},
      {"greeting", event::Greeting{generation, {{core::MessageType::text, "stale"}}}},
  }};
  const auto& [what, report] = reports[world_.rng().below(reports.size())];
  const auto before = snapshot();
  endpoint_->handle(local(), report, world_.workspace());
  const bool has_acted = poll_all();
  const bool has_changed =
      !endpoint_ || has_acted || before != snapshot() || !world_.workspace().output.empty();
  tell(record::Misreported{what, has_changed});
  if (endpoint_ && !is_stopped_) run();
}

// What users do.

void ClientHost::do_deed(const Deed& deed) {
  if (is_stopped_) return;
  if (!endpoint_) {
    // Who starts the program again starts the client as well.
    has_wanted_ |= deed.kind == Deed::Kind::start;
    return;
  }
  if (is_away()) {
    held_.push_back(deed);
    return;
  }
  using Task = Deed::Kind;
  switch (deed.kind) {
    case Task::start: return wish(tell_it::Start{}, Wish::start);
    case Task::reconnect: return wish(tell_it::Reconnect{}, Wish::reconnect);
    case Task::close:
      return wish(tell_it::Close{static_cast<std::uint16_t>(deed.amount), "bye"}, Wish::close);
    case Task::suspend: return wish(tell_it::Suspend{}, Wish::suspend);
    case Task::resume: return wish(tell_it::Resume{}, Wish::resume);
    case Task::check_now: return wish(tell_it::CheckNow{}, Wish::check_now);
    case Task::stop: is_stop_due_ = true; return;
    case Task::send: return send(deed);
    case Task::server_send:
    case Task::server_close: return;
  }
}

void ClientHost::wish(const endpoint::ClientEvent& wish, Wish kind) {
  if (is_away()) return;
  if (kind == Wish::start || kind == Wish::reconnect) has_wanted_ = true;
  if (kind == Wish::close) has_wanted_ = false;
  tell(record::Wished{kind});
  handle(wish);
  run();
}

void ClientHost::send(const Deed& deed) {
  std::string payload = "m" + std::to_string(deed.number) + ' ';
  payload.resize(std::max<std::size_t>(payload.size(), deed.amount), 'x');
  core::SendOptions options;
  if (deed.time_to_live > Duration::zero()) options.time_to_live = deed.time_to_live;
  const bool is_mortal = options.time_to_live.has_value();
  const auto sent =
      endpoint_->send(local(), {core::MessageType::text, std::move(payload)}, std::move(options));
  if (sent) {
    queued_.push_back(*sent);
    tell(record::Sent{deed.number, *sent, is_mortal});
  } else {
    tell(record::Refused{deed.number, sent.error()});
  }
  run();
}

void ClientHost::stop() {
  tell(record::Stopped{});
  is_stopped_ = true;
  drop_transport(false);
}

bool ClientHost::puts_off(Event::Kind answer, std::uint32_t detail) {
  if (!is_away()) return false;
  world_.push({world_.now() + std::chrono::milliseconds{100}, answer, index_, detail});
  return true;
}

void ClientHost::answer_wanted(std::uint32_t question) {
  if (question != question_ || is_stopped_ || !endpoint_) return;
  if (puts_off(Event::Kind::wanted, question)) return;
  handle(tell_it::Wanted{world_.is_calm() || world_.rng().below(3) != 0});
  run();
}

void ClientHost::answer_greeting(std::uint32_t generation) {
  if (is_stopped_ || !endpoint_ || puts_off(Event::Kind::greeting, generation)) return;
  handle(event::Greeting{generation, {setup().greeting}});
  run();
}

void ClientHost::become_calm() {
  if (is_stopped_ || !endpoint_) return;
  wish(tell_it::Resume{}, Wish::resume);
}

void ClientHost::on_recovered() {
  if (is_stopped_ || !endpoint_) return;
  has_handled_ = true;
  tell_turn();
}

void ClientHost::pulse() {
  if (is_stopped_ || is_away()) return;
  tell(record::Pulse{});
  // Who gave up is asked again by somebody who noticed.
  if (world_.is_calm() && has_wanted_ && endpoint_->lifecycle().state() == core::State::failed)
    wish(tell_it::Reconnect{}, Wish::reconnect);
}

void ClientHost::finish() {
  on_recovered();
}

// What wakes it.

void ClientHost::on_timer() {
  if (timer_at_ && *timer_at_ <= world_.now()) timer_at_.reset();
  if (!is_away() && !is_stopped_) take_turn();
}

void ClientHost::on_flow(std::uint32_t id) {
  if (flow_ == id && !is_away() && !is_stopped_) take_turn();
}

void ClientHost::on_dial(std::uint32_t generation) {
  if (!attempt_ || attempt_->generation != generation || is_stopped_ || !endpoint_) return;
  const auto result =
      attempt_->dial.step(world_.now(), world_.surroundings(index_, attempt_->server));
  using Result = DialAttempt::Result;
  if (result == Result::pending || is_away()) {
    // What the kernel has to say waits until the loop asks.
    const Instant again =
        std::max(attempt_->dial.next(),
                 is_away() ? world_.now() + std::chrono::milliseconds{100} : world_.now());
    world_.push({again, Event::Kind::dial, index_, generation});
    return;
  }
  const std::uint32_t server = attempt_->server;
  switch (result) {
    case Result::dns: return end_transport(core::Cause::dns);
    case Result::refused: return end_transport(core::Cause::refused);
    case Result::timed_out: return end_transport(core::Cause::connect_timeout);
    case Result::pending:
    case Result::connected: break;
  }
  attempt_.reset();
  Flow& flow = world_.connect(index_, generation, server);
  flow.set_user_timeout(Side::client, setup().endpoint.lifecycle.heartbeat.interval +
                                          setup().endpoint.lifecycle.heartbeat.timeout);
  flow_ = flow.name().id;
  handshake_ends_at_ = local() + setup().handshake_timeout;
  ws::HandshakeKey key{};
  for (std::uint8_t& octet : key) octet = static_cast<std::uint8_t>(world_.rng().below(256));
  ws::HandshakeRequestOptions request;
  request.deflate = setup().endpoint.deflate;
  auto handshake =
      endpoint::ClientHandshake::make(*ws::parse_url("ws://sim.example/"), std::move(request), key);
  tap_.emplace(handshake.value().request_head().size());
  tell(record::Connected{generation});
  handle(event::Connected{generation, std::move(handshake).value()});
  run();
}

}  // namespace heartwire::sim
