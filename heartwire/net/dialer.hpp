#pragma once
// One attempt to reach a host: its name becomes addresses, the addresses are raced, TLS is made
// over the winner. With a proxy, it is the proxy whose addresses are raced, and which is then asked
// for the host. Each stage has its timeout; the attempt ends in exactly one callback.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/net/address.hpp"
#include "heartwire/net/address_race.hpp"
#include "heartwire/net/dial_budget.hpp"
#include "heartwire/net/loop.hpp"
#include "heartwire/net/proxy_tunnel.hpp"
#include "heartwire/net/resolver.hpp"
#include "heartwire/net/stream.hpp"
#include "heartwire/net/tls_context.hpp"
#include "heartwire/ws/proxy_step.hpp"
#include "heartwire/ws/proxy_url.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::net {

struct DialTarget {
  std::string host{};  ///< A name or an address; also whom TLS verifies.
  std::uint16_t port = 0;
  /// Where to connect to instead of looking `host` up. Default none.
  std::vector<Address> addresses{};
  /// Through which to go. Default: none. The host is looked up by the proxy, unless the scheme is
  /// socks5.
  std::optional<ws::ProxyUrl> proxy{};
};

struct DialOptions {
  /// Timeouts of the stages, each more than a bad mobile link needs.
  base::Duration resolve_timeout = std::chrono::seconds{5};
  /// For all addresses together.
  base::Duration connect_timeout = std::chrono::seconds{10};
  /// From the connection to a proxy to its word that it has reached the target.
  base::Duration proxy_timeout = std::chrono::seconds{10};
  base::Duration tls_timeout = std::chrono::seconds{10};
  /// How long an address is given before the next one is tried as well. Default 250 ms, as RFC 8305
  /// section 8 recommends.
  base::Duration stagger = std::chrono::milliseconds{250};
  /// More addresses of a host are not tried. Default 16: each may cost a socket at the same time.
  std::size_t addresses_max = 16;
  SocketOptions socket{};
  /// Waits for its turn there first; no timeout runs meanwhile. Default: no cap.
  DialBudget* budget = nullptr;
};

enum class DialStage : std::uint8_t { resolve, connect, proxy, tls };
enum class DialCause : std::uint8_t {
  dns,              ///< The name has no address, or nobody could be asked.
  refused,          ///< Nobody listens there.
  unreachable,      ///< No way leads there.
  timeout,          ///< A stage took too long.
  tls,              ///< The TLS handshake failed.
  tls_certificate,  ///< The peer's certificate does not verify.
  proxy,            ///< The proxy refused, could not reach the target, or was not understood.
  proxy_auth,       ///< The proxy wants a user and password, or others.
  other,            ///< The system would not: out of file descriptors, say.
};

struct DialFailure {
  DialStage stage{};
  DialCause cause{};
  /// For people: `cannot connect to example.org:443: connection refused`. No password is in it.
  std::string text;
  /// What a proxy demanded.
  std::optional<std::chrono::seconds> retry_after{};
  /// The HTTP status with which a proxy refused; else 0.
  std::uint16_t status = 0;

  bool operator==(const DialFailure&) const = default;
};

using DialResult = base::Result<Stream, DialFailure>;

class Dialer {
 public:
  using Handler = std::function<void(DialResult)>;

  explicit Dialer(Loop& loop);
  /// abort()
  ~Dialer();
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

  /// Begins an attempt, aborting one that is under way. With `tls` the stream has its handshake
  /// behind it. `handler` is called once, later; it may start() again, or destroy the dialer.
  void start(DialTarget target, DialOptions options, std::optional<TlsContext> tls,
             Handler handler);

  /// Ends the attempt at once. No callback comes.
  void abort() noexcept;

  bool is_running() const noexcept { return static_cast<bool>(handler_); }

 private:
  void resolve();
  void look_up_target();
  void look_up_first_hop();
  void race(std::vector<Address> addresses);
  void advance_race(base::Instant now);
  void try_address(std::size_t index, base::Instant now);
  void on_connect_ended(std::size_t index);
  void note_failure(std::size_t index, socket::Errno error, base::Instant now);
  void use(Stream winner);
  void ask_proxy(Stream winner);
  void shake_hands(Stream stream);

  void on_timer(base::Instant now);
  void begin_stage(DialStage stage, base::Duration timeout);
  void schedule();
  void finish(DialResult result);
  void fail(DialCause cause, std::string_view why);
  void fail(const ws::ProxyFailure& failure);
  DialFailure failure(DialCause cause, std::string_view why) const;
  void forget() noexcept;

  Loop& loop_;
  Loop::TimerId timer_;
  DialTarget target_;
  DialOptions options_;
  std::optional<TlsContext> tls_;
  Handler handler_;  ///< Empty: nothing is under way.

  DialBudget::Place place_;
  DialBudget::Permit permit_;
  DialStage stage_{};
  std::optional<base::Instant> stage_deadline_;
  Lookup lookup_;
  std::vector<Address> addresses_;
  std::optional<AddressRace> race_;
  std::vector<Stream> runners_;  ///< As addresses_; those that are not under way are closed.
  socket::Errno first_error_ = 0;
  std::unique_ptr<ProxyTunnel> tunnel_;  ///< While a proxy is asked.
  Stream stream_;                        ///< During the TLS handshake.
};

}  // namespace heartwire::net
