#include "heartwire/sim/schedule_checkers.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace heartwire::sim {

using base::Duration;
using core::State;
using namespace std::chrono_literals;
using Wish = record::Wished::Kind;

namespace {

constexpr std::uint32_t kTicksASecondMax = 300;
constexpr Duration kWindow = 60s;

}  // namespace

Duration delay_floor(const core::BackoffOptions& options) noexcept {
  const bool is_halved =
      options.jitter == core::Jitter::full || options.jitter == core::Jitter::equal;
  return is_halved ? options.delay_min / 2 : options.delay_min;
}

Duration delay_floor(const core::BackoffOptions& options, std::uint32_t step) noexcept {
  if (options.jitter == core::Jitter::full || options.jitter == core::Jitter::decorrelated)
    return delay_floor(options);
  auto grown = static_cast<double>(options.delay_min.count());
  const auto most = static_cast<double>(options.delay_max.count());
  for (std::uint32_t i = 0; i < step && grown < most; ++i) grown *= options.factor;
  const Duration value{static_cast<Duration::rep>(std::min(grown, most))};
  // A microsecond less for what rounding takes.
  return (options.jitter == core::Jitter::equal ? value / 2 : value) - 1us;
}

void KeepsSchedule::see(const Record& record) {
  if (record.client == kNobody) return;
  checked::Schedule& one = state(record);
  if (as<record::Booted>(record)) {
    one = {};
  } else if (const auto* wished = as<record::Wished>(record)) {
    wish(one, wished->kind);
  } else if (as<record::Opened>(record)) {
    one.opened_at = record.local;
  } else if (const auto* ended = as<record::Ended>(record)) {
    end(record, *ended);
  } else if (const auto* dialled = as<record::Dialled>(record)) {
    dial(record, *dialled);
  } else if (const auto* turned = as<record::Turned>(record)) {
    one.state = turned->state;
  }
}

void KeepsSchedule::wish(checked::Schedule& one, Wish kind) {
  const auto begin = [&one] {
    one.is_fresh = true;
    one.is_closed = false;
    one.next_attempt = 0;
    one.earliest.reset();
  };
  const bool is_over =
      one.state == State::idle || one.state == State::closed || one.state == State::failed;
  switch (kind) {
    case Wish::start:
      if (is_over || one.is_closed) begin();
      break;
    case Wish::reconnect:
      one.is_held = false;
      begin();
      break;
    case Wish::close:
      one.is_closed = true;
      one.is_fresh = false;
      break;
    case Wish::suspend: one.is_held = true; break;
    case Wish::resume:
      one.is_held = false;
      if (one.state == State::suspended) one.earliest.reset();
      break;
    case Wish::check_now: break;
  }
}

void KeepsSchedule::end(const Record& record, const record::Ended& ended) {
  checked::Schedule& one = state(record);
  const auto opened_at = std::exchange(one.opened_at, std::nullopt);
  if (one.is_closed || one.is_fresh) return;
  const Duration stable = client(record).endpoint.lifecycle.reconnect.stable_after;
  const bool was_stable = opened_at && record.local - *opened_at >= stable;
  one.next_attempt = was_stable ? 1 : one.next_attempt + 1;
  one.earliest = record.local + ended.delay;
  if (ended.will_retry) check_delay(record, ended);
}

void KeepsSchedule::check_delay(const Record& record, const record::Ended& ended) {
  const core::ReconnectOptions& options = client(record).endpoint.lifecycle.reconnect;
  const std::uint32_t step = state(record).next_attempt - 1;
  if (ended.delay < delay_floor(options.backoff, step))
    complain(record, "the delay before attempt " + std::to_string(step + 1) + " is too short");
  if (ended.retry_after && ended.delay < std::min(*ended.retry_after, options.retry_after_max))
    complain(record, "the delay is shorter than the peer demanded");
  if (ended.cause != core::Cause::closed || ended.retry_after) return;
  if (ended.code == core::kCloseServiceRestart && ended.delay < options.restart_delay_min)
    complain(record, "the delay is shorter than a restart demands");
  if (ended.code == core::kCloseTryAgainLater && ended.delay < options.overload_delay_min)
    complain(record, "the delay is shorter than an overload demands");
}

void KeepsSchedule::dial(const Record& record, const record::Dialled& dialled) {
  checked::Schedule& one = state(record);
  if (dialled.attempt != one.next_attempt)
    complain(record, "attempt " + std::to_string(dialled.attempt) + " where " +
                         std::to_string(one.next_attempt) + " was due");
  if (!one.is_fresh && one.earliest && record.local < *one.earliest)
    complain(record, "an attempt earlier than announced");
  one.is_fresh = false;
}

void NoHotLoop::see(const Record& record) {
  if (as<record::Spun>(record)) return complain(record, "it asked for ever more at one time");
  const auto* turned = as<record::Turned>(record);
  if (record.client == kNobody || turned == nullptr || !turned->is_tick) return;
  checked::Spin& one = state(record);
  if (record.at - one.since > 1s) one = {record.at, 0};
  if (++one.ticks == kTicksASecondMax) complain(record, "hundreds of ticks in a second");
}

void BoundedDials::see(const Record& record) {
  if (record.client == kNobody) return;
  checked::Dials& one = state(record);
  const auto forget = [&record](std::deque<base::Instant>& times) {
    while (!times.empty() && record.local - times.front() > kWindow) times.pop_front();
  };
  if (as<record::Booted>(record)) one = {};
  if (const auto* wished = as<record::Wished>(record); wished && wished->kind != Wish::close)
    one.wished.push_back(record.local);
  if (!as<record::Dialled>(record)) return;
  one.at.push_back(record.local);
  forget(one.at);
  forget(one.wished);
  const Duration least = delay_floor(client(record).endpoint.lifecycle.reconnect.backoff);
  const auto by_delay = static_cast<std::size_t>(kWindow / least);
  if (one.at.size() > 2 + by_delay + one.wished.size())
    complain(record, std::to_string(one.at.size()) + " attempts in a minute");
}

}  // namespace heartwire::sim
