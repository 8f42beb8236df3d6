#include "heartwire/ws/mask.hpp"

#include <array>
#include <cstring>

namespace heartwire::ws {
namespace {

constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::size_t kBlock = 4 * kWord;

void xor_word(std::uint8_t* at, std::uint64_t mask) noexcept {
  std::uint64_t word;
  std::memcpy(&word, at, kWord);
  word ^= mask;
  std::memcpy(at, &word, kWord);
}

}  // namespace

void apply_mask(base::MutableByteView bytes, MaskKey key, std::size_t phase) noexcept {
  // The key repeated over a word in wire order, turned so that the word starts at `phase`. A word
  // is a whole number of keys, so the same word fits everywhere. memcpy keeps it free of alignment
  // and byte order.
  std::array<std::uint8_t, kWord> octets{};
  for (std::size_t i = 0; i < kWord; ++i)
    octets[i] = static_cast<std::uint8_t>(key >> (24 - 8 * ((phase + i) % 4)));
  std::uint64_t mask;
  std::memcpy(&mask, octets.data(), kWord);

  std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= kBlock; at += kBlock, left -= kBlock) {
    xor_word(at, mask);
    xor_word(at + kWord, mask);
    xor_word(at + 2 * kWord, mask);
    xor_word(at + 3 * kWord, mask);
  }
  for (; left >= kWord; at += kWord, left -= kWord) xor_word(at, mask);
  for (std::size_t i = 0; i < left; ++i) at[i] ^= octets[i];
}

}  // namespace heartwire::ws
