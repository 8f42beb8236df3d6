#pragma once
// What the world did to a connection, in the core's terms: the one place where a failed dial or a
// broken stream becomes a core::Outcome.

#include "heartwire/core/outcome.hpp"
#include "heartwire/net/dialer.hpp"
#include "heartwire/net/io_result.hpp"

#include <ostream>
#include <string_view>

namespace heartwire::net {

/// Of an attempt that failed before there was a transport.
core::Outcome outcome_of(const DialFailure& failure);

/// Of a transport whose read or write gave `ended` or `failed`.
core::Outcome outcome_of(const IoResult& result);

/// The enumerators' own names.
std::string_view name(DialStage stage) noexcept;
std::string_view name(DialCause cause) noexcept;

/// `connect/refused: cannot connect to example.org:443: connection refused`, for tests and logs.
std::ostream& operator<<(std::ostream& out, const DialFailure& failure);

}  // namespace heartwire::net
