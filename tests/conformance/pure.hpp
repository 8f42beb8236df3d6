#pragma once
// Runs a case against the pure endpoints: no socket, no clock, no thread.

#include "tests/conformance/feeding.hpp"
#include "tests/conformance/transcript.hpp"

namespace heartwire::conformance {

/// Our endpoint of that role echoes; the peer is of the other.
Transcript run_pure(const Case& test, Role role, Feeding feeding);

}  // namespace heartwire::conformance
