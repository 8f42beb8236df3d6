#include "heartwire/sim/detector_draws.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace heartwire::sim {

using base::Duration;
using Microseconds = std::chrono::duration<std::int64_t, std::micro>;

namespace {

std::uint64_t in_microseconds(Duration duration) noexcept {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<Microseconds>(duration).count());
}

Duration microseconds(std::uint64_t count) noexcept {
  return Microseconds{static_cast<std::int64_t>(count)};
}

/// How many numbers from `first` on fall before one rises.
int falling_run(std::uint64_t first, base::Rng& rng) noexcept {
  int length = 1;
  for (std::uint64_t last = first, next = rng.next(); next < last; next = rng.next()) {
    last = next;
    ++length;
  }
  return length;
}

}  // namespace

Duration draw_exponential(Duration mean, base::Rng& rng) noexcept {
  // A run that begins at x, of 1, has an odd length with a probability of exp(-x): such an x is
  // the fraction. Every run refused is one mean more.
  constexpr int kBits = 24;
  const std::uint64_t mean_us = in_microseconds(mean);
  for (std::uint64_t whole = 0;; ++whole) {
    const std::uint64_t first = rng.next();
    if (falling_run(first, rng) % 2 == 0) continue;
    return microseconds(whole * mean_us + ((mean_us * (first >> (64 - kBits))) >> kBits));
  }
}

Duration draw_pareto(Duration least, Duration greatest, base::Rng& rng) noexcept {
  const std::uint64_t u = (rng.next() >> 32) + 1;
  return std::min(microseconds((in_microseconds(least) << 32) / u), greatest);
}

}  // namespace heartwire::sim
