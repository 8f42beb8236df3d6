#include "heartwire/core/admission.hpp"

#include "heartwire/base/check.hpp"

#include <algorithm>

namespace heartwire::core {

using base::Duration;
using base::Instant;
using std::chrono::seconds;

namespace {

constexpr seconds kWaitLimit = std::chrono::hours{24};

/// A wait is lengthened by up to this part of it, so that those who were told the same second do
/// not stay in step with each other over several servers and refusals.
constexpr int kSpreadDivisor = 10;

bool is_wait(seconds wait) noexcept {
  return wait >= seconds{1} && wait <= kWaitLimit;
}

}  // namespace

Admission::Admission(const AdmissionOptions& options) noexcept
    : options_(options), bucket_(options.accept_rate) {
  HW_CHECK(validate(options) == nullptr);
}

std::optional<RefusalReason> Admission::admit(Instant now, const AddressKey& address) {
  if (is_address_full(address)) return RefusalReason::address_full;
  if (connections_ >= options_.connections_max) return RefusalReason::server_full;
  if (!bucket_.take(now)) return RefusalReason::accept_rate;
  ++connections_;
  if (options_.connections_per_address_max != 0) ++by_address_[address];
  return std::nullopt;
}

Refusal Admission::refuse(Instant now, RefusalReason reason, base::Rng& rng) {
  const std::uint16_t status = reason == RefusalReason::address_full ? 429 : 503;
  const Duration wait = reason == RefusalReason::accept_rate
                            ? queue(now, rng)
                            : rng.between(options_.full_wait_min, options_.full_wait_max);
  return {reason, status, std::max(seconds{1}, std::chrono::ceil<seconds>(wait))};
}

base::Result<base::Unit, Refusal> Admission::decide(Instant now, const AddressKey& address,
                                                    base::Rng& rng) {
  if (const auto reason = admit(now, address)) return base::Failure{refuse(now, *reason, rng)};
  return base::Unit{};
}

void Admission::on_closed(const AddressKey& address) noexcept {
  HW_CHECK(connections_ > 0);
  --connections_;
  if (options_.connections_per_address_max == 0) return;
  const auto found = by_address_.find(address);
  HW_CHECK(found != by_address_.end());
  if (--found->second == 0) by_address_.erase(found);
}

std::size_t Admission::connections_of(const AddressKey& address) const noexcept {
  const auto found = by_address_.find(address);
  return found == by_address_.end() ? 0 : found->second;
}

bool Admission::is_address_full(const AddressKey& address) const noexcept {
  return options_.connections_per_address_max != 0 &&
         connections_of(address) >= options_.connections_per_address_max;
}

Duration Admission::queue(Instant now, base::Rng& rng) noexcept {
  const Duration wait_max = options_.queue_wait_max;
  // Rounded up, so that the queue is never quicker than the rate.
  const std::int64_t rate = options_.accept_rate.per_second;
  const Duration step{(Duration{seconds{1}}.count() + rate - 1) / rate};
  const Instant last = has_queue_ ? std::max(queue_end_, now) : now;
  const Duration wait = last - now + step;
  if (wait > wait_max) return rng.between(wait_max / 2, wait_max);
  queue_end_ = base::add_saturated(now, wait);
  has_queue_ = true;
  return std::min(wait_max, rng.between(wait, wait + wait / kSpreadDivisor));
}

std::string_view name(RefusalReason reason) noexcept {
  switch (reason) {
    case RefusalReason::address_full: return "address_full";
    case RefusalReason::server_full: return "server_full";
    case RefusalReason::accept_rate: return "accept_rate";
  }
  return "unknown";
}

const char* validate(const AdmissionOptions& options) noexcept {
  if (options.connections_max == 0) return "connections_max is 0";
  if (options.accept_rate.capacity() < options.accept_rate.per_second) {
    return "accept_rate.burst is less than one second's worth";
  }
  if (!is_wait(options.queue_wait_max)) return "queue_wait_max is not within 1 s to 1 day";
  if (!is_wait(options.full_wait_min)) return "full_wait_min is not within 1 s to 1 day";
  if (!is_wait(options.full_wait_max)) return "full_wait_max is not within 1 s to 1 day";
  if (options.full_wait_max < options.full_wait_min) return "full_wait_max is under full_wait_min";
  return nullptr;
}

}  // namespace heartwire::core
