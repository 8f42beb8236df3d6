#include "heartwire/net/server_shard.hpp"

#include "heartwire/net/server_turn.hpp"
#include "heartwire/ws/close_code.hpp"
#include "heartwire/ws/retry_after.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace heartwire::net {
namespace {

/// Failures of peers that are told: enough to see what is going on.
constexpr core::TokenRate kReportRate{10, 50};
/// Beyond the closing handshakes, for what lingers.
constexpr base::Duration kDrainSlack = std::chrono::seconds{3};

constexpr std::uint16_t kGoingAway = ws::number(ws::CloseCode::service_restart);

}  // namespace

thread_local ServerTurn* ServerTurn::innermost_ = nullptr;

ServerShard::ServerShard(Loop& loop, std::shared_ptr<ServerObserver> observer,
                         ServerShardOptions options, ServerShardCallbacks callbacks,
                         std::uint64_t first_id, std::uint64_t id_step)
    : loop_(loop),
      handle_(loop.handle()),
      observer_(std::move(observer)),
      options_(std::move(options)),
      callbacks_(std::move(callbacks)),
      next_id_(first_id),
      id_step_(id_step),
      table_(loop.now()),
      report_rate_(kReportRate) {}

bool ServerShard::is_current() const {
  return ServerTurn::is_inside(*this) || handle_.is_current_thread();
}

ServerStats ServerShard::stats() const noexcept {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  return {accepted_.load(kRelaxed), refused_.load(kRelaxed), reaped_.load(kRelaxed),
          open_.load(kRelaxed)};
}

std::string ServerShard::identity(std::uint64_t id) const {
  const std::lock_guard lock(identities_mutex_);
  const auto found = identities_.find(id);
  return found == identities_.end() ? std::string{} : found->second;
}

void ServerShard::set_identity(std::uint64_t id, std::string identity) {
  const std::lock_guard lock(identities_mutex_);
  identities_.insert_or_assign(id, std::move(identity));
}

void ServerShard::forget_identity(std::uint64_t id) noexcept {
  const std::lock_guard lock(identities_mutex_);
  identities_.erase(id);
}

base::Instant ServerShard::now() const {
  return turn_ != nullptr ? turn_->now() : loop_.now();
}

ServerTurn* ServerShard::turn_of(const ServerConnection& connection) const noexcept {
  return turn_ != nullptr && turn_->is_of(connection) ? turn_ : nullptr;
}

// Connections.

void ServerShard::adopt(Stream stream, const Address& peer,
                        const std::optional<core::Refusal>& why_not) {
  if (is_torn_down_) return;
  if (!stream.is_open()) return callbacks_.on_gone(peer, !why_not);  // The loop cannot watch more.
  if (!timer_) timer_ = loop_.add_timer([this](base::Instant now) { on_timer(now); });
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  ++count_;
  const auto connection = std::make_shared<ServerConnection>(
      shared_from_this(), slot, std::exchange(next_id_, next_id_ + id_step_), std::move(stream),
      peer);
  slots_[slot] = connection;
  if (options_.message_rate.is_limited()) {
    message_rates_.resize(slots_.size());
    message_rates_[slot] = {};
  }
  connection->begin(loop_.now(), why_not);
}

void ServerShard::release(std::uint32_t slot) {
  table_.cancel(slot);
  const ServerConnectionPtr last = std::move(slots_[slot]);
  free_slots_.push_back(slot);
  --count_;
  callbacks_.on_gone(last->peer(), last->is_admitted());
  if (drain_ && count_ == 0) end_drain();
}

bool ServerShard::may_deliver(std::uint32_t slot, base::Instant now) noexcept {
  return message_rates_.empty() || message_rates_[slot].take(options_.message_rate, now);
}

