#pragma once
// HW_CHECK: a bug in heartwire stops the program, in release builds too. It is never used for what
// a peer, the world or a caller did: those are a Result, an event, or a refusal.

namespace heartwire::base {

/// Says on standard error which check failed where, and aborts. Any thread.
[[noreturn]] void check_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace heartwire::base

#define HW_CHECK(expression)     \
  (static_cast<bool>(expression) \
       ? static_cast<void>(0)    \
       : ::heartwire::base::check_failed(#expression, __FILE__, __LINE__))
