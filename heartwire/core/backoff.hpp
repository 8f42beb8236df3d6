#pragma once
// How long to wait before the next attempt: constant or growing, with a cap and a jitter.
//
// Growth protects a server that is down; jitter protects one that comes back. Of the rules that a
// client can follow alone, decorrelated jitter has the lowest first peak, because its first delay
// is never shorter than the base. Source: "Exponential Backoff And Jitter", AWS Architecture Blog.
//
// Invariant: no delay is under half of `delay_min` or over `delay_max`, whatever was drawn, so no
// choice of jitter is a hot loop. (Full jitter as published draws from zero; ours does not.)

#include "heartwire/base/instant.hpp"
#include "heartwire/base/rng.hpp"

#include <cstdint>

namespace heartwire::core {

/// How a delay is drawn. With v = min(delay_max, delay_min * factor^n) at step n = 0, 1, ...:
enum class Jitter : std::uint8_t {
  none,          ///< v. Many clients that were dropped together come back together.
  full,          ///< Uniform in [delay_min / 2, v].
  equal,         ///< Uniform in [v / 2, v].
  decorrelated,  ///< min(delay_max, uniform in [delay_min, 3 * the delay before]).
};

struct BackoffOptions {
  /// First, and with none and decorrelated least, delay; half of it is the floor of the others.
  /// Default 500 ms. At least 1 ms: a zero delay is a hot loop.
  base::Duration delay_min = std::chrono::milliseconds{500};
  /// Greatest delay. Default 30 s: longer and people press reload. From delay_min to 365 days.
  base::Duration delay_max = std::chrono::seconds{30};
  /// Growth a step for none, full, equal; 1 keeps the delay constant. Default 2. At least 1.
  double factor = 2.0;
  /// Default decorrelated: the lowest first peak after a mass disconnect.
  Jitter jitter = Jitter::decorrelated;

  /// A constant delay without jitter.
  static BackoffOptions constant(base::Duration delay) noexcept {
    return {delay, delay, 1.0, Jitter::none};
  }
  bool operator==(const BackoffOptions&) const = default;
};

class Backoff {
 public:
  /// `options` is borrowed and must outlive this object. Options out of range are a bug: validate()
  /// them where they enter.
  explicit Backoff(const BackoffOptions& options) noexcept : options_(&options) {}

  /// The delay before the next attempt; each call is one step further.
  base::Duration next(base::Rng& rng) noexcept;

  /// Starts again from the first delay.
  void reset() noexcept;

  /// Steps taken since the last reset; stays at its greatest value.
  std::uint32_t steps() const noexcept { return steps_; }

 private:
  base::Duration grown() const noexcept;

  const BackoffOptions* options_;
  base::Duration previous_{};  ///< The last delay (decorrelated), or the last v (the others).
  std::uint32_t steps_ = 0;
};

/// The first thing wrong with `options`, for people and naming the option, or null.
const char* validate(const BackoffOptions& options) noexcept;

}  // namespace heartwire::core
