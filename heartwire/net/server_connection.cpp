#include "heartwire/net/server_connection.hpp"

#include "heartwire/net/outcome_text.hpp"
#include "heartwire/net/server_shard.hpp"
#include "heartwire/net/server_turn.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace heartwire::net {

namespace event = endpoint::server_event;
namespace action = endpoint::server_action;

namespace {

/// A heartbeat fits, and a small read touches little memory.
constexpr std::size_t kSmallReadBytes = 2048;
/// Reads of one wake-up, so that one busy connection does not starve the loop's others.
constexpr int kReadsMax = 16;
/// How long, and for how many bytes, a peer that was told the end may go on sending. Two seconds
/// are several round trips; the bytes are what two kernels' buffers may hold on their way.
constexpr base::Duration kLingerTime = std::chrono::seconds{2};
constexpr std::size_t kLingerBytes = std::size_t{4} << 20;

constexpr std::uint16_t kPolicyViolation = 1008;

const char* text_of(ServerConnection::Grounds grounds) {
  using Grounds = ServerConnection::Grounds;
  switch (grounds) {
    case Grounds::user: break;
    case Grounds::slow_peer: return "closed by the server: the peer reads too slowly";
    case Grounds::message_rate: return "closed by the server: too many messages a second";
    case Grounds::drain: return "closed by the server: it is going away";
  }
  return "closed by the server";
}

}  // namespace

ServerConnection::ServerConnection(std::shared_ptr<ServerShard> shard, std::uint32_t slot,
                                   std::uint64_t id, Stream stream, const Address& peer) noexcept
    : shard_(std::move(shard)), id_(id), stream_(std::move(stream)), peer_(peer), slot_(slot) {}

ServerConnection::~ServerConnection() {
  if (has_identity_) shard_->forget_identity(id_);
}

std::string ServerConnection::identity() const {
  return shard_->identity(id_);
}

const ServerShardOptions& ServerConnection::options() const noexcept {
  return shard_->options();
}

endpoint::ServerEndpoint& ServerConnection::endpoint() noexcept {
  return *std::get_if<endpoint::ServerEndpoint>(&state_);
}

const endpoint::ServerEndpoint& ServerConnection::endpoint() const noexcept {
  return *std::get_if<endpoint::ServerEndpoint>(&state_);
}

void ServerConnection::report(std::string_view what) const {
  shard_->report_peer(peer_, what);
}

// Reading.

void ServerConnection::await_readable() {
  stream_.async_wait_readable([this] { on_readable(); });
}

void ServerConnection::on_readable() {
  const ServerConnectionPtr self = shard_->at(slot_);  // We may be released below.
  for (int reads = 0; reads < kReadsMax; ++reads) {
    if (is_held_back()) return;
    if (!read_once()) break;
  }
  if (stage_ != Stage::gone && !is_held_back()) await_readable();
}

/// True if there may be more to read at once.
bool ServerConnection::read_once() {
  const base::MutableByteView buffer = shard_->loop().read_buffer();
  const std::size_t size = has_bulk_ ? buffer.size() : std::min(kSmallReadBytes, buffer.size());
  const IoResult result = stream_.read_some(buffer.first(size));
  switch (result.status) {
    case IoStatus::would_block: has_bulk_ = false; return false;
    case IoStatus::moved:
      // Less than was asked for means that the kernel has no more: the next read would find
      // nothing.
      has_bulk_ = result.count == size;
      receive(shard_->loop().now(), buffer.first(result.count));
      return stage_ != Stage::gone && (has_bulk_ || stream_.is_tls());
    case IoStatus::ended:
    case IoStatus::failed: on_transport_end(result); return false;
  }
  return false;
}

void ServerConnection::receive(base::Instant now, base::MutableByteView bytes) {
  switch (stage_) {
    case Stage::reading_request: return read_request(now, bytes);
    case Stage::open: return feed(now, event::Received{bytes});
    case Stage::lingering: return discard(bytes.size());
    case Stage::shaking_hands:
    case Stage::gone: break;
  }
}

void ServerConnection::discard(std::size_t count) {
  auto& lingering = *std::get_if<Lingering>(&state_);
  if (count > lingering.discard_bytes_left) return release(true);
  lingering.discard_bytes_left -= count;
}

