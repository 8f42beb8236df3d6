#pragma once
// A file descriptor that a loop watches. It says when one may go on; reading and writing are the
// owner's, with the owner's buffers: so whoever waits holds no buffer.

#include <cstdint>
#include <functional>

namespace heartwire::net {

class Loop;

/// What a descriptor may become ready for.
enum class Ready : std::uint8_t { read, write };

/// A small handle that may be moved at any time, also while a wait is under way.
class Descriptor {
 public:
  /// Two waits may be under way at once, told apart by who waits; TLS may have both of them wait
  /// for the same readiness.
  enum class Waiter : std::uint8_t { reader, writer };

  Descriptor() noexcept = default;
  /// Takes over `fd`, which must be non-blocking. Closes it if the loop cannot watch it; it is not
  /// open then.
  Descriptor(Loop& loop, int fd);
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  bool is_open() const noexcept { return core_ != nullptr; }
  /// -1 when closed.
  int fd() const noexcept;

  /// Calls `handler` once, when `fd` is ready or broken, never inside this call. Asking again
  /// before it was called replaces the handler. It may close or destroy this object. The descriptor
  /// must be open.
  void async_wait(Waiter waiter, Ready ready, std::function<void()> handler);
  /// Calls `handler` soon, without waiting for anything.
  void async_continue(Waiter waiter, std::function<void()> handler);
  /// No handler that was given before is called any more.
  void cancel() noexcept;
  /// cancel(), then closes. Harmless when closed.
  void close() noexcept;
  /// cancel(), then gives `fd` away. -1 when closed.
  int release() noexcept;

 private:
  struct Core;
  struct Wait;

  Core* core_ = nullptr;
};

}  // namespace heartwire::net
