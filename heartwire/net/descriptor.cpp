#include "heartwire/net/descriptor.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/net/loop.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <unistd.h>
#include <utility>

namespace heartwire::net {
namespace {

using Native = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

constexpr std::size_t index_of(Descriptor::Waiter waiter) noexcept {
  return static_cast<std::size_t>(waiter);
}

}  // namespace

/// Shared between the handle and the waits that Asio holds, which may outlive it. Counted by hand:
/// all of them live on one thread, and a wait of two words costs no allocation of its own.
struct Descriptor::Core {
  using Handler = std::function<void()>;

  explicit Core(boost::asio::io_context& context) : native(context) {}

  Handler take_handler(Waiter waiter) {
    if (waiter == Waiter::reader) return std::exchange(reader, nullptr);
    const auto taken = std::exchange(writer, nullptr);
    return taken ? std::move(*taken) : nullptr;
  }
  void put_handler(Waiter waiter, Handler handler) {
    if (waiter == Waiter::reader) {
      reader = std::move(handler);
    } else {
      writer = std::make_unique<Handler>(std::move(handler));
    }
  }
  /// What the handlers own may include the descriptor: whoever calls this holds a reference.
  void forget_waits() noexcept {
    for (const Waiter waiter : {Waiter::reader, Waiter::writer}) {
      ++generations[index_of(waiter)];
      ready[index_of(waiter)].reset();
    }
    take_handler(Waiter::reader);
    take_handler(Waiter::writer);
  }

  Native native;
  Handler reader;
  std::unique_ptr<Handler> writer;              ///< Seldom there, so it has no room when it is not.
  std::array<std::uint32_t, 2> generations{};   ///< Of waits; what an older one reports is ignored.
  std::array<std::optional<Ready>, 2> ready{};  ///< What Asio is waiting for on behalf of each.
  std::uint32_t references = 1;
};

struct Descriptor::Wait {
  /// The newest of `one`: what was waited for before is ignored from now on.
  Wait(Core* to, Waiter one) noexcept
      : core(to), generation(++to->generations[index_of(one)]), waiter(one) {
    ++core->references;
  }
  Wait(Wait&& other) noexcept
      : core(std::exchange(other.core, nullptr)),
        generation(other.generation),
        waiter(other.waiter) {}
  Wait& operator=(Wait&&) = delete;
  ~Wait() { release(core); }

  static void release(Core* one) noexcept {
    if (one != nullptr && --one->references == 0) delete one;
  }

  void operator()(const boost::system::error_code& = {}) {
    if (core->generations[index_of(waiter)] != generation) return;
    core->ready[index_of(waiter)].reset();
    if (const auto handler = core->take_handler(waiter)) handler();
  }

  Core* core;
  std::uint32_t generation;
  Waiter waiter;
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
  core_->put_handler(waiter, std::move(handler));
  auto& awaited = core_->ready[index_of(waiter)];
  if (awaited == ready) return;
  awaited = ready;
  core_->native.async_wait(ready == Ready::read ? Native::wait_read : Native::wait_write,
                           Wait{core_, waiter});
}

void Descriptor::async_continue(Waiter waiter, std::function<void()> handler) {
  HW_CHECK(is_open() && handler);
  core_->put_handler(waiter, std::move(handler));
  core_->ready[index_of(waiter)].reset();
  boost::asio::post(core_->native.get_executor(), Wait{core_, waiter});
}

void Descriptor::cancel() noexcept {
  if (!is_open()) return;
  boost::system::error_code ignored;
  core_->native.cancel(ignored);
  // A handler may own this object: they go last.
  Core* const core = core_;
  ++core->references;
  core->forget_waits();
  Wait::release(core);
}

void Descriptor::close() noexcept {
  Core* const core = std::exchange(core_, nullptr);
  if (core == nullptr) return;
  boost::system::error_code ignored;
  core->native.close(ignored);
  core->forget_waits();
  Wait::release(core);
}

int Descriptor::release() noexcept {
  if (!is_open()) return -1;
  const int fd = core_->native.release();
  close();
  return fd;
}

}  // namespace heartwire::net
