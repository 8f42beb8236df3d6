#include "tests/support/endpoint_pair.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::support {

using base::Duration;
using base::Instant;
using endpoint::ClientAction;
using endpoint::ServerAction;
using endpoint::ServerEndpoint;
namespace event = endpoint::client_event;
namespace served = endpoint::server_event;
namespace life = core::lifecycle_action;

namespace {

/// Not the epoch, and not a round number: nothing may depend on where a driver's clock begins.
constexpr Instant kBeginning = base::instant(std::chrono::hours{1'203});
/// More steps than this without time moving on are a hot loop.
constexpr int kStepsAtOnceMax = 100'000;

core::Outcome outcome_of(core::Cause cause) {
  core::Outcome outcome;
  outcome.cause = cause;
  return outcome;
}

void earlier(std::optional<Instant>& when, std::optional<Instant> other) {
  if (other && (!when || *other < *when)) when = other;
}

/// Writes what waits and then `fresh`; keeps what the lane does not take. How much left.
std::size_t write(Instant now, VirtualLane& lane, base::Bytes& kept, base::Bytes& fresh) {
  kept.insert(kept.end(), fresh.begin(), fresh.end());
  fresh.clear();
  const std::size_t count = lane.write(now, kept);
  kept.erase(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(count));
  return count;
}

}  // namespace

EndpointPair::EndpointPair(EndpointPairOptions options)
    : options_(std::move(options)),
      now_(kBeginning),
      rng_(options_.seed),
      keys_(rng_.next()),
      client_(options_.client, rng_.next()) {}

// The users.

void EndpointPair::wish(const endpoint::ClientEvent& wish) {
  client_.handle(now_, wish, workspace_);
  drive_client();
}

base::Result<core::MessageId, core::SendError> EndpointPair::send(core::Message message,
                                                                  core::SendOptions options) {
  auto sent = client_.send(now_, std::move(message), std::move(options));
  if (!is_client_frozen_) drive_client();
  return sent;
}

bool EndpointPair::server_send(core::MessageView message) {
  Connection* one = newest_open();
  if (one == nullptr) return false;
  const bool is_sent = one->server->send(message, workspace_).is_ok();
  drive_server(*one);
  return is_sent;
}

bool EndpointPair::server_close(std::uint16_t code, std::string_view reason) {
  Connection* one = newest_open();
  if (one == nullptr) return false;
  one->server->handle(now_, served::Close{code, reason}, workspace_);
  drive_server(*one);
  return true;
}

const ServerEndpoint* EndpointPair::server() const {
  for (auto one = connections_.rbegin(); one != connections_.rend(); ++one)
    if ((*one)->server && (*one)->server->is_open()) return &*(*one)->server;
  return nullptr;
}

std::vector<endpoint::server_action::End> EndpointPair::server_ends() const {
  std::vector<endpoint::server_action::End> ends;
  for (const ServerTold& one : server_told)
    if (const auto* end = std::get_if<endpoint::server_action::End>(&one.action))
      ends.push_back(*end);
  return ends;
}

// The world.

void EndpointPair::run(Duration time) {
  const Instant end = now_ + time;
  int steps_at_once = 0;
  for (;;) {
    while (step()) {
      if (++steps_at_once > kStepsAtOnceMax) return complain("time does not move on");
    }
    const auto next = next_event();
    if (!next || *next > end) break;
    if (*next > now_) steps_at_once = 0;
    if (*next == now_ && ++steps_at_once > kStepsAtOnceMax)
      return complain("time does not move on");
    now_ = std::max(now_, *next);
  }
  now_ = end;
}

void EndpointPair::cut() {
  const std::size_t count = connections_.size();  // What is dialled because of it is not cut.
  for (std::size_t i = 0; i < count; ++i) {
    Connection& one = *connections_[i];
    one.up.reset();
    one.down.reset();
    if (one.server && one.has_server) {
      one.server->handle(now_, served::Ended{outcome_of(core::Cause::lost)}, workspace_);
      drive_server(one);
    }
    end_server(one);
    if (one.has_client) end_client(one.generation, core::Cause::lost);
  }
}

void EndpointPair::set_black_hole(bool is_black_hole) {
  is_black_hole_ = is_black_hole;
  for (const auto& one : connections_) {
    one->up.set_black_hole(is_black_hole);
    one->down.set_black_hole(is_black_hole);
  }
}

void EndpointPair::set_client_frozen(bool is_frozen) {
  is_client_frozen_ = is_frozen;
  if (!is_frozen) drive_client();
}

std::optional<Instant> EndpointPair::next_event() const {
  std::optional<Instant> when;
  if (!is_client_frozen_) earlier(when, client_.deadline());
  for (const auto& one : connections_) {
    if (one->dialled_at && !is_black_hole_ && !is_client_frozen_) earlier(when, one->dialled_at);
    earlier(when, one->up.next(now_));
    earlier(when, one->down.next(now_));
    if (one->server && !is_server_frozen_) earlier(when, one->server->deadline());
  }
  return when;
}

bool EndpointPair::step() {
  bool is_busy = false;
  for (const auto& one : connections_) {
    one->up.advance(now_);
    one->down.advance(now_);
  }
  if (!is_client_frozen_) is_busy |= step_client();
  if (!is_server_frozen_)
    for (std::size_t i = 0; i < connections_.size(); ++i) is_busy |= step_server(*connections_[i]);
  std::erase_if(connections_, [](const auto& one) { return !one->has_client && !one->has_server; });
  return is_busy;
}

// The client's driver.

bool EndpointPair::step_client() {
  bool is_busy = false;
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    Connection& one = *connections_[i];
    if (!one.has_client) continue;
    if (one.dialled_at) {
      is_busy |= finish_dial(one);
    } else {
      is_busy |= read_client(one);
    }
  }
  if (flush_client()) {
    is_busy = true;
    drive_client();
  }
  const auto due = client_.deadline();
  if (due && *due <= now_) {
    event::Tick tick;
    if (Connection* one = of_client(); one != nullptr && client_.is_awaiting_answer())
      tick.unacknowledged = one->up.unacknowledged();
    client_.handle(now_, tick, workspace_);
    drive_client();
  }
  return is_busy;
}

bool EndpointPair::finish_dial(Connection& one) {
  if (now_ < *one.dialled_at || is_black_hole_) return false;
  one.dialled_at.reset();
  if (one.reception.kind == Reception::Kind::refuse_dial) {
    one.has_server = false;
    end_client(one.generation, core::Cause::refused);
    return true;
  }
  ws::HandshakeRequestOptions wanted;
  if (!options_.subprotocol.empty()) wanted.subprotocols = {options_.subprotocol};
  wanted.deflate = options_.client.deflate;
  auto handshake = endpoint::ClientHandshake::make(*ws::parse_url("ws://pair.example/socket"),
                                                   std::move(wanted), {});
  client_.handle(now_, event::Connected{one.generation, std::move(handshake).value()}, workspace_);
  drive_client();
  return true;
}

bool EndpointPair::read_client(Connection& one) {
  if (one.down.is_readable()) {
    base::Bytes bytes = one.down.read();
    client_.handle(now_, event::Received{one.generation, bytes}, workspace_);
    drive_client();
    return true;
  }
  if (!one.down.is_at_end()) return false;
  end_client(one.generation, core::Cause::lost);
  return true;
}

void EndpointPair::end_client(std::uint32_t generation, core::Cause cause) {
  leave(generation, false);
  client_.handle(now_, event::Ended{generation, outcome_of(cause)}, workspace_);
  drive_client();
}

void EndpointPair::drive_client() {
  do {
    while (const auto action = client_.poll(now_, workspace_)) perform(*action);
  } while (flush_client());
}

void EndpointPair::perform(const ClientAction& action) {
  if (const auto* deliver = std::get_if<endpoint::client_action::Deliver>(&action)) {
    client_got.push_back({deliver->message.type, std::string{deliver->message.payload}});
    return;
  }
  client_told.push_back({now_, action});
  if (const auto* wanted = std::get_if<life::Dial>(&action)) {
    dial(*wanted);
  } else if (const auto* drop = std::get_if<life::DropTransport>(&action)) {
    leave(drop->generation, true);
  } else if (const auto* abort = std::get_if<life::AbortDial>(&action)) {
    leave(abort->generation, false);
  } else if (const auto* ask = std::get_if<endpoint::client_action::AskGreeting>(&action)) {
    client_.handle(now_, event::Greeting{ask->generation, options_.greeting}, workspace_);
  } else if (std::holds_alternative<life::AskWanted>(action)) {
    client_.handle(now_, core::lifecycle_event::Wanted{true}, workspace_);
  }
}

void EndpointPair::dial(const life::Dial& dial) {
  if (of_client() != nullptr) complain("a second transport was dialled");
  auto one = std::make_unique<Connection>(dial.generation, options_);
  one->reception = reception_;
  one->dialled_at = now_ + options_.up.latency + options_.down.latency;
  one->up.set_black_hole(is_black_hole_);
  one->down.set_black_hole(is_black_hole_);
  connections_.push_back(std::move(one));
}

bool EndpointPair::flush_client() {
  Connection* one = of_client();
  if (one == nullptr || one->dialled_at) {
    workspace_.output.clear();
    return false;
  }
  const bool was_blocked = !one->client_kept.empty();
  const std::size_t count = write(now_, one->up, one->client_kept, workspace_.output);
  check(*one);
  if (count == 0) return false;
  client_.handle(now_, event::Written{one->generation, count, was_blocked}, workspace_);
  return true;
}

/// The client's socket is closed: what its kernel has still goes out, what comes is dropped.
void EndpointPair::leave(std::uint32_t generation, bool has_last_word) {
  Connection* one = of_client();
  if (one == nullptr || one->generation != generation) return;
  if (has_last_word && one->client_kept.empty() && !one->dialled_at)
    one->up.write(now_, workspace_.output);
  workspace_.output.clear();
  if (one->dialled_at) one->has_server = false;
  one->has_client = false;
  one->up.end();
}

// The server's driver.

bool EndpointPair::step_server(Connection& one) {
  if (!one.has_client) static_cast<void>(one.down.read());
  if (!one.has_server || one.dialled_at) return false;
  bool is_busy = read_server(one);
  if (flush_server(one)) {
    is_busy = true;
    drive_server(one);
  }
  if (one.server) {
    const auto due = one.server->deadline();
    if (due && *due <= now_) {
      served::Tick tick;
      if (one.server->is_awaiting_answer()) tick.unacknowledged = one.down.unacknowledged();
      one.server->handle(now_, tick, workspace_);
      drive_server(one);
    }
  }
  return is_busy;
}

bool EndpointPair::read_server(Connection& one) {
  if (one.up.is_readable()) {
    base::Bytes bytes = one.up.read();
    if (one.is_ending || one.reception.kind == Reception::Kind::ignore) return true;
    base::MutableByteView input{bytes};
    if (!one.server) open_server(one, input);
    if (!one.server) return true;
    one.server->handle(now_, served::Received{input}, workspace_);
    drive_server(one);
    return true;
  }
  if (!one.up.is_at_end()) return false;
  if (one.server && !one.is_ending) {
    one.server->handle(now_, served::Ended{outcome_of(core::Cause::lost)}, workspace_);
    drive_server(one);
  }
  end_server(one);
  return true;
}

void EndpointPair::open_server(Connection& one, base::MutableByteView& input) {
  const auto step = one.handshake.receive(input);
  if (!step) return;
  const auto* request = std::get_if<ws::UpgradeRequest>(&*step);
  std::string head = one.reception.answer;
  if (request != nullptr && one.reception.kind == Reception::Kind::accept) {
    std::optional<ws::DeflateAnswer> agreed;
    if (options_.server.deflate)
      agreed = ws::accept_deflate_offer(*options_.server.deflate, request->extensions);
    head = ws::make_accept(*request, options_.subprotocol, {},
                           agreed ? agreed->text : std::string_view{})
               .value();
    const std::uint8_t dialect =
        options_.server.dialects.choose(options_.subprotocol, request->path);
    one.server.emplace(options_.server, now_, rng_.next(), dialect,
                       agreed ? std::optional{agreed->params} : std::nullopt);
    one.http_bytes = head.size();
  } else {
    one.is_ending = true;
  }
  const base::ByteView bytes = base::as_bytes(head);
  one.server_kept.insert(one.server_kept.end(), bytes.begin(), bytes.end());
}

void EndpointPair::drive_server(Connection& one) {
  do {
    while (auto action = one.server->poll(now_, workspace_)) perform(one, std::move(*action));
  } while (flush_server(one));
}

void EndpointPair::perform(Connection& one, ServerAction action) {
  if (const auto* deliver = std::get_if<endpoint::server_action::Deliver>(&action)) {
    server_got_bytes += deliver->message.payload.size();
    if (keeps_messages)
      server_got.push_back(
          {one.generation, {deliver->message.type, std::string{deliver->message.payload}}});
    return;
  }
  if (const auto* end = std::get_if<endpoint::server_action::End>(&action)) {
    if (one.is_ending) complain("a server's connection ended twice");
    one.is_ending = true;
    const core::Cause cause = end->outcome.cause;
    if (cause == core::Cause::heartbeat || cause == core::Cause::lost) {
      workspace_.output.clear();
      end_server(one);
    }
  }
  server_told.push_back({now_, one.generation, std::move(action)});
}

bool EndpointPair::flush_server(Connection& one) {
  const bool was_blocked = !one.server_kept.empty();
  const std::size_t count = write(now_, one.down, one.server_kept, workspace_.output);
  check(one);
  if (one.is_ending && one.server_kept.empty()) one.down.end();
  const std::size_t http = std::min(one.http_bytes, count);
  one.http_bytes -= http;
  if (count == http || !one.server) return false;
  one.server->handle(now_, served::Written{count - http, was_blocked}, workspace_);
  return true;
}

void EndpointPair::end_server(Connection& one) {
  one.has_server = false;
  one.server_kept.clear();
  one.down.end();
}

void EndpointPair::check(const Connection& one) {
  const auto& pump = options_.client.pump;
  const std::size_t client_bound =
      pump.ahead_bytes_max + pump.fragment_bytes + endpoint::Receiver::kAnswerBytesMax + 200;
  if (one.client_kept.size() > client_bound) complain("too much waits at the client");
  const std::size_t server_bound =
      options_.server.send_buffer_bytes_max + endpoint::Receiver::kAnswerBytesMax + 400;
  if (one.server_kept.size() > server_bound) complain("too much waits at the server");
}

EndpointPair::Connection* EndpointPair::of_client() {
  for (const auto& one : connections_)
    if (one->has_client) return one.get();
  return nullptr;
}

EndpointPair::Connection* EndpointPair::newest_open() {
  for (auto one = connections_.rbegin(); one != connections_.rend(); ++one)
    if ((*one)->server && (*one)->server->is_open()) return one->get();
  return nullptr;
}

void EndpointPair::complain(std::string what) {
  complaints_.push_back(std::move(what));
}

}  // namespace heartwire::support
