#include "heartwire/sim/server_connection.hpp"

#include "heartwire/sim/payload.hpp"
#include "heartwire/sim/server_host.hpp"
#include "heartwire/sim/world.hpp"
#include "heartwire/ws/retry_after.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace heartwire::sim {

namespace event = endpoint::server_event;
namespace action = endpoint::server_action;
using base::Duration;
using base::Instant;

namespace {

constexpr std::size_t kReadBytesMax = 16'384;
constexpr Duration kSlowReadInterval = std::chrono::milliseconds{100};
constexpr Duration kLingerTime = std::chrono::seconds{2};
constexpr int kActionsMax = 10'000;

}  // namespace

ServerConnection::ServerConnection(World& world, ServerHost& host, Flow& flow,
                                   const std::optional<core::Refusal>& why_not)
    : world_(world),
      host_(host),
      flow_(flow),
      refusal_(why_not),
      deadline_(host.local() + host.setup().handshake_timeout) {
  rearm();
}

const ServerSetup& ServerConnection::setup() const noexcept {
  return host_.setup();
}

void ServerConnection::tell(const What& what) {
  world_.tell({world_.now(), host_.local(), flow_.name().client, what});
}

void ServerConnection::take_turn() {
  read_what_is_there();
  if (stage_ == Stage::gone) return;
  if (is_blocked_ && flow_.has_room(Side::server)) run();
  if (stage_ == Stage::gone) return;
  on_timer();
  if (stage_ != Stage::gone) rearm();
}

void ServerConnection::read_what_is_there() {
  const ServerCondition& condition = host_.condition();
  while (stage_ != Stage::gone) {
    if (condition.reads_nothing && stage_ != Stage::lingering) return;
    std::size_t most = kReadBytesMax;
    if (condition.read_bytes_max > 0) {
      if (world_.now() < reads_at_) return;
      most = condition.read_bytes_max;
    }
    const auto status = flow_.status(Side::server);
    if (status == Flow::Status::would_block) return;
    if (status != Flow::Status::readable) return on_transport_end();
    base::Bytes bytes = flow_.read(Side::server, world_.now(), most);
    world_.touch(flow_);
    if (condition.read_bytes_max > 0) reads_at_ = world_.now() + kSlowReadInterval;
    tell(record::ServerRead{flow_.name().id, bytes.size()});
    receive(bytes);
  }
}

void ServerConnection::receive(base::MutableByteView bytes) {
  switch (stage_) {
    case Stage::reading_request: {
      if (host_.condition().reception == Reception::ignore) return;
      const auto step = handshake_.receive(bytes);
      if (!step) return;
      if (const auto* fault = std::get_if<ws::HttpRefusal>(&*step)) return refuse(*fault);
      early_.assign(bytes.begin(), bytes.end());
      return judge(std::get<ws::UpgradeRequest>(*step));
    }
    case Stage::answering: early_.insert(early_.end(), bytes.begin(), bytes.end()); return;
    case Stage::open: handle(event::Received{bytes}); return run();
    case Stage::lingering:
    case Stage::gone: return;
  }
}

void ServerConnection::judge(const ws::UpgradeRequest& request) {
  request_ = request;
  stage_ = Stage::answering;
  deadline_ = host_.local() + host_.condition().handshake_delay;
  if (host_.condition().handshake_delay == Duration::zero()) answer();
}

void ServerConnection::answer() {
  if (refusal_)
    return refuse({refusal_->http_status, "Too many at once.", refusal_->retry_after, {}});
  if (const auto wait = host_.drain_retry_after())
    return refuse({503, "The server is going away.", *wait, {}});
  const ServerCondition& condition = host_.condition();
  if (condition.reception == Reception::http_status) {
    ws::HttpRefusal refusal;
    refusal.status = condition.code;
    if (condition.code == 429 || condition.code == 503)
      refusal.retry_after = std::chrono::seconds{1 + world_.rng().below(15)};
    return refuse(refusal);
  }
  open();
  if (stage_ != Stage::open) return;
  switch (condition.reception) {
    case Reception::fin: return vanish(true);
    case Reception::reset: tell(record::ServerGone{flow_.name().id}); return release(true);
    case Reception::close: return close(condition.code);
    case Reception::accept:
    case Reception::http_status:
    case Reception::ignore: return;
  }
}

