#include "heartwire/sim/server_host.hpp"

#include "heartwire/sim/world.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace heartwire::sim {

using base::Instant;

ServerHost::ServerHost(World& world, std::uint32_t index)
    : world_(world),
      index_(index),
      clock_(world.scenario().servers[index].clock),
      rng_(world.rng().next()) {}

const ServerSetup& ServerHost::setup() const noexcept {
  return world_.scenario().servers[index_];
}

Instant ServerHost::local() const noexcept {
  return clock_.local(world_.now());
}

void ServerHost::accept(Flow& flow) {
  // It went while the answer to the client's SYN was under way.
  if (!condition_.is_listening) {
    if (condition_.is_down) return flow.vanish(Side::server, world_.now());
    flow.reset(Side::server, world_.now());
    return world_.touch(flow);
  }
  std::optional<core::Refusal> why_not;
  if (admission_) {
    const auto admitted = admission_->decide(local(), core::AddressKey{}, rng_);
    if (!admitted) why_not = admitted.error();
  }
  connections_.emplace(flow.name().id,
                       std::make_unique<ServerConnection>(world_, *this, flow, why_not));
}

void ServerHost::on_timer(std::uint32_t flow) {
  const auto found = connections_.find(flow);
  if (found == connections_.end()) return;
  auto& timer = found->second->timer_at;
  if (timer && *timer <= world_.now()) timer.reset();
  take_turn(flow);
}

void ServerHost::on_flow(std::uint32_t flow) {
  take_turn(flow);
}

void ServerHost::take_turn(std::uint32_t flow) {
  if (is_away()) return;
  const auto found = connections_.find(flow);
  if (found == connections_.end()) return;
  found->second->take_turn();
  if (found->second->is_over()) connections_.erase(found);
}

void ServerHost::do_deed(std::uint32_t flow, const Deed& deed) {
  if (is_away()) return;
  const auto found = connections_.find(flow);
  if (found == connections_.end()) return;
  if (deed.kind == Deed::Kind::server_send) {
    found->second->send(deed);
  } else {
    found->second->close(static_cast<std::uint16_t>(deed.amount));
  }
}

void ServerHost::set_condition(const ServerCondition& condition) {
  const ServerCondition before = std::exchange(condition_, condition);
  const Instant now = world_.now();
  const bool was_away = before.is_stalled || before.is_down;
  if (condition.is_down && !before.is_down) clock_.fall_asleep(now);
  if (!condition.is_down && before.is_down) clock_.wake_up(now);
  if (condition.is_down != before.is_down) world_.set_down(Side::server, index_, condition.is_down);
  if (condition.accepts_per_second != before.accepts_per_second) {
    admission_.reset();
    core::AdmissionOptions options;
    options.accept_rate.per_second = condition.accepts_per_second;
    options.queue_wait_max = std::chrono::seconds{20};
    if (condition.accepts_per_second > 0) admission_.emplace(options);
  }
  if (is_away() && !was_away) away_since_ = now;
  if (is_away()) return;
  if (was_away) world_.tell({now, local(), kNobody, record::ServerAway{index_, now - away_since_}});
  continue_drain();
  // What it did not read before it may read now.
  std::vector<std::uint32_t> flows;
  for (const auto& [flow, connection] : connections_) flows.push_back(flow);
  for (const std::uint32_t flow : flows) take_turn(flow);
}

void ServerHost::crash(bool is_orderly) {
  drain_.reset();
  for (const auto& [flow, connection] : std::exchange(connections_, {}))
    connection->vanish(is_orderly);
}

// Drain.

void ServerHost::drain(base::Duration close_window, base::Duration downtime) {
  if (drain_) return;
  std::vector<std::uint32_t> order;
  for (const auto& [flow, connection] : connections_)
    if (connection->is_open()) order.push_back(flow);
  core::DrainOptions options;
  options.close_window = close_window;
  options.close_rate_min = 1;
  options.downtime = downtime;
  options.return_window = std::chrono::seconds{3};
  const core::DrainPlan plan(options, local(), static_cast<std::uint32_t>(order.size()));
  drain_.emplace(Drain{plan, std::move(order)});
  continue_drain();
}

void ServerHost::continue_drain() {
  if (!drain_ || is_away()) return;
  const auto batch = drain_->plan.next_batch(local());
  for (std::uint32_t index = batch.first; index < batch.first + batch.count; ++index) {
    const auto found = connections_.find(drain_->order[index]);
    if (found == connections_.end()) continue;
    found->second->send_away(drain_->plan.retry_after(index, local()));
    if (found->second->is_over()) connections_.erase(found);
  }
  if (const auto next = drain_->plan.deadline())
    world_.push({std::max(world_time(*next), world_.now()), Event::Kind::drain, index_});
}

void ServerHost::end_drain() {
  if (drain_) crash(true);
}

std::optional<std::chrono::seconds> ServerHost::drain_retry_after() {
  if (!drain_) return std::nullopt;
  const auto place = static_cast<std::uint32_t>(drain_->order.size()) + drain_->latecomers++;
  return drain_->plan.retry_after(place, local());
}

}  // namespace heartwire::sim
