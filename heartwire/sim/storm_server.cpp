#include "heartwire/sim/storm_server.hpp"

#include <algorithm>
#include <limits>

namespace heartwire::sim {

using base::Duration;
using base::Instant;

namespace {

constexpr std::uint32_t kAcceptRateMax = 1'000'000;
constexpr Duration kTimeoutMax = std::chrono::hours{1};

bool is_timeout(Duration timeout) noexcept {
  return timeout >= std::chrono::milliseconds{1} && timeout <= kTimeoutMax;
}

/// Rounded up, so that no server is quicker than its rate.
Duration time_of_one(std::uint32_t rate) noexcept {
  return Duration{(Duration{std::chrono::seconds{1}}.count() + rate - 1) / rate};
}

}  // namespace

const char* validate(const StormServerOptions& options) noexcept {
  if (options.accept_rate == 0 || options.accept_rate > kAcceptRateMax)
    return "accept_rate is not within 1 to 1000000";
  if (options.backlog == 0U) return "backlog is 0";
  if (!is_timeout(options.handshake_timeout)) return "handshake_timeout is not within 1 ms to 1 h";
  if (!is_timeout(options.refusal_timeout)) return "refusal_timeout is not within 1 ms to 1 h";
  if (options.refusal_cost_percent > 100) return "refusal_cost_percent is more than 100";
  return core::validate(options.admission);
}

StormServer::StormServer(const StormServerOptions& options, std::uint64_t seed)
    : options_(options),
      admission_(options.admission),
      rng_(seed),
      handshake_time_(time_of_one(options.accept_rate)),
      refusal_time_(handshake_time_ * options.refusal_cost_percent / 100) {}

bool StormServer::is_full(Instant now) {
  if (!options_.backlog) return false;
  close_overdue(now);
  return coming_ + admitted_.size() + refused_.size() >= *options_.backlog;
}

std::optional<Instant> StormServer::take_in(Instant now, const Visit& visit) {
  if (coming_ > 0) --coming_;
  close_overdue(now);
  const auto reason = admission_.admit(now, core::AddressKey{});
  if (!reason) {
    admitted_.push_back({visit, now, now + options_.handshake_timeout, {}});
    return admitted_.back().closed_at;
  }
  if (refused_.size() + lingering_.size() >= options_.turned_away_max) return std::nullopt;
  const Duration patience = std::min(options_.refusal_timeout, options_.handshake_timeout);
  const core::Refusal refusal = admission_.refuse(now, *reason, rng_);
  refused_.push_back({visit, now, now + patience, refusal.retry_after});
  return refused_.back().closed_at;
}

std::optional<StormServer::Answer> StormServer::serve(Instant now) {
  while (Line* line = next_line()) {
    const Waiting& first = line->front();
    const Instant begins = std::max(free_at_, first.since);
    if (begins > now) return std::nullopt;
    if (begins >= first.closed_at) {
      close_overdue(begins);
      continue;
    }
    Answer answer{first.visit.client, first.visit.generation, begins + handshake_time_, {}};
    if (line == &refused_) {
      answer.done_at = begins + refusal_time_;
      answer.retry_after = first.retry_after;
      lingering_.push(answer.done_at + first.visit.round_trip);
    }
    free_at_ = answer.done_at;
    line->pop_front();
    return answer;
  }
  return std::nullopt;
}

void StormServer::on_wasted() {
  admission_.on_closed(core::AddressKey{});
}

void StormServer::close_overdue(Instant now) {
  for (; !admitted_.empty() && admitted_.front().closed_at <= now; admitted_.pop_front()) {
    admission_.on_closed(core::AddressKey{});
    ++overdue_;
  }
  for (; !refused_.empty() && refused_.front().closed_at <= now; refused_.pop_front()) ++overdue_;
  while (!lingering_.empty() && lingering_.top() <= now) lingering_.pop();
}

StormServer::Line* StormServer::next_line() noexcept {
  if (admitted_.empty() && refused_.empty()) return nullptr;
  if (admitted_.empty()) return &refused_;
  if (refused_.empty()) return &admitted_;
  return refused_.front().since < admitted_.front().since ? &refused_ : &admitted_;
}

}  // namespace heartwire::sim