void ServerConnection::open() {
  const auto& deflate = setup().endpoint.deflate;
  const auto agreed = deflate ? ws::accept_deflate_offer(*deflate, request_->extensions)
                              : std::optional<ws::DeflateAnswer>{};
  const std::string head =
      ws::make_accept(*request_, {}, {}, agreed ? agreed->text : std::string{}).value();
  const auto& name = flow_.name();
  const std::uint8_t dialect = setup().endpoint.dialects.choose({}, request_->path);
  endpoint_.emplace(setup().endpoint, host_.local(), world_.rng().next(), dialect,
                    agreed ? std::optional{agreed->params} : std::nullopt);
  stage_ = Stage::open;
  const Duration silence = setup().endpoint.heartbeat.interval + setup().endpoint.heartbeat.timeout;
  flow_.set_user_timeout(Side::server, silence);
  tell(record::ServerOpened{name.id, name.generation});
  http_bytes_ = head.size();
  kept_.assign(head.begin(), head.end());
  base::Bytes early = std::exchange(early_, {});
  if (!early.empty()) handle(event::Received{early});
  run();
}

void ServerConnection::refuse(const ws::HttpRefusal& why_not) {
  const std::string head = ws::make_refusal(why_not).value();
  http_bytes_ = head.size();
  write(base::as_bytes(head));
  linger();
}

// What the application does.

void ServerConnection::send(const Deed& deed) {
  if (stage_ != Stage::open) return;
  std::string payload = "s" + std::to_string(deed.number) + ' ';
  payload.resize(std::max<std::size_t>(payload.size(), deed.amount), 'x');
  const auto sent = endpoint_->send({core::MessageType::text, payload}, world_.workspace());
  if (sent) tell(record::ServerSent{flow_.name().id, flow_.name().generation, deed.number});
  run();
}

void ServerConnection::close(std::uint16_t code) {
  // Some servers say when to return, and some leave it to the code.
  if (is_open()) close(code, flow_.name().id % 2 == 0 ? "retry-after=2" : "");
}

void ServerConnection::send_away(std::chrono::seconds after) {
  if (!is_open()) return;
  const auto& name = flow_.name();
  tell(record::ServerSentAway{name.id, name.generation, name.server, after});
  close(core::kCloseServiceRestart, ws::make_close_reason(after));
}

void ServerConnection::close(std::uint16_t code, std::string_view reason) {
  tell(record::ServerClosing{flow_.name().id, code});
  handle(event::Close{code, reason});
  run();
}

bool ServerConnection::is_open() const noexcept {
  return stage_ == Stage::open && endpoint_->is_open();
}

void ServerConnection::vanish(bool is_orderly) {
  if (stage_ == Stage::gone) return;
  if (endpoint_) tell(record::ServerGone{flow_.name().id});
  stage_ = Stage::gone;
  if (is_orderly) {
    flow_.close(Side::server, world_.now());
  } else {
    flow_.vanish(Side::server, world_.now());
  }
  world_.touch(flow_);
}

// The endpoint.

void ServerConnection::handle(const endpoint::ServerEvent& event) {
  endpoint_->handle(host_.local(), event, world_.workspace());
}

void ServerConnection::run() {
  if (stage_ == Stage::open) {
    do {
      if (!poll_all()) break;
    } while (flush());
  } else {
    flush();
  }
  world_.workspace().output.clear();
  world_.workspace().input = {};
  if (stage_ == Stage::gone) return;
  if (stage_ == Stage::lingering && kept_.empty() && !std::exchange(has_ended_writing_, true)) {
    flow_.end_writing(Side::server, world_.now());
    world_.touch(flow_);
  }
  rearm();
  if (stage_ != Stage::open) return;
  tell(record::ServerTurned{flow_.name().id, endpoint_->is_open(), endpoint_->deadline(),
                            flow_.unacknowledged(Side::server) + kept_.size()});
}

/// False: there is no endpoint any more.
bool ServerConnection::poll_all() {
  for (int actions = 0; stage_ == Stage::open; ++actions) {
    auto action = endpoint_->poll(host_.local(), world_.workspace());
    if (!action) return true;
    perform(*action);
    if (actions <= kActionsMax) continue;
    tell(record::Spun{});
    return false;
  }
  return false;
}

