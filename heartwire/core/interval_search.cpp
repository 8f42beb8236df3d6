#include "heartwire/core/interval_search.hpp"

#include <algorithm>

namespace heartwire::core {
namespace {

/// The heartbeat keeps its interval in whole milliseconds, so outcomes come back in them.
bool is_same(base::Duration one, base::Duration other) noexcept {
  using std::chrono::milliseconds;
  return std::chrono::floor<milliseconds>(one) == std::chrono::floor<milliseconds>(other);
}

}  // namespace

IntervalSearch::IntervalSearch(const IntervalSearchOptions& options,
                               base::Duration interval_min) noexcept
    : options_(&options), interval_min_(interval_min), current_(interval_min) {}

void IntervalSearch::on_survived(base::Duration interval) noexcept {
  if (!options_->interval_max || !is_same(interval, current_)) return;
  failures_ = 0;
  if (is_settled_ || ++successes_ < options_->successes_per_step) return;
  successes_ = 0;
  if (current_ >= *options_->interval_max) {
    is_settled_ = true;
  } else {
    current_ = std::min(current_ + options_->step, *options_->interval_max);
  }
}

void IntervalSearch::on_death(base::Duration interval) noexcept {
  if (!options_->interval_max || !is_same(interval, current_)) return;
  successes_ = 0;
  if (current_ == interval_min_ || ++failures_ < options_->failures_max) return;
  failures_ = 0;
  // What was settled on holds no longer: the path is another one, so start over. Otherwise the
  // limit lies between the last interval that worked, one step down, and this one.
  const bool was_settled = is_settled_;
  is_settled_ = !was_settled;
  current_ = was_settled ? interval_min_
                         : std::max(interval_min_, current_ - options_->step - options_->margin);
}

const char* validate(const IntervalSearchOptions& options, base::Duration interval) noexcept {
  if (!options.interval_max) return nullptr;
  if (*options.interval_max < interval) return "interval_max must be at least the interval";
  if (options.step < std::chrono::milliseconds{1}) return "step must be at least 1 ms";
  if (options.margin < base::Duration::zero()) return "margin must not be negative";
  if (options.successes_per_step == 0) return "successes_per_step must be at least 1";
  if (options.failures_max == 0) return "failures_max must be at least 1";
  return nullptr;
}

}  // namespace heartwire::core
