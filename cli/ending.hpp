#pragma once
// How the end of a connection reads, on either side of it.

#include "heartwire/core/lifecycle.hpp"
#include "heartwire/core/outcome.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace heartwire::cli {

/// `us`, `peer`, `nobody`.
std::string_view name(core::EndedBy by) noexcept;

/// One line: `refused: cannot connect to ...`, `closed 4000: ... (peer said "...")`. `text` is
/// ours, `reason` the peer's; both come out as a terminal may have them.
std::string describe_end(core::Cause cause, std::uint16_t code, std::string_view text,
                         std::string_view reason);

}  // namespace heartwire::cli