void ServerConnection::perform(endpoint::ServerAction& next) {
  if (const auto* deliver = std::get_if<action::Deliver>(&next)) {
    receive_message(deliver->message.payload);
  } else if (const auto* ended = std::get_if<action::End>(&next)) {
    end(*ended);
  }
}

/// As the application; a greeting has the number 0, and may be answered.
void ServerConnection::receive_message(std::string_view payload) {
  const auto& name = flow_.name();
  const bool is_greeting = payload == world_.scenario().clients[name.client].greeting.payload;
  const std::uint32_t number = is_greeting ? 0 : number_of(payload);
  tell(record::ServerReceived{name.id, name.generation, number});
  const auto& welcome = setup().welcome;
  if (is_greeting && welcome && endpoint_->send(welcome->view(), world_.workspace()))
    tell(record::ServerSent{name.id, name.generation, 0});
}

void ServerConnection::end(const action::End& end) {
  const core::Cause cause = end.outcome.cause;
  const bool is_dead = cause == core::Cause::heartbeat || cause == core::Cause::lost ||
                       (cause == core::Cause::user && !end.is_clean);
  tell(record::ServerEnded{flow_.name().id, flow_.name().generation, cause, end.by, end.is_clean,
                           flow_.is_tainted()});
  if (is_dead) return release(true);
  write(world_.workspace().output);
  linger();
}

/// True if bytes of the endpoint's left, so that it may want more.
bool ServerConnection::flush() {
  const bool was_blocked = is_blocked_;
  const std::size_t count = write(world_.workspace().output);
  if (count == 0 || stage_ != Stage::open) return false;
  tell(record::ServerWrote{flow_.name().id, count, was_blocked});
  handle(event::Written{count, was_blocked});
  return true;
}

/// Writes what waits and then `fresh`; keeps what does not leave. How much of the endpoint's left.
std::size_t ServerConnection::write(base::ByteView fresh) {
  kept_.insert(kept_.end(), fresh.begin(), fresh.end());
  world_.workspace().output.clear();
  const std::size_t count = flow_.write(Side::server, world_.now(), kept_);
  kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(count));
  is_blocked_ = !kept_.empty();
  world_.touch(flow_);
  const std::size_t http = std::min(http_bytes_, count);
  http_bytes_ -= http;
  return count - http;
}

// The end.

void ServerConnection::on_transport_end() {
  if (stage_ != Stage::open) return release(false);
  core::Outcome outcome;
  outcome.cause = core::Cause::lost;
  handle(event::Ended{outcome});
  run();
}

void ServerConnection::linger() {
  stage_ = Stage::lingering;
  deadline_ = host_.local() + kLingerTime;
  run();
}

void ServerConnection::release(bool is_reset) {
  stage_ = Stage::gone;
  world_.workspace().output.clear();
  if (is_reset) {
    flow_.reset(Side::server, world_.now());
  } else {
    flow_.close(Side::server, world_.now());
  }
  world_.touch(flow_);
}

// Time.

void ServerConnection::on_timer() {
  const Instant now = host_.local();
  switch (stage_) {
    case Stage::reading_request:
      if (now >= deadline_) refuse({408, "The upgrade request did not come in time.", {}, {}});
      return;
    case Stage::answering:
      if (now >= deadline_) answer();
      return;
    case Stage::open: {
      const auto due = endpoint_->deadline();
      if ((!due || *due > now) && world_.rng().below(16) != 0) return;
      event::Tick tick;
      if (endpoint_->is_awaiting_answer()) tick.unacknowledged = flow_.unacknowledged(Side::server);
      handle(tick);
      return run();
    }
    case Stage::lingering:
      if (now >= deadline_) release(!kept_.empty());
      return;
    case Stage::gone: return;
  }
}

void ServerConnection::rearm() {
  const auto due = stage_ == Stage::open ? endpoint_->deadline() : std::optional{deadline_};
  std::optional<Instant> when;
  if (due) when = std::max(host_.world_time(*due), world_.now()) + setup().timer_slack;
  if (host_.condition().read_bytes_max > 0 && reads_at_ > world_.now() &&
      flow_.status(Side::server) != Flow::Status::would_block)
    when = when ? std::min(*when, reads_at_) : reads_at_;
  if (!when || (timer_at && *timer_at <= *when)) return;
  timer_at = when;
  world_.push({*when, Event::Kind::server, flow_.name().server, flow_.name().id});
}

}  // namespace heartwire::sim
