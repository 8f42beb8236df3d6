#include "tests/integration/network/soak_plan.hpp"

namespace heartwire::soak {
namespace {

using namespace std::chrono_literals;
using integration::Way;

// The ports that Linux gives to clients.
constexpr std::uint16_t kPortFirst = 32'768;
constexpr std::uint16_t kPortLast = 60'999;

// From a hiccup to longer than any detection.
constexpr auto kKillingMin = 500ms;
constexpr auto kKillingMax = 10'500ms;
constexpr auto kSurelyNoticed = 9'500ms;
constexpr auto kHurtingMin = 2s;
constexpr auto kHurtingMax = 6s;

enum Kind : std::size_t { up, down, both, reset, route, link, flows, delay, loss, rate };

}  // namespace

PlannedFault plan_fault(base::Rng& rng, bool is_first) {
  PlannedFault fault;
  fault.kind = is_first ? Kind::both : rng.below(kFaultKinds.size());
  const FaultKind& kind = kFaultKinds[fault.kind];
  if (!is_first && kind.may_be_partial && rng.below(2) == 0) {
    const auto middle = static_cast<std::uint16_t>(kPortFirst + rng.below(kPortLast - kPortFirst));
    fault.ports = rng.below(2) == 0 ? integration::Ports{kPortFirst, middle}
                                    : integration::Ports{middle, kPortLast};
  }
  const auto length = kind.kills ? rng.between(is_first ? kSurelyNoticed : kKillingMin, kKillingMax)
                                 : rng.between(kHurtingMin, kHurtingMax);
  fault.length = std::chrono::duration_cast<std::chrono::milliseconds>(length);
  return fault;
}

void strike(integration::Network& network, const PlannedFault& fault) {
  switch (static_cast<Kind>(fault.kind)) {
    case up: return network.black_hole(Way::up, fault.ports);
    case down: return network.black_hole(Way::down, fault.ports);
    case both: return network.black_hole(Way::both, fault.ports);
    case reset: return network.reset(fault.ports);
    case route: return network.remove_route();
    case link: return network.link_down();
    case flows: return network.forget_flows();
    case delay: return network.delay(500ms, 200ms);
    case loss: return network.lose(2);
    case rate: return network.throttle(2'000);
  }
}

void mend(integration::Network& network, const PlannedFault& fault) {
  if (fault.kind == Kind::link)
    network.link_up_elsewhere();
  else
    network.mend();
}

}  // namespace heartwire::soak
