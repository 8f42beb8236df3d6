#include "heartwire/net/entropy.hpp"

#include "heartwire/base/check.hpp"

#include <algorithm>
#include <unistd.h>
#include <utility>

namespace heartwire::net {
namespace {

/// What getentropy gives at once (POSIX).
constexpr std::size_t kChunkBytes = 256;

}  // namespace

void fill_random(base::MutableByteView bytes) noexcept {
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), kChunkBytes);
    HW_CHECK(::getentropy(bytes.data(), count) == 0);
    bytes = bytes.subspan(count);
  }
}

std::uint64_t random_seed() noexcept {
  std::array<std::uint8_t, 8> bytes{};
  fill_random(bytes);
  std::uint64_t seed = 0;
  for (const std::uint8_t byte : bytes) seed = (seed << 8) | byte;
  return seed;
}

std::array<std::uint8_t, 16> random_key() noexcept {
  std::array<std::uint8_t, 16> key{};
  fill_random(key);
  return key;
}

std::uint32_t EntropyPool::next_u32() noexcept {
  if (unused_ == 0) {
    fill_random({reinterpret_cast<std::uint8_t*>(words_.data()), sizeof words_});
    unused_ = kWords;
  }
  return std::exchange(words_[--unused_], 0);
}

}  // namespace heartwire::net
