#pragma once
// The reconnect policies that a storm compares: heartwire's default, the same with another jitter,
// and what people write by hand. All of them are options of the one machine that runs in
// production.

#include "heartwire/core/reconnect_policy.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace heartwire::sim {

enum class StormPolicy : std::uint8_t {
  standard,      ///< core::ReconnectOptions as they are.
  none,          ///< The same with this jitter, as the next three.
  full,          //
  equal,         //
  decorrelated,  //
  /// Every second, or every five, whatever a server says: a timer in an onclose handler.
  constant_1s,
  constant_5s,
};

/// As it is written on a command line: `default`, `none`, `constant-1s`.
std::string_view name(StormPolicy policy) noexcept;

core::ReconnectOptions reconnect_options(StormPolicy policy);

/// All that differ: the jitter that is the default's own is left to the default.
std::vector<StormPolicy> storm_policies();

}  // namespace heartwire::sim
