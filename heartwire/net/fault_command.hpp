#pragma once
// The language in which people and scripts order faults: one command a line, words separated by
// blanks. Pure: text in, values out.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/net/fault_rules.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace heartwire::net {

namespace faults {

/// Hold back the commands behind this one for so long.
struct Wait {
  base::Duration duration{};
  bool operator==(const Wait&) const = default;
};
/// Say what the rules are and what has passed.
struct Status {
  bool operator==(const Status&) const = default;
};
struct Help {
  bool operator==(const Help&) const = default;
};
struct Quit {
  bool operator==(const Quit&) const = default;
};

}  // namespace faults

/// What a line can mean: an action for FaultProxy::apply(), or something for whoever reads lines.
using FaultCommand =
    std::variant<FaultAction, faults::Wait, faults::Status, faults::Help, faults::Quit>;

/// Reads one line. The error is for people and names the wrong word; an empty line is an error.
base::Result<FaultCommand, std::string> parse_fault_command(std::string_view line);

/// Reads commands separated by semicolons or line ends; empty ones are skipped. The first error
/// refuses the whole script.
base::Result<std::vector<FaultCommand>, std::string> parse_fault_script(std::string_view script);

/// Reads `200ms`, `1.5s`, `2min`, or a bare `0`; units us, ms, s, m or min, h; at most a day.
base::Result<base::Duration, std::string> parse_fault_duration(std::string_view text);

/// Every command with its arguments and meaning, a line each.
std::string_view fault_command_help() noexcept;

}  // namespace heartwire::net
