#include "heartwire/ws/utf8.hpp"

#include <algorithm>
#include <cstring>

namespace heartwire::ws {
namespace {

/// How many octets at the front of `bytes` are ASCII, counted in whole words.
std::size_t ascii_words(base::ByteView bytes) noexcept {
  constexpr std::uint64_t kTopBits = 0x8080808080808080U;
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::size_t at = 0;
  for (; at + 2 * kWord <= bytes.size(); at += 2 * kWord) {
    std::uint64_t words[2];
    std::memcpy(words, bytes.data() + at, sizeof words);
    if (((words[0] | words[1]) & kTopBits) != 0) break;
  }
  for (; at + kWord <= bytes.size(); at += kWord) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + at, kWord);
    if ((word & kTopBits) != 0) break;
  }
  return at;
}

}  // namespace

bool Utf8Validator::feed(base::ByteView bytes) noexcept {
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (owed_ == 0 && bytes[at] < 0x80) at += ascii_words(bytes.subspan(at));
    // One word at most octet by octet, then look for a run of ASCII again.
    const std::size_t end = std::min(bytes.size(), at + sizeof(std::uint64_t));
    for (; at < end; ++at)
      if (!take(bytes[at])) return false;
  }
  return true;
}

bool Utf8Validator::take(std::uint8_t octet) noexcept {
  if (owed_ == 0) return octet < 0x80 || take_lead(octet);
  if (octet < low_ || octet > high_) return false;
  --owed_;
  low_ = 0x80;
  high_ = 0xBF;
  return true;
}

bool Utf8Validator::take_lead(std::uint8_t octet) noexcept {
  if (octet < 0xC2 || octet > 0xF4) return false;
  owed_ = octet < 0xE0 ? 1 : octet < 0xF0 ? 2 : 3;
  if (octet == 0xE0) low_ = 0xA0;   // below: overlong
  if (octet == 0xED) high_ = 0x9F;  // above: surrogates
  if (octet == 0xF0) low_ = 0x90;   // below: overlong
  if (octet == 0xF4) high_ = 0x8F;  // above: past U+10FFFF
  return true;
}

bool is_utf8(std::string_view text) noexcept {
  Utf8Validator validator;
  return validator.feed(base::as_bytes(text)) && validator.is_complete();
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) noexcept {
  Utf8Validator validator;
  std::size_t good = 0;
  for (std::size_t i = 0; i < std::min(text.size(), bytes_max); ++i) {
    if (!validator.feed(base::as_bytes(text.substr(i, 1)))) break;
    if (validator.is_complete()) good = i + 1;
  }
  return text.substr(0, good);
}

}  // namespace heartwire::ws
