#include "heartwire/sim/link.hpp"

#include <algorithm>

namespace heartwire::sim {

using base::Duration;

namespace {

constexpr std::uint64_t kMillion = 1'000'000;
constexpr int kLossesMax = 12;

}  // namespace

std::uint64_t rate(const LinkOptions& options, const Lane& lane) noexcept {
  if (options.bytes_per_second == 0) return lane.bytes_per_second_max;
  if (lane.bytes_per_second_max == 0) return options.bytes_per_second;
  return std::min(options.bytes_per_second, lane.bytes_per_second_max);
}

Duration draw_latency(const LinkOptions& options, const Lane& lane, base::Rng& rng) noexcept {
  const Duration least = options.latency + lane.extra_latency;
  if (options.jitter <= Duration::zero()) return least;
  if (options.spread == Spread::uniform) return least + rng.between({}, options.jitter);
  const std::uint64_t r = rng.below(1024);
  const auto jitter = static_cast<std::uint64_t>(options.jitter.count());
  return least + Duration{static_cast<Duration::rep>((jitter >> 10) * r * r / 1024 * r / 1024)};
}

Duration draw_retransmissions(const LinkOptions& options, const Lane& lane,
                              base::Rng& rng) noexcept {
  Duration total{};
  if (lane.loss_ppm == 0) return total;
  Duration timeout = retransmission_timeout(options);
  for (int losses = 0; losses < kLossesMax && rng.below(kMillion) < lane.loss_ppm; ++losses) {
    total += timeout;
    timeout = std::min(2 * timeout, kRetransmissionMax);
  }
  return total;
}

Duration retransmission_timeout(const LinkOptions& options) noexcept {
  return 2 * (options.latency + options.jitter) + std::chrono::milliseconds{200};
}

}  // namespace heartwire::sim
