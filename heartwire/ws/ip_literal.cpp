#include "heartwire/ws/ip_literal.hpp"

#include <algorithm>
#include <cstddef>

namespace heartwire::ws {
namespace {

constexpr std::size_t kNotGroups = 99;

bool is_octet(std::string_view text) noexcept {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return false;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  return value <= 255;
}

bool is_group(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 4 &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

/// How many 16-bit groups `text`, one side of a `::`, stands for; kNotGroups if it is malformed.
std::size_t count_groups(std::string_view text, bool may_end_in_ipv4) noexcept {
  std::size_t count = 0;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    const bool is_last = colon == std::string_view::npos;
    if (is_last && may_end_in_ipv4 && is_ipv4(group)) return count + 2;
    if (!is_group(group)) return kNotGroups;
    ++count;
    if (is_last) return count;
    text.remove_prefix(colon + 1);
    if (text.empty()) return kNotGroups;
  }
  return count;
}

}  // namespace

bool is_ipv4(std::string_view text) noexcept {
  for (int i = 0; i < 3; ++i) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos || !is_octet(text.substr(0, dot))) return false;
    text.remove_prefix(dot + 1);
  }
  return is_octet(text);
}

bool is_ipv6(std::string_view text) noexcept {
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) return count_groups(text, true) == 8;
  const std::string_view after = text.substr(gap + 2);
  const std::size_t before_count = count_groups(text.substr(0, gap), false);
  return before_count + count_groups(after, true) <= 7;
}

}  // namespace heartwire::ws
