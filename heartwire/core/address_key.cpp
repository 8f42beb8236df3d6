#include "heartwire/core/address_key.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace heartwire::core {

namespace {

constexpr std::size_t kGroupCount = 8;

/// The groups of an IPv6 address, or a part of them, from left to right.
struct Groups {
  std::array<std::uint16_t, kGroupCount> values{};
  std::size_t count = 0;

  bool push(std::uint32_t value) noexcept {
    if (count == kGroupCount) return false;
    values[count++] = static_cast<std::uint16_t>(value);
    return true;
  }
};

/// `text` as a number of at most `digits_max` digits and nothing else. No sign: from_chars reads
/// none into an unsigned number.
std::optional<std::uint32_t> parse_number(std::string_view text, int base,
                                          std::size_t digits_max) noexcept {
  if (text.empty() || text.size() > digits_max) return std::nullopt;
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::optional<std::uint32_t> parse_ipv4(std::string_view text) noexcept {
  std::uint32_t address = 0;
  for (int octet_index = 0; octet_index < 4; ++octet_index) {
    const std::size_t dot = octet_index < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return std::nullopt;
    const std::string_view digits = text.substr(0, dot);
    const auto octet = parse_number(digits, 10, 3);
    if (!octet || *octet > 255 || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
    address = address << 8 | *octet;
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return address;
}

/// One side of `::`, or a whole address without it. Empty text is no group at all.
std::optional<Groups> parse_groups(std::string_view text, bool may_end_in_ipv4) noexcept {
  Groups groups;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view word = text.substr(0, colon);
    const bool is_last = colon == std::string_view::npos;
    if (is_last && may_end_in_ipv4 && word.find('.') != std::string_view::npos) {
      const auto tail = parse_ipv4(word);
      if (!tail || !groups.push(*tail >> 16) || !groups.push(*tail & 0xffff)) return std::nullopt;
      return groups;
    }
    const auto group = parse_number(word, 16, 4);
    if (!group || !groups.push(*group)) return std::nullopt;
    if (is_last) return groups;
    text.remove_prefix(colon + 1);
    if (text.empty()) return std::nullopt;  // A colon with nothing behind it.
  }
  return groups;
}

std::optional<Groups> parse_ipv6(std::string_view text) noexcept {
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    const auto groups = parse_groups(text, true);
    return groups && groups->count == kGroupCount ? groups : std::nullopt;
  }
  const auto left = parse_groups(text.substr(0, gap), false);
  const auto right = parse_groups(text.substr(gap + 2), true);
  // The gap stands for at least one group.
  if (!left || !right || left->count + right->count >= kGroupCount) return std::nullopt;
  Groups groups = *left;
  groups.count = kGroupCount;
  for (std::size_t i = 0; i < right->count; ++i) {
    groups.values[kGroupCount - right->count + i] = right->values[i];
  }
  return groups;
}

/// The bits of `count` groups from `first` on.
std::uint64_t bits_of(const Groups& groups, std::size_t first, std::size_t count) noexcept {
  std::uint64_t bits = 0;
  for (std::size_t i = first; i < first + count; ++i) bits = bits << 16 | groups.values[i];
  return bits;
}

}  // namespace

std::optional<AddressKey> address_key(std::string_view numeric_address) noexcept {
  if (numeric_address.find(':') == std::string_view::npos) {
    const auto address = parse_ipv4(numeric_address);
    if (!address) return std::nullopt;
    return AddressKey{*address, AddressKey::Family::ipv4};
  }
  const auto groups = parse_ipv6(numeric_address.substr(0, numeric_address.find('%')));
  if (!groups) return std::nullopt;
  const std::uint64_t upper = bits_of(*groups, 0, 4);
  const std::uint64_t lower = bits_of(*groups, 4, 4);
  if (upper == 0 && lower >> 32 == 0xffff) {
    return AddressKey{lower & 0xffff'ffff, AddressKey::Family::ipv4};
  }
  return AddressKey{upper, AddressKey::Family::ipv6};
}

}  // namespace heartwire::core
