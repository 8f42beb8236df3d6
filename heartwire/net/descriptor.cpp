#include "heartwire/net/descriptor.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/net/loop.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <optional>
#include <unistd.h>
#include <utility>

namespace heartwire::net {
namespace {

using Native = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

}  // namespace

/// Shared between the handle and the waits that Asio holds, which may outlive it. Counted by hand:
/// all of them live on one thread, and a wait of two words costs no allocation of its own.
struct Descriptor::Core {
  explicit Core(boost::asio::io_context& context) : native(context) {}

  struct Slot {
    std::function<void()> handler;
    std::uint32_t generation = 0;  ///< Of waits; what an older one reports is ignored.
    std::optional<Ready> ready;    ///< What Asio is waiting for on behalf of `generation`.
  };

  Native native;
  std::array<Slot, 2> slots;
  std::uint32_t references = 1;
};

struct Descriptor::Wait {
  Wait(Core* to, std::uint32_t slot) noexcept
      : core(to), generation(to->slots[slot].generation), slot_index(slot) {
    ++core->references;
  }
  Wait(Wait&& other) noexcept
      : core(std::exchange(other.core, nullptr)),
        generation(other.generation),
        slot_index(other.slot_index) {}
  Wait& operator=(Wait&&) = delete;
  ~Wait() { release(core); }

  static void release(Core* one) noexcept {
    if (one != nullptr && --one->references == 0) delete one;
  }

  void operator()(const boost::system::error_code& = {}) {
    Core::Slot& slot = core->slots[slot_index];
    if (slot.generation != generation || !slot.handler) return;
    slot.ready.reset();
    std::exchange(slot.handler, nullptr)();
  }

  Core* core;
  std::uint32_t generation;
  std::uint32_t slot_index;
};

Descriptor::Descriptor(Loop& loop, int fd) : core_(new Core(loop.context())) {
  boost::system::error_code error;
  core_->native.assign(fd, error);
  if (!error) return;
  ::close(fd);
  Wait::release(std::exchange(core_, nullptr));
}

Descriptor::Descriptor(Descriptor&& other) noexcept : core_(std::exchange(other.core_, nullptr)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    core_ = std::exchange(other.core_, nullptr);
  }
  return *this;
}

Descriptor::~Descriptor() {
  close();
}

int Descriptor::fd() const noexcept {
  return is_open() ? core_->native.native_handle() : -1;
}

void Descriptor::async_wait(Waiter waiter, Ready ready, std::function<void()> handler) {
  HW_CHECK(is_open() && handler);
  const auto index = static_cast<std::uint32_t>(waiter);
  Core::Slot& slot = core_->slots[index];
  slot.handler = std::move(handler);
  if (slot.ready == ready) return;
  slot.ready = ready;
  ++slot.generation;
  core_->native.async_wait(ready == Ready::read ? Native::wait_read : Native::wait_write,
                           Wait{core_, index});
}

void Descriptor::async_continue(Waiter waiter, std::function<void()> handler) {
  HW_CHECK(is_open() && handler);
  const auto index = static_cast<std::uint32_t>(waiter);
  Core::Slot& slot = core_->slots[index];
  slot.handler = std::move(handler);
  slot.ready.reset();
  ++slot.generation;
  boost::asio::post(core_->native.get_executor(), Wait{core_, index});
}

void Descriptor::cancel() noexcept {
  if (!is_open()) return;
  boost::system::error_code ignored;
  core_->native.cancel(ignored);
  for (Core::Slot& slot : core_->slots) {
    ++slot.generation;
    slot.ready.reset();
  }
  // A handler may own this object: they go last.
  Core* const core = core_;
  ++core->references;
  for (Core::Slot& slot : core->slots) std::exchange(slot.handler, nullptr);
  Wait::release(core);
}

void Descriptor::close() noexcept {
  Core* const core = std::exchange(core_, nullptr);
  if (core == nullptr) return;
  boost::system::error_code ignored;
  core->native.close(ignored);
  for (Core::Slot& slot : core->slots) {
    ++slot.generation;
    std::exchange(slot.handler, nullptr);
  }
  Wait::release(core);
}

int Descriptor::release() noexcept {
  if (!is_open()) return -1;
  const int fd = core_->native.release();
  close();
  return fd;
}

}  // namespace heartwire::net
