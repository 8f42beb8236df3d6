#include "heartwire/sim/dial_attempt.hpp"

#include <algorithm>

namespace heartwire::sim {

using base::Instant;

DialAttempt::DialAttempt(Instant now, const DialTimes& times) noexcept
    : connect_timeout_(times.connect_timeout),
      pause_(std::chrono::seconds{1}),
      next_(now + times.resolve) {}

DialAttempt::Result DialAttempt::step(Instant now, const Surroundings& around) noexcept {
  if (now < next_) return Result::pending;
  if (stage_ == Stage::resolving) {
    if (!around.resolves) return Result::dns;
    stage_ = Stage::asking;
    gives_up_ = now + connect_timeout_;
  }
  if (stage_ == Stage::answered) return is_accepted_ ? Result::connected : Result::refused;
  if (now >= gives_up_) return Result::timed_out;
  if (around.is_path_open) {
    stage_ = Stage::answered;
    is_accepted_ = around.is_listening;
    next_ = now + around.round_trip;
  } else {
    next_ = std::min(now + pause_, gives_up_);
    pause_ *= 2;
  }
  return Result::pending;
}

}  // namespace heartwire::sim
