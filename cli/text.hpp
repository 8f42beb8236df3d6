#pragma once
// How the tool writes things for people: times, amounts, and a peer's text that a terminal must not
// obey.

#include "heartwire/base/instant.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace heartwire::cli {

/// `text` as a terminal may have it: control characters and octets that are not UTF-8 as `\n`,
/// `\t`, `\x1b`; everything else as it is. So a message can neither move the cursor nor make a
/// second line.
std::string for_terminal(std::string_view text);

/// Two lower-case digits an octet.
std::string hex(std::string_view bytes);

/// Three digits that count: `0.35 ms`, `25 s`, `1.25 s`, `2 min 5 s`, `3 h 0 min`.
std::string describe(base::Duration duration);

/// `1 message`, `3 messages`.
std::string count_of(std::size_t count, std::string_view noun);

/// `14:03:05.123`, by the clock on the wall.
std::string wall_clock(std::chrono::system_clock::time_point now);

/// `2025-01-31T13:03:05.123Z`.
std::string utc(std::chrono::system_clock::time_point now);

}  // namespace heartwire::cli
