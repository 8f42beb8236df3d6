#include "tests/unit/endpoint/allocations.hpp"

#include <cstdlib>
#include <new>

namespace {
std::size_t allocated = 0;
std::size_t freed = 0;

void release(void* memory) noexcept {
  if (memory != nullptr) ++freed;
  std::free(memory);
}
}  // namespace

std::size_t heartwire::endpoint::test::allocation_count() noexcept {
  return allocated;
}

std::size_t heartwire::endpoint::test::live_block_count() noexcept {
  return allocated - freed;
}

void* operator new(std::size_t size) {
  ++allocated;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept {
  release(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  release(memory);
}
