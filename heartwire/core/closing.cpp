#include "heartwire/core/closing.hpp"

#include "heartwire/base/check.hpp"

#include <algorithm>
#include <chrono>

namespace heartwire::core {

using base::Duration;
using base::Instant;
using std::chrono::milliseconds;

namespace {

template <typename Integer>
Integer to_milliseconds(Duration duration) noexcept {
  return static_cast<Integer>(std::chrono::ceil<milliseconds>(duration).count());
}

}  // namespace

Closing::Closing(Role role, const ClosingOptions& options) noexcept
    : close_timeout_ms_(to_milliseconds<std::uint32_t>(options.close_timeout)),
      linger_timeout_ms_(to_milliseconds<std::uint16_t>(options.linger_timeout)),
      is_server_(role == Role::server),
      is_sent_(false),
      is_received_(false),
      is_ended_(false) {
  HW_CHECK(validate(options) == nullptr);
}

void Closing::on_sent(Instant now) noexcept {
  if (is_sent_ || is_ended_) return;
  is_sent_ = true;
  advance(now);
}

void Closing::on_received(Instant now) noexcept {
  if (is_received_ || is_ended_) return;
  is_received_ = true;
  advance(now);
}

void Closing::advance(Instant now) noexcept {
  // A server has nothing to wait for after both; the deadline that stands bounds its last write.
  if (is_clean() && is_server_) return;
  const milliseconds wait{is_clean() ? linger_timeout_ms_ : close_timeout_ms_};
  deadline_ = std::min(deadline_, base::add_saturated(now, wait));
}

void Closing::on_transport_ended() noexcept {
  is_ended_ = true;
}

bool Closing::is_to_end(Instant now) const noexcept {
  return is_overdue(now) || (is_server_ && is_clean() && !is_ended_);
}

bool Closing::is_overdue(Instant now) const noexcept {
  const auto when = deadline();
  return when && now >= *when;
}

ClosingPhase Closing::phase() const noexcept {
  if (is_ended_) return ClosingPhase::ended;
  if (is_clean()) return ClosingPhase::both;
  if (is_sent_) return ClosingPhase::sent;
  return is_received_ ? ClosingPhase::received : ClosingPhase::open;
}

std::optional<Instant> Closing::deadline() const noexcept {
  if (is_ended_ || !(is_sent_ || is_received_)) return std::nullopt;
  return deadline_;
}

const char* validate(const ClosingOptions& options) noexcept {
  if (options.close_timeout < milliseconds{1}) return "close_timeout is less than 1 ms";
  if (options.close_timeout > std::chrono::hours{1}) return "close_timeout is more than 1 h";
  if (options.linger_timeout < Duration::zero()) return "linger_timeout is negative";
  if (options.linger_timeout > std::chrono::minutes{1}) return "linger_timeout is more than 1 min";
  return nullptr;
}

}  // namespace heartwire::core