void ServerConnection::on_transport_end(const IoResult& result) {
  if (stage_ == Stage::open) return feed(shard_->loop().now(), event::Ended{outcome_of(result)});
  release(false);
}

/// True while the peer does not read what waits for it. It then has to read half of that before it
/// is read from again.
bool ServerConnection::is_held_back() noexcept {
  const std::size_t bound = options().endpoint.send_buffer_bytes_max / 2;
  is_held_back_ = stage_ == Stage::open && is_awaiting_writable_ &&
                  unwritten_.size() > (is_held_back_ ? bound / 2 : bound);
  return is_held_back_;
}

// Writing.

/// Writes `fresh` behind what waits, or keeps it; returns how many of the endpoint's bytes left. A
/// failure is not told here: reading tells more of it, and may find what the peer said last.
std::size_t ServerConnection::write(base::ByteView fresh) {
  if (is_awaiting_writable_) {
    unwritten_.append(fresh);
    return 0;
  }
  const IoResult result = unwritten_.write(stream_, fresh);
  if (result.status != IoStatus::failed && !unwritten_.is_empty()) await_writable();
  const auto http = static_cast<std::uint32_t>(std::min<std::size_t>(http_bytes_, result.count));
  http_bytes_ -= http;
  return result.count - http;
}

/// Writes what the endpoint wants written; true if bytes left, so that it may want more.
bool ServerConnection::flush(base::Instant now, endpoint::Workspace& workspace) {
  if (workspace.output.empty() && (is_awaiting_writable_ || unwritten_.is_empty())) return false;
  const bool was_blocked = !unwritten_.is_empty();
  const std::size_t count = write(workspace.output);
  workspace.output.clear();
  if (count == 0) return false;
  endpoint().handle(now, event::Written{count, was_blocked}, workspace);
  return true;
}

void ServerConnection::await_writable() {
  is_awaiting_writable_ = true;
  stream_.async_wait_writable([this] { on_writable(); });
}

void ServerConnection::on_writable() {
  const ServerConnectionPtr self = shard_->at(slot_);
  is_awaiting_writable_ = false;
  if (stage_ == Stage::lingering) {
    write({});
    if (unwritten_.is_empty()) stream_.end_writing();
    return;
  }
  if (stage_ != Stage::open) return;
  {
    const base::Instant now = shard_->loop().now();
    ServerTurn turn(*shard_, *this, now);
    run(now, turn.workspace());
  }
  if (is_held_back_ && !is_held_back()) on_readable();
}

// The endpoint.

void ServerConnection::feed(base::Instant now, const endpoint::ServerEvent& what) {
  ServerTurn turn(*shard_, *this, now);
  endpoint().handle(now, what, turn.workspace());
  run(now, turn.workspace());
}

void ServerConnection::run(base::Instant now, endpoint::Workspace& workspace) {
  do {
    while (auto next = endpoint().poll(now, workspace)) {
      perform(now, std::move(*next), workspace);
      if (stage_ != Stage::open) return;
    }
  } while (flush(now, workspace));
  publish_unsent();
  rearm();
}

void ServerConnection::perform(base::Instant now, endpoint::ServerAction next,
                               endpoint::Workspace& workspace) {
  const ServerConnectionPtr& self = shard_->at(slot_);
  ServerObserver& observer = shard_->observer();
  std::visit(
      [&](auto& one) {
        using Action = std::remove_reference_t<decltype(one)>;
        if constexpr (std::is_same_v<Action, action::Deliver>) {
          deliver(now, one.message, workspace);
        } else if constexpr (std::is_same_v<Action, action::NotifySuspect>) {
          observer.on_suspect(self, one.silence);
        } else if constexpr (std::is_same_v<Action, action::NotifyCleared>) {
          observer.on_cleared(self, one.silence);
        } else if constexpr (std::is_same_v<Action, action::NotifyHeartbeat>) {
          observer.on_heartbeat(self, one.round_trip);
        } else {
          static_assert(std::is_same_v<Action, action::End>);
          end(now, std::move(one), workspace);
        }
      },
      next);
}

void ServerConnection::deliver(base::Instant now, core::MessageView message,
                               endpoint::Workspace& workspace) {
  if (!shard_->may_deliver(slot_, now)) {
    grounds_ = Grounds::message_rate;
    is_open_.store(false, std::memory_order_release);
    endpoint().handle(now, event::Close{kPolicyViolation, "too many messages"}, workspace);
    return;
  }
  shard_->observer().on_message(shard_->at(slot_), message);
}

