#include "cli/ending.hpp"

#include "heartwire/base/escape.hpp"

namespace heartwire::cli {

std::string_view name(core::EndedBy by) noexcept {
  switch (by) {
    case core::EndedBy::us: return "us";
    case core::EndedBy::peer: return "peer";
    case core::EndedBy::nobody: break;
  }
  return "nobody";
}

std::string describe_end(core::Cause cause, std::uint16_t code, std::string_view text,
                         std::string_view reason) {
  constexpr std::size_t kTextBytesMax = 400;
  std::string line{core::name(cause)};
  if (code != 0) line += ' ' + std::to_string(code);
  if (!text.empty()) line += ": " + base::escape_for_log(text, kTextBytesMax);
  if (!reason.empty()) line += " (peer said \"" + base::escape_for_log(reason) + "\")";
  return line;
}

}  // namespace heartwire::cli
