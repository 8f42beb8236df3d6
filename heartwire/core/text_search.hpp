#pragma once
// Whether a text holds a word, at a pace that does not depend on the text: what every message of
// the application goes through before a dialect would parse it.

#include <cstddef>
#include <string_view>

namespace heartwire::core {

/// As text.find(needle) != npos. That function stops at each occurrence of the needle's first
/// letter, which in dense JSON is every few bytes. Here, blocks without the needle's first and last
/// letter at their distance, nearly all, are passed over in a loop that compilers turn into vector
/// instructions.
inline bool contains(std::string_view text, std::string_view needle) noexcept {
  constexpr std::size_t kBlock = 64;
  if (needle.empty()) return true;
  const std::size_t distance = needle.size() - 1;
  const char first = needle.front();
  const char last = needle.back();
  for (; text.size() >= kBlock + distance; text.remove_prefix(kBlock)) {
    const char* const at = text.data();
    unsigned char hits = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      hits = static_cast<unsigned char>(hits | ((at[i] == first) & (at[i + distance] == last)));
    }
    if (hits != 0 && text.substr(0, kBlock + distance).find(needle) != std::string_view::npos) {
      return true;
    }
  }
  return text.find(needle) != std::string_view::npos;
}

}  // namespace heartwire::core
