#include "heartwire/base/rng.hpp"

namespace heartwire::base {

std::uint64_t Rng::next() noexcept {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::uint64_t Rng::below(std::uint64_t bound) noexcept {
  if (bound == 0) return 0;
  // Values under the threshold would make the low residues likelier; draw again.
  const std::uint64_t threshold = (0 - bound) % bound;
  for (;;) {
    const std::uint64_t bits = next();
    if (bits >= threshold) return bits % bound;
  }
}

Duration Rng::between(Duration low, Duration high) noexcept {
  if (high <= low) return low;
  const auto width = static_cast<std::uint64_t>((high - low).count());
  return low + Duration{static_cast<Duration::rep>(below(width + 1))};
}

}  // namespace heartwire::base
