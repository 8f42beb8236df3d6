#include "tests/support/heap.hpp"

#include <algorithm>
#include <chrono>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HW_HEAP_BY_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HW_HEAP_BY_SANITIZER 1
#endif
#endif

#ifdef HW_HEAP_BY_SANITIZER
// GCC has the function but not <sanitizer/allocator_interface.h>, which declares it.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();
#else
#include <malloc.h>
#endif

namespace heartwire::support {

std::size_t heap_bytes() noexcept {
#ifdef HW_HEAP_BY_SANITIZER
  return __sanitizer_get_current_allocated_bytes();
#else
  const auto usage = ::mallinfo2();
  return usage.uordblks + usage.hblkhd;
#endif
}

HeapWatch::HeapWatch() : begin_(heap_bytes()), peak_(begin_) {
  watcher_ = std::thread([this] {
    while (!is_over_) {
      look();
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
  });
}

HeapWatch::~HeapWatch() {
  is_over_ = true;
  watcher_.join();
}

std::size_t HeapWatch::growth_max() noexcept {
  look();
  return peak_ - begin_;
}

std::size_t HeapWatch::growth() const noexcept {
  const std::size_t now = heap_bytes();
  return now > begin_ ? now - begin_ : 0;
}

void HeapWatch::look() noexcept {
  const std::size_t now = heap_bytes();
  std::size_t peak = peak_;
  while (now > peak && !peak_.compare_exchange_weak(peak, now)) {
  }
}

}  // namespace heartwire::support
