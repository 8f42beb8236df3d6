#pragma once
// What the tests of this layer share: bytes written as hexadecimal, and frames that may break any
// rule, which the layer's own encoder refuses to make.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/ws/mask.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace heartwire::ws::test {

/// `81 05 48` as bytes; spaces are ignored.
inline base::Bytes hex(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  base::Bytes bytes;
  bool is_low = false;
  for (const char c : text) {
    if (c == ' ') continue;
    if (is_low) {
      bytes.back() = static_cast<std::uint8_t>(bytes.back() << 4 | digit(c));
    } else {
      bytes.push_back(static_cast<std::uint8_t>(digit(c)));
    }
    is_low = !is_low;
  }
  return bytes;
}

/// A frame by its raw first octet, with the shortest length, masked if there is a key.
inline base::Bytes raw_frame(int first_octet, std::string_view payload,
                             std::optional<MaskKey> key = std::nullopt) {
  const int mask_bit = key ? 0x80 : 0;
  base::Bytes out{static_cast<std::uint8_t>(first_octet)};
  if (payload.size() < 126) {
    out.push_back(static_cast<std::uint8_t>(mask_bit | static_cast<int>(payload.size())));
  } else {
    const int size = payload.size() <= 0xFFFF ? 2 : 8;
    out.push_back(static_cast<std::uint8_t>(mask_bit | (size == 2 ? 126 : 127)));
    for (int i = size - 1; i >= 0; --i)
      out.push_back(static_cast<std::uint8_t>(std::uint64_t{payload.size()} >> (8 * i)));
  }
  for (int shift = 24; key && shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(*key >> shift));
  for (std::size_t i = 0; i < payload.size(); ++i) {
    const auto octet = static_cast<std::uint8_t>(payload[i]);
    const std::uint32_t mask = key ? *key >> (24 - 8 * (i % 4)) : 0;
    out.push_back(static_cast<std::uint8_t>(octet ^ mask));
  }
  return out;
}

inline base::Bytes joined(const std::vector<base::Bytes>& parts) {
  base::Bytes out;
  for (const base::Bytes& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

/// Sizes of pieces that sum to `total`: whole, octet by octet, and `random_count` random cuts.
inline std::vector<std::vector<std::size_t>> ways_to_cut(std::size_t total, base::Rng& rng,
                                                         int random_count = 20) {
  std::vector<std::vector<std::size_t>> ways = {{total}, std::vector<std::size_t>(total, 1)};
  for (int i = 0; i < random_count; ++i) {
    std::vector<std::size_t> way;
    const std::uint64_t longest = 1 + rng.below(total + 1);
    for (std::size_t left = total; left > 0; left -= way.back())
      way.push_back(static_cast<std::size_t>(1 + rng.below(left < longest ? left : longest)));
    ways.push_back(way);
  }
  return ways;
}

}  // namespace heartwire::ws::test
