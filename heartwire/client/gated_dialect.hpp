#pragma once
// A dialect whose functions may be the user's: behind the same gate as the hooks, so that none of
// them begins once the client was stopped, and none is running once it was destroyed.

#include "heartwire/client/hook_gate.hpp"
#include "heartwire/core/dialect.hpp"

namespace heartwire::client {

/// Wraps `inner`. Behind a shut gate every message is hidden and nothing is sent. `gate` must
/// outlive the result.
core::DialectPtr gate_dialect(core::DialectPtr inner, HookGate& gate);

}  // namespace heartwire::client
