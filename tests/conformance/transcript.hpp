#pragma once
// What must come of a case and what came of it, as lines that a failing test shows side by side.

#include "heartwire/core/outcome.hpp"
#include "tests/conformance/case.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace heartwire::conformance {

using Transcript = std::vector<std::string>;

/// What the peer must see, how the transport must end, and what the application must be told, if
/// the test can ask it.
Transcript expected(const Case& test, bool is_told = true);

/// The line for what an application is told of the end.
std::string told(core::Cause cause, std::uint16_t code, bool is_clean);

/// Of a case that demands it, last.
inline constexpr const char* kCompressedBack = "compressed";
inline constexpr const char* kEnd = "end";
inline constexpr const char* kSilence = "SILENCE: the connection stays, and nothing comes";

}  // namespace heartwire::conformance
