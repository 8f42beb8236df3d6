#pragma once
// What applications say to each other here: a greeting, and numbered messages of any size.

#include <charconv>
#include <cstdint>
#include <string_view>

namespace heartwire::sim {

inline constexpr std::string_view kGreeting = "hello";

/// The number in `m12 xxx` or `s12 xxx`; 0 for the greeting; kNoNumber for anything else.
inline constexpr std::uint32_t kNoNumber = UINT32_MAX;
inline std::uint32_t number_of(std::string_view payload) noexcept {
  if (payload == kGreeting) return 0;
  if (payload.empty() || (payload[0] != 'm' && payload[0] != 's')) return kNoNumber;
  std::uint32_t number = kNoNumber;
  const char* const end = payload.data() + payload.size();
  const auto read = std::from_chars(payload.data() + 1, end, number);
  if (read.ec != std::errc{} || read.ptr == end || *read.ptr != ' ') return kNoNumber;
  const std::string_view rest{read.ptr + 1, end};
  return rest.find_first_not_of('x') == std::string_view::npos ? number : kNoNumber;
}

}  // namespace heartwire::sim
