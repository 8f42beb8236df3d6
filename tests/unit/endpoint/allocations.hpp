#pragma once
// Counts what this executable allocates. The replaced operators live in a file of their own, where
// no compiler can see into both ends of them.

#include <cstddef>

namespace heartwire::endpoint::test {

/// Calls of operator new so far.
std::size_t allocation_count() noexcept;

/// Blocks that were allocated and not freed yet.
std::size_t live_block_count() noexcept;

}  // namespace heartwire::endpoint::test
