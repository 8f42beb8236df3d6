#pragma once
// A fixed-size first-in first-out queue inside its owner: no allocation, no growth. Overflow is a
// bug of the owner, who knows how much one step can put in.

#include "heartwire/base/check.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace heartwire::base {

template <typename T, std::size_t Capacity>
class RingBuffer {
 public:
  bool is_empty() const noexcept { return size_ == 0; }
  bool is_full() const noexcept { return size_ == Capacity; }
  std::size_t size() const noexcept { return size_; }

  void push(T value) {
    HW_CHECK(!is_full());
    slots_[(first_ + size_) % Capacity] = std::move(value);
    ++size_;
  }

  /// Takes the oldest element, or nothing.
  std::optional<T> pop() {
    if (is_empty()) return std::nullopt;
    T value = std::move(slots_[first_]);
    first_ = (first_ + 1) % Capacity;
    --size_;
    return value;
  }

  void clear() noexcept { first_ = size_ = 0; }

 private:
  std::array<T, Capacity> slots_{};
  std::uint32_t first_ = 0;
  std::uint32_t size_ = 0;
};

}  // namespace heartwire::base
