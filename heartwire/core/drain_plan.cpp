#include "heartwire/core/drain_plan.hpp"

#include "heartwire/base/check.hpp"

#include <algorithm>

namespace heartwire::core {

using base::Duration;
using base::Instant;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// No window is longer, which keeps every sum and product below within 64 bits.
constexpr std::chrono::hours kWindowLimit{24};

constexpr milliseconds kStep{10};

constexpr seconds kReturnWindowMin{1};

/// 2^64 over the golden ratio. The fractions of its multiples fall evenly, any run of them, and
/// have nothing to do with the order of the indices.
constexpr std::uint64_t kGoldenStep = 0x9e3779b97f4a7c15;

/// How long `count` take at `rate` a second, rounded up to whole milliseconds.
Duration time_for(std::uint32_t count, std::uint32_t rate) noexcept {
  HW_CHECK(rate != 0);
  const std::uint64_t thousands = std::uint64_t{count} * 1000;
  const milliseconds time{static_cast<std::int64_t>((thousands + rate - 1) / rate)};
  return std::min<milliseconds>(time, kWindowLimit);
}

bool is_window(Duration window) noexcept {
  return window >= Duration::zero() && window <= kWindowLimit;
}

}  // namespace

DrainPlan::DrainPlan(const DrainOptions& options, Instant start, std::uint32_t connections) noexcept
    : start_(start),
      close_window_(std::min(options.close_window, time_for(connections, options.close_rate_min))),
      downtime_(options.downtime),
      return_window_(options.return_window.value_or(
          std::max<Duration>(kReturnWindowMin, time_for(connections, options.accept_rate)))),
      connections_(connections) {
  HW_CHECK(validate(options) == nullptr);
}

DrainPlan::Batch DrainPlan::next_batch(Instant now) noexcept {
  Batch batch{next_, 0};
  while (!is_done() && close_at(next_) <= now) {
    ++next_;
    ++batch.count;
  }
  return batch;
}

std::optional<Instant> DrainPlan::deadline() const noexcept {
  if (is_done()) return std::nullopt;
  return close_at(next_);
}

Instant DrainPlan::close_at(std::uint32_t index) const noexcept {
  if (index >= connections_) return start_ + close_window_;
  const auto window = static_cast<std::uint64_t>(close_window_.count());
  // window * index / connections_, in two parts that cannot overflow.
  const std::uint64_t offset =
      window / connections_ * index + window % connections_ * index / connections_;
  const Duration exact{static_cast<Duration::rep>(offset)};
  const Duration stepped = (exact + kStep - Duration{1}) / kStep * Duration{kStep};
  return start_ + std::min(stepped, close_window_);
}

Instant DrainPlan::return_at(std::uint32_t index) const noexcept {
  const std::uint64_t fraction = index * kGoldenStep >> 32;
  const auto window = std::chrono::floor<milliseconds>(return_window_).count();
  const std::uint64_t offset = static_cast<std::uint64_t>(window) * fraction >> 32;
  return returns_begin() + milliseconds{static_cast<std::int64_t>(offset)};
}

seconds DrainPlan::retry_after(std::uint32_t index, Instant now) const noexcept {
  const Instant closing_ends = start_ + close_window_;
  const Duration lateness = std::max(Duration::zero(), now - closing_ends);
  return std::chrono::ceil<seconds>(return_at(index) + lateness - now);
}

Instant DrainPlan::returns_begin() const noexcept {
  return start_ + close_window_ + downtime_;
}

const char* validate(const DrainOptions& options) noexcept {
  if (!is_window(options.close_window)) return "close_window is not within 0 to 1 day";
  if (options.close_rate_min == 0) return "close_rate_min is 0";
  if (!is_window(options.downtime)) return "downtime is not within 0 to 1 day";
  if (options.accept_rate == 0) return "accept_rate is 0";
  if (options.return_window && !is_window(*options.return_window)) {
    return "return_window is not within 0 to 1 day";
  }
  return nullptr;
}

}  // namespace heartwire::core
