#pragma once
// A small seeded random generator (SplitMix64) for jitter and for masking keys in simulation.
//
// Not a source of secrets: what must be unpredictable to a peer is seeded by the driver from the
// operating system. Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators".

#include "heartwire/base/instant.hpp"

#include <cstdint>

namespace heartwire::base {

class Rng {
 public:
  explicit Rng(std::uint64_t seed) noexcept : state_(seed) {}

  /// 64 random bits.
  std::uint64_t next() noexcept;

  /// Uniform in [0, bound). `bound` 0 gives 0.
  std::uint64_t below(std::uint64_t bound) noexcept;

  /// Uniform in [low, high]; `low` when the range is empty.
  Duration between(Duration low, Duration high) noexcept;

 private:
  std::uint64_t state_;
};

}  // namespace heartwire::base
