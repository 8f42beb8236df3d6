#include "heartwire/sim/detector_heartbeat.hpp"

#include <chrono>
#include <variant>

namespace heartwire::sim {

using base::Instant;

namespace {

/// A masked Ping with four bytes in it.
constexpr std::uint64_t kProbeBytes = 10;

}  // namespace

HeartbeatDetector::HeartbeatDetector(const core::HeartbeatOptions& options) noexcept
    : options_(&options), heartbeat_(options, 0) {}

void HeartbeatDetector::open(Instant now) noexcept {
  heartbeat_.handle(now, core::heartbeat_event::Opened{});
  sent_at_ = std::chrono::floor<std::chrono::milliseconds>(now);
  unanswered_ = 0;
}

std::optional<Instant> HeartbeatDetector::follow(const Exchange& exchange) noexcept {
  // An answer within a fixed deadline leaves nothing behind.
  const bool learns = options_->reply == core::Reply::adaptive;
  if (!learns && exchange.answered - exchange.asked < options_->timeout) return std::nullopt;

  // In step with all other detectors, whatever this one has asked besides, so that each meets the
  // same fate.
  heartbeat_.set_interval(exchange.asked - sent_at_);
  std::optional<Instant> due = exchange.asked;
  for (; due && *due < exchange.answered; due = heartbeat_.deadline()) {
    if (tick(*due, exchange)) return due;
  }
  for (; unanswered_ > 0; --unanswered_) {
    const std::uint32_t sequence = last_ - (unanswered_ - 1);
    heartbeat_.handle(exchange.answered, core::heartbeat_event::Answered{sequence});
  }
  while (heartbeat_.poll()) continue;
  return std::nullopt;
}

/// True if the peer is dead.
bool HeartbeatDetector::tick(Instant now, const Exchange& exchange) noexcept {
  const bool is_acknowledged = now >= exchange.acknowledged;
  const std::uint64_t backlog = is_acknowledged ? 0 : kProbeBytes * unanswered_;
  heartbeat_.handle(now, core::heartbeat_event::Tick{backlog});
  while (const auto action = heartbeat_.poll()) {
    if (std::holds_alternative<core::heartbeat_action::Dead>(*action)) return true;
    const auto* probe = std::get_if<core::heartbeat_action::SendProbe>(&*action);
    if (probe == nullptr) continue;
    heartbeat_.handle(now, core::heartbeat_event::ProbeSent{probe->sequence});
    sent_at_ = now;
    last_ = probe->sequence;
    ++unanswered_;
  }
  return false;
}

}  // namespace heartwire::sim
