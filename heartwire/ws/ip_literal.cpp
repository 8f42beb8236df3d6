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

/// What follows needs a text that is known to be an address.
std::uint8_t take_octet(std::string_view& text) noexcept {
  int value = 0;
  while (!text.empty() && text.front() != '.') {
    value = value * 10 + (text.front() - '0');
    text.remove_prefix(1);
  }
  if (!text.empty()) text.remove_prefix(1);
  return static_cast<std::uint8_t>(value);
}

void write_ipv4(std::string_view text, std::uint8_t* out) noexcept {
  for (int i = 0; i < 4; ++i) out[i] = take_octet(text);
}

unsigned hex_of(char c) noexcept {
  return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

/// Writes the groups of one side of a `::`, and returns how many octets they are.
std::size_t write_groups(std::string_view text, std::uint8_t* out) noexcept {
  std::size_t size = 0;
  while (!text.empty()) {
    const std::string_view group = text.substr(0, text.find(':'));
    if (group.find('.') != std::string_view::npos) {
      write_ipv4(group, out + size);
      return size + 4;
    }
    unsigned value = 0;
    for (const char c : group) value = value << 4 | hex_of(c);
    out[size++] = static_cast<std::uint8_t>(value >> 8);
    out[size++] = static_cast<std::uint8_t>(value);
    text.remove_prefix(group.size() == text.size() ? group.size() : group.size() + 1);
  }
  return size;
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

std::optional<IpAddress> parse_ip(std::string_view text) noexcept {
  IpAddress address;
  if (is_ipv4(text)) {
    write_ipv4(text, address.octets.data());
    return address;
  }
  if (!is_ipv6(text)) return std::nullopt;
  address.is_v6 = true;
  const std::size_t gap = text.find("::");
  write_groups(text.substr(0, gap), address.octets.data());
  if (gap == std::string_view::npos) return address;
  std::array<std::uint8_t, 16> after{};
  const std::size_t size = write_groups(text.substr(gap + 2), after.data());
  std::copy_n(
      after.begin(), size,
      address.octets.end() - static_cast<std::array<std::uint8_t, 16>::difference_type>(size));
  return address;
}

}  // namespace heartwire::ws
