#include "heartwire/sim/fault_plan.hpp"

#include <algorithm>
#include <numeric>

namespace heartwire::sim {

using base::Duration;
using base::Rng;
using namespace std::chrono_literals;

namespace {

/// Evenly by magnitude: as often between 10 ms and 100 ms as between 10 s and 100 s.
Duration draw_duration(Rng& rng) {
  constexpr std::array kScales{10ms, 100ms, 1'000ms, 10'000ms};
  const Duration scale = kScales[rng.below(kScales.size())];
  return rng.between(scale, std::min<Duration>(10 * scale, 90s));
}

template <std::size_t Size>
std::uint64_t one_of(Rng& rng, const std::array<std::uint64_t, Size>& choices) {
  return choices[rng.below(Size)];
}

std::uint64_t draw_amount(FaultKind kind, Rng& rng) {
  switch (kind) {
    case FaultKind::forget:
    case FaultKind::forget_reset: return 1'000 + rng.below(30'000);
    case FaultKind::loss: return one_of<4>(rng, {1'000, 20'000, 100'000, 400'000});
    case FaultKind::latency: return one_of<4>(rng, {20, 200, 1'000, 6'000});
    case FaultKind::throttle: return one_of<3>(rng, {4'000, 16'000, 100'000});
    case FaultKind::slow_reader: return one_of<3>(rng, {10, 300, 4'000});
    case FaultKind::accept_then_close:
      return one_of<7>(rng, {1000, 1001, 1008, 1011, 1012, 1013, 3000});
    case FaultKind::http_status: return one_of<8>(rng, {302, 400, 401, 403, 404, 429, 500, 503});
    case FaultKind::slow_handshake: return one_of<4>(rng, {100, 2'000, 9'000, 20'000});
    case FaultKind::overload: return 1 + rng.below(3);
    case FaultKind::clock_jump: return one_of<4>(rng, {500, 5'000, 60'000, 3'600'000});
    default: return 0;
  }
}

FaultKind draw_kind(const FaultWeights& weights, std::uint64_t total, Rng& rng) {
  std::uint64_t rest = rng.below(total);
  std::size_t kind = 0;
  while (rest >= weights[kind]) rest -= weights[kind++];
  return static_cast<FaultKind>(kind);
}

}  // namespace

FaultWeights draw_weights(Rng& rng) noexcept {
  FaultWeights weights{};
  // From worlds with hardly any kind to worlds with most.
  const std::uint64_t share = 1 + rng.below(10);
  for (std::size_t kind = 0; kind < kFaultKinds; ++kind) {
    // Drains are drawn apart (scenario_shapes.hpp), as they came after many seeds had a meaning.
    if (static_cast<FaultKind>(kind) == FaultKind::server_drain) continue;
    weights[kind] = rng.below(12) < share ? 1 + static_cast<std::uint32_t>(rng.below(8)) : 0;
  }
  return weights;
}

std::vector<Fault> draw_faults(const FaultPlanOptions& options, const FaultWeights& weights,
                               Rng& rng) {
  std::vector<Fault> faults;
  const std::uint64_t total = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
  if (total == 0) return faults;
  const std::uint64_t count = rng.below(options.faults_max + 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    Fault fault;
    fault.kind = draw_kind(weights, total, rng);
    const bool is_server = place(fault.kind) == FaultPlace::server;
    fault.target =
        static_cast<std::uint32_t>(rng.below(is_server ? options.servers : options.clients));
    fault.begins = base::instant(rng.between(1s, options.until));
    fault.lasts = std::min(draw_duration(rng), base::instant(options.until) - fault.begins);
    fault.amount = draw_amount(fault.kind, rng);
    faults.push_back(fault);
  }
  std::stable_sort(faults.begin(), faults.end(), [](const Fault& left, const Fault& right) {
    return left.begins < right.begins;
  });
  return faults;
}

}  // namespace heartwire::sim
