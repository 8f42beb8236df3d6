#include "heartwire/ws/base64.hpp"

#include <cstdint>

namespace heartwire::ws {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64_encode(base::ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (; !bytes.empty(); bytes = bytes.subspan(bytes.size() < 3 ? bytes.size() : 3)) {
    const std::size_t count = bytes.size() < 3 ? bytes.size() : 3;
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < count ? bytes[i] : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      text += i <= count ? kAlphabet[group >> (18 - 6 * i) & 0x3F] : '=';
  }
  return text;
}

std::optional<std::size_t> base64_decoded_size(std::string_view text) noexcept {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && !text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  for (const char c : text)
    if (kAlphabet.find(c) == std::string_view::npos) return std::nullopt;
  if (padding > 0) {
    // The bits that the padding leaves over must be zero, else two texts mean the same octets.
    if (text.empty()) return std::nullopt;
    const std::size_t unused = (std::size_t{1} << (2 * padding)) - 1;
    if ((kAlphabet.find(text.back()) & unused) != 0) return std::nullopt;
  }
  return (text.size() + padding) / 4 * 3 - padding;
}

}  // namespace heartwire::ws
