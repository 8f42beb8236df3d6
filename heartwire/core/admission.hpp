#pragma once
// Who may enter a server: limits on connections, on connections of one address, and on how fast
// they come. Whoever is refused is told when to return.
//
// Intuition: the refused form a queue that the server drains at accept_rate, and each is told its
// own place in it. So a crowd that was dropped together enters at its second attempt, at the rate
// the server bears, where clients left to their backoff would need three or four and come in waves.
//
// Not here: answering. A refused peer still sends its request before it can be answered, so the
// driver bounds those by its handshake time and number.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/core/address_key.hpp"
#include "heartwire/core/token_bucket.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace heartwire::core {

struct AdmissionOptions {
  /// Connections at one time. Default 100 000: at some 5 KB each, the kernel's part included and
  /// TLS not, they fit a small machine. At least 1.
  std::size_t connections_max = 100'000;
  /// Connections of one address (see AddressKey) at one time. Default 0, no limit: behind a reverse
  /// proxy all peers have the proxy's address, and behind a carrier's NAT thousands have one. A
  /// server that faces the internet itself does well with a few hundred.
  std::size_t connections_per_address_max = 0;
  /// Connections accepted a second, and how many at once. Default no limit: only a measurement
  /// tells what a machine bears (a TLS handshake is most of it). A burst under one second's worth
  /// is out of range: Retry-After has whole seconds, so those told the same one may come at once.
  TokenRate accept_rate{};
  /// The longest wait that the accept rate's queue hands out; who comes while it is longer is told
  /// a random time in the upper half of this. Default 5 min, so that a flood of attempts cannot
  /// send honest clients away for hours. From 1 s to 1 day.
  std::chrono::seconds queue_wait_max = std::chrono::minutes{5};
  /// Wait when a limit on connections refuses, at random within: nobody knows when one will leave.
  /// Default 10-60 s, as the client's for close code 1013. From 1 s to 1 day.
  std::chrono::seconds full_wait_min{10};
  std::chrono::seconds full_wait_max{60};

  bool operator==(const AdmissionOptions&) const = default;
};

enum class RefusalReason : std::uint8_t {
  address_full,  ///< connections_per_address_max is reached: HTTP 429.
  server_full,   ///< connections_max is reached: HTTP 503.
  accept_rate,   ///< Too many came at once: HTTP 503.
};

/// The enumerator's own name: stable, for logs and machine-readable output.
std::string_view name(RefusalReason reason) noexcept;

struct Refusal {
  RefusalReason reason = RefusalReason::accept_rate;
  std::uint16_t http_status = 503;
  /// For the Retry-After field (RFC 9110 10.2.3); at least 1 s.
  std::chrono::seconds retry_after{1};
  bool operator==(const Refusal&) const = default;
};

class Admission {
 public:
  /// Options out of range are a bug: validate() them where they enter.
  explicit Admission(const AdmissionOptions& options) noexcept;

  /// Decides on a connection that came at `now`: nothing if it may enter, and then it counts until
  /// on_closed(). Whoever may not costs no token of the accept rate.
  std::optional<RefusalReason> admit(base::Instant now, const AddressKey& address);

  /// What to tell one that may not enter. Where nobody will tell it, do not ask: the accept rate's
  /// queue gives away one place every 1 / accept_rate seconds, and one that nobody hears of stays
  /// empty. The wait for it is lengthened by up to a tenth at random and rounded up to a second, so
  /// nobody is told to come before the place is free.
  Refusal refuse(base::Instant now, RefusalReason reason, base::Rng& rng);

  /// Both.
  base::Result<base::Unit, Refusal> decide(base::Instant now, const AddressKey& address,
                                           base::Rng& rng);

  /// An admitted connection ended, before or after its handshake. `address` is the one it was
  /// admitted with; one that was not is a bug.
  void on_closed(const AddressKey& address) noexcept;

  /// Connections admitted and not closed.
  std::size_t connections() const noexcept { return connections_; }
  /// Those of one address; 0 while connections_per_address_max is off, which counts none.
  std::size_t connections_of(const AddressKey& address) const noexcept;
  /// Addresses remembered: never more than connections().
  std::size_t addresses() const noexcept { return by_address_.size(); }

 private:
  bool is_address_full(const AddressKey& address) const noexcept;
  base::Duration queue(base::Instant now, base::Rng& rng) noexcept;

  AdmissionOptions options_;
  TokenBucket bucket_;
  /// Ordered rather than hashed: peers choose their addresses, and no choice makes a tree slow.
  std::map<AddressKey, std::size_t> by_address_;
  std::size_t connections_ = 0;
  base::Instant queue_end_{};  ///< The last place in the queue that was given away.
  bool has_queue_ = false;     ///< Until the first refusal queue_end_ means nothing.
};

/// The first thing wrong with `options`, for people and naming the option, or null.
const char* validate(const AdmissionOptions& options) noexcept;

}  // namespace heartwire::core
