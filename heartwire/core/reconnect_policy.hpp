#pragma once
// Decides after each loss: again, and when, or not. Joins the outcome's classification, the
// tolerance for refusals, the backoff, the peer's lower bounds and the limits on attempts.
//
// A *series* begins with begin() (the first attempt is then made at once and is not a retry), and
// with the loss of a connection that had stayed open for `stable_after`. Everything counted here is
// counted within the series. A connection that opens and is lost sooner changes nothing: a server
// that accepts and drops sees no more attempts than one that refuses.
//
// Not here: waiting (Lifecycle does), and which URL comes next (core/url_rotation.hpp).

#include "heartwire/base/instant.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/core/backoff.hpp"
#include "heartwire/core/outcome.hpp"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string_view>

namespace heartwire::core {

struct ReconnectOptions {
  /// Retry at all. Default on.
  bool enabled = true;
  BackoffOptions backoff{};
  ClassifierOptions classifier{};
  /// Retries in a series before giving up: attempts after a loss, or after a start that failed. 5
  /// means that after the loss of a stable connection 5 attempts are made, and 1 + 5 from a start.
  /// Default none: a client that gives up needs somebody to notice. 0 is the same as disabled.
  std::optional<std::uint32_t> attempts_max{};
  /// Time since the series began after which no attempt is begun: a delay that would end later
  /// gives up at once. Default none. Not negative.
  std::optional<base::Duration> elapsed_max{};
  /// How long a connection must stay open before the count and the backoff start afresh. Default
  /// 5 s; 0 resets on open. Resetting at open answers a server that accepts and drops with an
  /// endless series at the backoff's first delay, and never exhausts refusals_max.
  base::Duration stable_after = std::chrono::seconds{5};
  /// Delay after close code 1012 (service restart), at random within. Default 5-30 s: RFC 6455's
  /// registry asks for it. From 0 to 365 days, as the next three.
  base::Duration restart_delay_min = std::chrono::seconds{5};
  base::Duration restart_delay_max = std::chrono::seconds{30};
  /// Delay after close code 1013 (try again later), at random within. Default 10-60 s: an
  /// overloaded server needs longer than a restarting one.
  base::Duration overload_delay_min = std::chrono::seconds{10};
  base::Duration overload_delay_max = std::chrono::seconds{60};
  /// A peer's demand (Retry-After) is honoured up to this. Default 1 h, so that a hostile or broken
  /// peer cannot park a client for ever. From 0, which ignores demands, to 365 days.
  base::Duration retry_after_max = std::chrono::hours{1};
  /// A peer's lower bound is spread at random by this share on top of it (all clients were told the
  /// same second). Default 0.5, so Retry-After: 120 means a point within 120-180 s. From 0 to 10.
  double retry_after_spread = 0.5;

  bool operator==(const ReconnectOptions&) const = default;
};

/// Why no further attempt is made.
enum class StopReason : std::uint8_t {
  disabled,  ///< The options say so.
  refused,  ///< The peer refused more often than refusals_max bears, or the user's verdict is stop.
  attempts,  ///< attempts_max retries were made.
  elapsed,   ///< The next attempt would come later than elapsed_max.
  user,      ///< The user closed: nothing to give up.
};

/// The enumerator's own name: stable, for logs and machine-readable output.
std::string_view name(StopReason reason) noexcept;

struct Decision {
  bool retry = false;
  base::Duration delay{};                         ///< From now, when retrying.
  StopReason stop_reason = StopReason::disabled;  ///< When not retrying.
  /// What the outcome was taken for. With `retry` it may be stop: within the tolerance.
  Verdict verdict = Verdict::retry;
  std::uint32_t attempt = 0;  ///< The number of this retry in its series, from 1; 0 when stopping.
  bool operator==(const Decision&) const = default;
};

class ReconnectPolicy {
 public:
  /// `options` is borrowed and must outlive this object. Options out of range are a bug: validate()
  /// them where they enter.
  explicit ReconnectPolicy(const ReconnectOptions& options) noexcept;

  /// Begins a fresh series of attempts (start, or reconnect by hand): counts and backoff reset.
  void begin(base::Instant now) noexcept;

  /// A connection opened. Resets nothing yet, so attempts() and lost_at() still tell of the outage
  /// that this ends.
  void on_open(base::Instant now) noexcept;

  /// An attempt failed or a connection was lost. `override_verdict` is a user's answer, if any:
  /// stop is obeyed at once, new_credentials counts against the tolerance, and none brings back
  /// what the user closed.
  Decision decide(base::Instant now, const Outcome& outcome, base::Rng& rng,
                  std::optional<Verdict> override_verdict = std::nullopt) noexcept;

  /// Retries granted in this series: 0 while the first attempt of a begin() is under way, then the
  /// number of the retry that waits, is under way, or opened.
  std::uint32_t attempts() const noexcept { return attempts_; }
  /// When this series began: the begin(), or the loss of a stable connection. Nothing before
  /// either.
  std::optional<base::Instant> lost_at() const noexcept { return lost_at_; }

 private:
  bool was_stable(base::Instant now) const noexcept;
  bool is_refused_for_good(Verdict verdict, bool is_users) noexcept;
  base::Duration demanded(const Outcome& outcome, base::Rng& rng) const noexcept;

  const ReconnectOptions* options_;
  Backoff backoff_;
  std::optional<base::Instant> opened_at_;
  std::optional<base::Instant> lost_at_;
  std::uint32_t attempts_ = 0;
  std::uint32_t refusals_ = 0;  ///< In a row.
};

/// The first thing wrong with `options`, for people and naming the option, or null.
const char* validate(const ReconnectOptions& options) noexcept;

std::ostream& operator<<(std::ostream& out, const Decision& decision);

}  // namespace heartwire::core
