#pragma once
// Randomness from the operating system: seeds for machines, keys that a peer cannot predict.

#include "heartwire/base/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace heartwire::net {

/// Fills `bytes` from the system's generator. Any thread. A system that has none is a bug.
void fill_random(base::MutableByteView bytes) noexcept;

/// A seed for a machine.
std::uint64_t random_seed() noexcept;

/// A key, for instance a Sec-WebSocket-Key (RFC 6455 section 4.1).
std::array<std::uint8_t, 16> random_key() noexcept;

/// Random words by the thousand, such as masking keys, at one system call for each 256. Belongs to
/// one thread. What was handed out is wiped.
class EntropyPool {
 public:
  std::uint32_t next_u32() noexcept;

 private:
  static constexpr std::size_t kWords = 256;

  std::array<std::uint32_t, kWords> words_{};
  std::size_t unused_ = 0;
};

}  // namespace heartwire::net
