#pragma once
// Accepts TCP connections on one address, and goes on doing so when the system runs short.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/net/address.hpp"
#include "heartwire/net/descriptor.hpp"
#include "heartwire/net/loop.hpp"
#include "heartwire/net/socket.hpp"
#include "heartwire/net/stream.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::net {

struct ListenOptions {
  /// An IP address, or `localhost` for 127.0.0.1. Default: every IPv4 address. `::` takes IPv4 too.
  std::string address = "0.0.0.0";
  /// Default 0: the system chooses; see Listener::address.
  std::uint16_t port = 0;
  /// Connections that the kernel completes ahead of us. Default 4096, cut to the system's own limit
  /// (net.core.somaxconn): after a restart all clients come back at once.
  int backlog = 4096;
  /// Listen although connections of an earlier run linger (SO_REUSEADDR). Default on: or else a
  /// server could not be restarted for a minute.
  bool reuse_address = true;
  /// Share the port with other listeners that ask for it too (SO_REUSEPORT). Default off: a second
  /// server on the same port is a mistake more often than not.
  bool reuse_port = false;
  /// Of each accepted connection.
  SocketOptions socket{};
};

class Listener {
 public:
  struct Callbacks {
    /// A connection came. `peer` is who. May close, pause or destroy the listener.
    std::function<void(Stream stream, const Address& peer)> on_accept;
    /// Accepting met with trouble, for people; it goes on. Said at most once a second. May be
    /// empty.
    std::function<void(std::string_view what)> on_trouble{};
  };

  explicit Listener(Loop& loop);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Listens from now on, and returns where, or why not, for people:
  /// `cannot listen on 0.0.0.0:80: permission denied`. Closes what was open before.
  base::Result<Address, std::string> open(const ListenOptions& options, Callbacks callbacks);
  /// No callback comes any more; whoever connects is refused.
  void close() noexcept;

  /// Leaves connections waiting in the kernel, up to the backlog.
  void pause() noexcept;
  void resume();

  bool is_open() const noexcept { return descriptor_.is_open(); }

 private:
  /// How a single accept went.
  enum class Step : std::uint8_t { again, wait, retry_later, gone };

  void wait();
  void accept_some();
  Step accept_one();
  Step on_accept_error(int error);
  Step shed_one(int error);
  /// Both say whether we are still open after the user's callback.
  template <typename Call>
  bool survives(Call&& call);
  bool tell(const std::string& what);

  Loop& loop_;
  Descriptor descriptor_;
  SocketOptions socket_options_;
  Callbacks callbacks_;
  Loop::TimerId retry_timer_;
  int reserve_fd_ = -1;  ///< Kept to be given up when no other is left: see shed_one.
  bool is_paused_ = false;
  std::uint64_t shed_count_ = 0;  ///< Since it was last told.
  std::optional<base::Instant> told_at_;
  bool* is_gone_ = nullptr;  ///< Set to true by whoever closes or destroys us inside a callback.
};

}  // namespace heartwire::net
