#include "heartwire/net/listener.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/net/system_error.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace heartwire::net {
namespace {

/// Accepted before the other sockets of the loop get their turn.
constexpr int kAcceptsAtOnce = 64;
/// How long to leave connections in the backlog when the system is short of something.
constexpr auto kRetryDelay = std::chrono::milliseconds{100};
constexpr auto kTellInterval = std::chrono::seconds{1};

int open_reserve() noexcept {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void set_flag(int fd, int level, int name, int value) noexcept {
  ::setsockopt(fd, level, name, &value, sizeof value);
}

/// A listening socket, or errno.
base::Result<int, socket::Errno> listen_on(const Address& address, const ListenOptions& options) {
  const int fd = ::socket(address.is_v6 ? AF_INET6 : AF_INET,
                          SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (fd < 0) return base::Failure{errno};
  if (address.is_v6) set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  set_flag(fd, SOL_SOCKET, SO_REUSEADDR, options.reuse_address ? 1 : 0);
  if (options.reuse_port) set_flag(fd, SOL_SOCKET, SO_REUSEPORT, 1);
  // Accepted sockets inherit this, and the window is fixed before accept.
  socket::set_options(fd, options.socket);
  sockaddr_storage native{};
  const auto length = static_cast<socklen_t>(address.to_native(native));
  const auto* const generic = reinterpret_cast<const sockaddr*>(&native);
  if (::bind(fd, generic, length) == 0 && ::listen(fd, options.backlog) == 0) return fd;
  const int error = errno;
  ::close(fd);
  return base::Failure{error};
}

}  // namespace

Listener::Listener(Loop& loop)
    : loop_(loop), retry_timer_(loop.add_timer([this](base::Instant) { accept_some(); })) {}

Listener::~Listener() {
  close();
  loop_.remove_timer(retry_timer_);
}

base::Result<Address, std::string> Listener::open(const ListenOptions& options,
                                                  Callbacks callbacks) {
  HW_CHECK(callbacks.on_accept);
  close();
  const std::string where = host_and_port(options.address, options.port);
  const auto address =
      Address::parse(options.address == "localhost" ? "127.0.0.1" : options.address, options.port);
  if (!address)
    return base::Failure{"cannot listen on " + where + ": \"" + options.address +
                         "\" is not an IP address"};
  const auto fd = listen_on(*address, options);
  if (!fd) return base::Failure{"cannot listen on " + where + ": " + system_error_text(fd.error())};
  descriptor_ = Descriptor(loop_, *fd);
  const auto bound = socket::local_address(*fd);
  HW_CHECK(descriptor_.is_open() && bound);
  socket_options_ = options.socket;
  callbacks_ = std::move(callbacks);
  reserve_fd_ = open_reserve();
  is_paused_ = false;
  wait();
  return *bound;
}

void Listener::close() noexcept {
  if (is_gone_ != nullptr) *is_gone_ = true;
  is_gone_ = nullptr;
  descriptor_.close();
  loop_.schedule(retry_timer_, std::nullopt);
  if (reserve_fd_ >= 0) ::close(std::exchange(reserve_fd_, -1));
}

void Listener::pause() noexcept {
  is_paused_ = true;
  descriptor_.cancel();
  loop_.schedule(retry_timer_, std::nullopt);
}

void Listener::resume() {
  if (!std::exchange(is_paused_, false) || !is_open() || is_gone_ != nullptr) return;
  wait();
}

void Listener::wait() {
  descriptor_.async_wait(Descriptor::Waiter::reader, Ready::read, [this] { accept_some(); });
}

void Listener::accept_some() {
  Step step = Step::again;
  for (int left = kAcceptsAtOnce; left != 0 && step == Step::again; --left) step = accept_one();
  if (step == Step::gone || is_paused_) return;
  if (step == Step::retry_later) {
    loop_.schedule(retry_timer_, base::add_saturated(loop_.now(), kRetryDelay));
  } else {
    wait();
  }
}

Listener::Step Listener::accept_one() {
  if (is_paused_) return Step::wait;
  sockaddr_storage native{};
  socklen_t length = sizeof native;
  auto* const generic = reinterpret_cast<sockaddr*>(&native);
  const int fd = ::accept4(descriptor_.fd(), generic, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return on_accept_error(errno);
  const auto peer = Address::from_native(*generic);
  Stream stream(loop_, fd, socket_options_);
  if (!stream.is_open() || !peer) return Step::again;

  return survives([&](const Callbacks& user) { user.on_accept(std::move(stream), *peer); })
             ? Step::again
             : Step::gone;
}

/// Whether we are still open after `call`, which hands control to the user: nothing of us may be
/// touched if not.
template <typename Call>
bool Listener::survives(Call&& call) {
  bool is_gone = false;
  is_gone_ = &is_gone;
  const Callbacks kept = callbacks_;
  call(kept);
  if (!is_gone) is_gone_ = nullptr;
  return !is_gone;
}

Listener::Step Listener::on_accept_error(int error) {
  switch (error) {
    case EAGAIN: return Step::wait;
    case EMFILE:
    case ENFILE: return shed_one(error);
    // What happened to one connection before we came to it (accept(2)).
    case EINTR:
    case ECONNABORTED:
    case EPERM:
    case EPROTO:
    case ENOPROTOOPT:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ETIMEDOUT: return Step::again;
    default: break;
  }
  return tell("cannot accept connections: " + system_error_text(error)) ? Step::retry_later
                                                                        : Step::gone;
}

/// Out of file descriptors. A connection that is left in the backlog believes that it is open; it
/// is kinder to end it, so that its client backs off. For that the reserve is given up for a
/// moment.
Listener::Step Listener::shed_one(int error) {
  bool is_shed = false;
  bool is_nobody_there = false;
  if (reserve_fd_ >= 0) {
    ::close(std::exchange(reserve_fd_, -1));
    const int fd = ::accept4(descriptor_.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    // accept(2) asks for a descriptor before it looks whether anybody came.
    is_nobody_there = fd < 0 && errno == EAGAIN;
    is_shed = fd >= 0;
    if (is_shed) {
      socket::reset_on_close(fd);
      ::close(fd);
      ++shed_count_;
    }
  }
  reserve_fd_ = open_reserve();
  if (is_nobody_there && shed_count_ == 0) return Step::wait;
  const bool is_here = tell("cannot accept connections: " + system_error_text(error) + "; " +
                            std::to_string(shed_count_) + " turned away");
  if (!is_here) return Step::gone;
  return is_shed ? Step::again : Step::retry_later;
}

bool Listener::tell(const std::string& what) {
  const base::Instant now = loop_.now();
  if (told_at_ && now - *told_at_ < kTellInterval) return true;
  told_at_ = now;
  shed_count_ = 0;
  return survives([&](const Callbacks& user) {
    if (user.on_trouble) user.on_trouble(what);
  });
}

}  // namespace heartwire::net