void ServerConnection::end(base::Instant now, action::End end, endpoint::Workspace& workspace) {
  const core::Cause cause = end.outcome.cause;
  if (cause == core::Cause::user) end.outcome.text = text_of(grounds_);
  // Nobody is there to read a last word: the peer is dead, gone, or did not answer our Close.
  const bool is_dead = cause == core::Cause::heartbeat || cause == core::Cause::lost ||
                       (cause == core::Cause::user && !end.is_clean);
  if (!is_dead) write(workspace.output);
  workspace.output.clear();
  unsent_.fetch_sub(std::exchange(published_, 0), std::memory_order_relaxed);
  is_open_.store(false, std::memory_order_release);
  shard_->on_ended(cause == core::Cause::heartbeat);
  if (is_dead) {
    stream_.reset();
  } else {
    linger(now);
  }
  shard_->observer().on_close(shard_->at(slot_), end);
  if (is_dead) release(true);
}

// The end.

void ServerConnection::linger(base::Instant now) {
  stage_ = Stage::lingering;
  state_.emplace<Lingering>(Lingering{now + kLingerTime, kLingerBytes});
  rearm();
  if (unwritten_.is_empty()) stream_.end_writing();
  await_readable();
}

void ServerConnection::release(bool is_reset) {
  if (is_reset) stream_.reset();
  drop();
  shard_->release(slot_);
}

void ServerConnection::drop() noexcept {
  stage_ = Stage::gone;
  is_open_.store(false, std::memory_order_release);
  stream_.close();
  unwritten_.clear();
  state_.emplace<Lingering>();
}

void ServerConnection::close_here(base::Instant now, std::uint16_t code, std::string_view reason,
                                  Grounds grounds) {
  if (stage_ != Stage::open) return;
  is_open_.store(false, std::memory_order_release);
  if (endpoint().is_open()) grounds_ = grounds;
  feed(now, event::Close{code, reason});
}

// Time.

std::optional<base::Instant> ServerConnection::deadline() const noexcept {
  if (const auto* endpoint = std::get_if<endpoint::ServerEndpoint>(&state_))
    return endpoint->deadline();
  if (const auto* lingering = std::get_if<Lingering>(&state_)) return lingering->deadline;
  return (*std::get_if<std::unique_ptr<Opening>>(&state_))->deadline;
}

void ServerConnection::rearm() {
  if (const auto when = deadline()) shard_->schedule(slot_, *when);
}

void ServerConnection::on_timer(base::Instant now) {
  const auto when = deadline();
  if (!when) return;
  // Traffic moved it later without telling the table.
  if (*when > now) return shard_->schedule(slot_, *when);
  switch (stage_) {
    case Stage::shaking_hands:
    case Stage::reading_request: return time_out(now);
    case Stage::open: return tick(now);
    case Stage::lingering: return release(!unwritten_.is_empty());
    case Stage::gone: break;
  }
}

void ServerConnection::tick(base::Instant now) {
  // What has come already must count before a verdict falls.
  if (may_judge() && !is_held_back()) {
    read_once();
    if (stage_ != Stage::open) return;
  }
  ServerTurn turn(*shard_, *this, now);
  event::Tick tick;
  if (may_judge()) {
    if (is_held_back()) {
      // Nobody reads, so only what comes anew into the kernel is a sign of life.
      const auto unread = static_cast<std::uint32_t>(socket::unread_bytes(stream_.fd()));
      if (unread != std::exchange(unread_seen_, unread))
        endpoint().handle(now, event::Received{}, turn.workspace());
    }
    tick.unacknowledged = stream_.unacknowledged_bytes();
  }
  endpoint().handle(now, tick, turn.workspace());
  run(now, turn.workspace());
}

/// Whether the next tick could find the peer suspect or dead: a probe is under way, or its silence
/// alone is judged.
bool ServerConnection::may_judge() const noexcept {
  const auto& heartbeat = options().endpoint.heartbeat;
  return endpoint().is_awaiting_answer() || heartbeat.sending == core::Sending::watchdog ||
         heartbeat.evidence == core::Evidence::one_way ||
         options().endpoint.dialects.size() > 0;  // Whose rhythm may say so.
}

}  // namespace heartwire::net
