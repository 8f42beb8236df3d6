#pragma once
// A dialect whose user functions may throw: what they throw is reported, and the heartbeat goes on
// as if they had said nothing.

#include "heartwire/core/dialect.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace heartwire::net {

/// Wraps `inner`. `report` is called with a text for people, on the thread that uses the dialect.
core::DialectPtr guard_dialect(core::DialectPtr inner,
                               std::function<void(std::string_view)> report);

}  // namespace heartwire::net
