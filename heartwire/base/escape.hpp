#pragma once
// Makes a peer's text fit to print: what it says may not move a terminal's cursor, forge a log
// line, or fill the log.

#include <cstddef>
#include <string>
#include <string_view>

namespace heartwire::base {

/// `text` as printable ASCII: quotes and backslashes escaped, every other octet as `\n`, `\r`, `\t`
/// or `\xHH`. No longer than `bytes_max` (at least 3), the last three being `...` if it was cut.
std::string escape_for_log(std::string_view text, std::size_t bytes_max = 200);

}  // namespace heartwire::base
