#include "heartwire/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace heartwire::base {

void check_failed(const char* expression, const char* file, int line) noexcept {
  // The last words of a program that is about to abort are the one output of the pure layers.
  std::fprintf(stderr, "heartwire: bug: check failed: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace heartwire::base