void ServerShard::tear_down() {
  if (std::exchange(is_torn_down_, true)) return;
  const auto slots = std::exchange(slots_, {});
  for (const ServerConnectionPtr& connection : slots)
    if (connection) connection->drop();
  count_ = 0;
  open_.store(0, std::memory_order_relaxed);
  if (timer_) loop_.remove_timer(*timer_);
  if (drain_) loop_.remove_timer(drain_->timer);
  const ServerShardCallbacks last = std::exchange(callbacks_, {});
  last.on_torn_down();
}

std::uint64_t ServerShard::next_seed() noexcept {
  return std::uint64_t{entropy_.next_u32()} << 32 | entropy_.next_u32();
}

void ServerShard::on_opened() noexcept {
  accepted_.fetch_add(1, std::memory_order_relaxed);
  open_.fetch_add(1, std::memory_order_relaxed);
}

void ServerShard::on_ended(bool is_reaped) noexcept {
  open_.fetch_sub(1, std::memory_order_relaxed);
  if (is_reaped) reaped_.fetch_add(1, std::memory_order_relaxed);
}

void ServerShard::report_peer(const Address& peer, std::string_view what) {
  if (!report_rate_.take(loop_.now())) {
    ++untold_;
    return;
  }
  std::string text = to_string(peer) + ": " + std::string{what};
  if (untold_ > 0) text += " (" + std::to_string(std::exchange(untold_, 0)) + " more not told)";
  observer_->on_error(text);
}

// Time.

void ServerShard::schedule(std::uint32_t slot, base::Instant when) {
  table_.schedule(slot, when);
  if (is_ticking_ || (armed_at_ && *armed_at_ <= when)) return;
  armed_at_ = when;
  loop_.schedule(*timer_, when);
}

void ServerShard::on_timer(base::Instant now) {
  is_ticking_ = true;
  while (const auto slot = table_.poll_due(now)) {
    const ServerConnectionPtr connection = slots_[*slot];
    if (connection) connection->on_timer(now);
  }
  is_ticking_ = false;
  armed_at_ = table_.next();
  loop_.schedule(*timer_, armed_at_);
}

// Drain.

void ServerShard::drain() {
  if (drain_ || is_torn_down_) return;
  const base::Instant now = loop_.now();
  std::vector<Drain::Place> order;
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot)
    if (slots_[slot] && slots_[slot]->has_begun_frames())
      order.push_back({slot, slots_[slot]->id()});
  const core::DrainPlan plan(options_.drain, now, static_cast<std::uint32_t>(order.size()));
  const base::Duration time =
      options_.drain.close_window + options_.endpoint.closing.close_timeout + kDrainSlack;
  const Loop::TimerId timer = loop_.add_timer([this](base::Instant when) { continue_drain(when); });
  drain_.emplace(Drain{plan, std::move(order), base::add_saturated(now, time), timer});
  continue_drain(now);
}

void ServerShard::continue_drain(base::Instant now) {
  Drain& drain = *drain_;
  if (now >= drain.deadline || count_ == 0) return end_drain();
  const auto batch = drain.plan.next_batch(now);
  for (std::uint32_t index = batch.first; index < batch.first + batch.count; ++index) {
    const auto [slot, id] = drain.order[index];
    const ServerConnectionPtr connection = slots_[slot];
    if (!connection || connection->id() != id) continue;
    const auto reason = ws::make_close_reason(drain.plan.retry_after(index, now));
    connection->close_here(now, kGoingAway, reason, ServerConnection::Grounds::drain);
  }
  const auto next = drain.plan.deadline();
  loop_.schedule(drain.timer, next ? std::min(*next, drain.deadline) : drain.deadline);
}

std::optional<std::chrono::seconds> ServerShard::drain_retry_after(base::Instant now) {
  if (!drain_) return std::nullopt;
  const auto place = static_cast<std::uint32_t>(drain_->order.size()) + drain_->latecomers++;
  return drain_->plan.retry_after(place, now);
}

void ServerShard::end_drain() {
  if (const auto told = std::exchange(callbacks_.on_drained, nullptr)) told();
}

}  // namespace heartwire::net
