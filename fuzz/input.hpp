#pragma once
// What libFuzzer gave, taken apart from the front, and bytes cut as a network might cut them.
//
// A target is one file: it reads an Input, runs the code, and states what must hold with HW_CHECK,
// whose failure libFuzzer reports like a crash. It keeps nothing from one input to the next.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/check.hpp"
#include "heartwire/base/rng.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace heartwire::fuzz {

/// Past its end it gives zeros and nothing, so that every prefix of an input is an input.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) noexcept : rest_(data, size) {}

  bool is_empty() const noexcept { return rest_.empty(); }

  std::uint8_t octet() noexcept {
    const base::ByteView one = take(1);
    return one.empty() ? std::uint8_t{0} : one[0];
  }

  /// Two octets, high one first.
  std::uint16_t number() noexcept {
    const unsigned high = octet();
    return static_cast<std::uint16_t>(high << 8U | octet());
  }

  /// As many bytes as an octet before them says, or as there are.
  base::ByteView piece() noexcept { return take(octet()); }
  std::string text() { return std::string{base::as_text(piece())}; }

  base::ByteView rest() noexcept { return take(rest_.size()); }
  std::string_view rest_text() noexcept { return base::as_text(rest()); }

  template <typename T, std::size_t Count>
  const T& one_of(const T (&choices)[Count]) noexcept {
    return choices[octet() % Count];
  }

 private:
  base::ByteView take(std::size_t size) noexcept {
    const base::ByteView front = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(front.size());
    return front;
  }

  base::ByteView rest_;
};

/// A copy of its own, so that AddressSanitizer sees a step past either end.
inline base::Bytes copy(base::ByteView bytes) {
  return {bytes.begin(), bytes.end()};
}

/// `bytes` in one piece.
inline constexpr std::uint8_t kWhole = 0;
/// `bytes` octet by octet.
inline constexpr std::uint8_t kOctets = 1;

/// `bytes` in pieces that follow from `how`: kWhole, kOctets, or any other number for lengths at
/// random, mostly short. Each piece is an allocation of its own.
inline std::vector<base::Bytes> cut(base::ByteView bytes, std::uint8_t how) {
  base::Rng rng(how);
  std::vector<base::Bytes> pieces;
  while (!bytes.empty()) {
    std::size_t size = bytes.size();
    if (how == kOctets) size = 1;
    if (how > kOctets) size = 1 + static_cast<std::size_t>(rng.below(rng.below(4) == 0 ? 400 : 9));
    const base::ByteView piece = bytes.first(std::min(size, bytes.size()));
    pieces.push_back(copy(piece));
    bytes = bytes.subspan(piece.size());
  }
  return pieces;
}

}  // namespace heartwire::fuzz
