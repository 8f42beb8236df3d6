#pragma once
// How much of the heap is in use, under sanitizers and without, and how much it ever was.

#include <atomic>
#include <cstddef>
#include <thread>

namespace heartwire::support {

/// Bytes of the whole process that were allocated and not freed.
std::size_t heap_bytes() noexcept;

/// Looks about once a millisecond, from construction on.
class HeapWatch {
 public:
  HeapWatch();
  ~HeapWatch();
  HeapWatch(const HeapWatch&) = delete;
  HeapWatch& operator=(const HeapWatch&) = delete;

  /// How far the heap has ever been seen above where it was at the beginning.
  std::size_t growth_max() noexcept;
  /// How far it is now.
  std::size_t growth() const noexcept;

 private:
  void look() noexcept;

  const std::size_t begin_;
  std::atomic<std::size_t> peak_;
  std::atomic<bool> is_over_{false};
  std::thread watcher_;
};

}  // namespace heartwire::support
