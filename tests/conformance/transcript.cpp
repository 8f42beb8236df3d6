#include "tests/conformance/transcript.hpp"

namespace heartwire::conformance {

Transcript expected(const Case& test, bool is_told) {
  constexpr std::uint16_t kNoStatus = 1005;
  Transcript lines;
  for (const Frame& frame : test.seen) lines.push_back(describe(frame));
  const auto& code = test.ends.code;
  lines.push_back(describe(code ? close(*code) : close()));
  lines.push_back(kEnd);
  const bool is_failed = test.ends.kind == Ending::Kind::failed;
  if (is_told)
    lines.push_back(told(is_failed ? core::Cause::protocol_error : core::Cause::closed,
                         code.value_or(kNoStatus), !is_failed));
  if (test.is_compressed_back) lines.push_back(kCompressedBack);
  return lines;
}

std::string told(core::Cause cause, std::uint16_t code, bool is_clean) {
  return "told: " + std::string{core::name(cause)} + ' ' + std::to_string(code) +
         (is_clean ? ", clean" : ", not clean");
}

}  // namespace heartwire::conformance
