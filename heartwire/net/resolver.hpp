#pragma once
// From a host's name to its addresses, off the loop's thread.
//
// The system's resolver blocks, for half a minute when the network is gone, and cannot be called
// off. So it runs on a few threads that the whole process shares and nobody ever waits for: a
// lookup can be abandoned at any time, and a program may end in the middle of one.

#include "heartwire/base/result.hpp"
#include "heartwire/net/address.hpp"
#include "heartwire/net/loop.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace heartwire::net {

/// At least one address, the system's favourite first (RFC 6724), without doubles; or the reason
/// why there is none, for people, naming the host.
using Addresses = base::Result<std::vector<Address>, std::string>;

/// One question. Destroying it abandons it, at once: the handler is not called any more.
class Lookup {
 public:
  /// No question.
  Lookup() noexcept = default;
  /// Asks for the TCP addresses of `host`, with `port` put into them. `handler` is called once,
  /// later, on the loop's thread; it may destroy this object. An address needs no thread and no
  /// network. At most kLookupThreads questions are under way in the process; more wait in line.
  Lookup(Loop& loop, std::string host, std::uint16_t port, std::function<void(Addresses)> handler);
  Lookup(Lookup&&) noexcept;
  Lookup& operator=(Lookup&&) noexcept;
  ~Lookup();

  void abandon() noexcept;

 private:
  struct Question;
  class Pool;

  std::shared_ptr<Question> question_;  // Shared with the thread that works on it.
};

inline constexpr std::size_t kLookupThreads = 4;

/// Asks the system's resolver, and waits. Any thread but a loop's.
Addresses resolve_blocking(const std::string& host, std::uint16_t port);

}  // namespace heartwire::net
