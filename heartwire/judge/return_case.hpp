#pragma once
// One loss of a known kind, after which the client should be back within a window: neither before
// the time that the server asked for, nor much later.

#include "heartwire/judge/case.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

namespace heartwire::judge {

/// How the client is sent away.
enum class Parting : std::uint8_t {
  retry_after_seconds,  ///< HTTP 503, Retry-After in seconds.
  retry_after_date,     ///< The same as a date.
  service_restart,      ///< Close 1012.
  try_again_later,      ///< Close 1013.
  server_restart,       ///< Close 1001, and nobody listens for a while.
  refused,              ///< RST, and nobody listens for longer.
};

struct ReturnRules {
  base::Duration down_for{};   ///< How long nobody listens; the window begins after it.
  base::Duration early_max{};  ///< Back before this: a warning.
  base::Duration pass_max{};   ///< Back later: a warning.
  base::Duration watch{};      ///< Never back within it: a failure.
};

constexpr ReturnRules rules_of(Parting parting) noexcept {
  using std::chrono::seconds;
  switch (parting) {
    case Parting::retry_after_seconds:
    case Parting::retry_after_date: return {{}, seconds{10}, seconds{60}, seconds{90}};
    // RFC 6455's registry of close codes: a randomized delay of 5 to 30 s.
    case Parting::service_restart: return {{}, seconds{5}, seconds{35}, seconds{90}};
    case Parting::try_again_later: return {{}, seconds{5}, seconds{75}, seconds{120}};
    case Parting::server_restart: return {seconds{3}, {}, seconds{15}, seconds{60}};
    case Parting::refused: return {seconds{20}, {}, seconds{35}, seconds{90}};
  }
  return {};
}

class ReturnCase final : public Case {
 public:
  static constexpr std::chrono::seconds kRetryAfter{10};
  /// A connection is open for so long before it is lost.
  static constexpr base::Duration kServed = std::chrono::seconds{2};
  /// How long the first of several clients waits for the others.
  static constexpr base::Duration kGathering = std::chrono::seconds{20};

  ReturnCase(CaseSettings settings, Parting parting)
      : Case(settings), parting_(parting), rules_(rules_of(parting)) {}

 private:
  enum class Phase : std::uint8_t { gathering, down, awaited };

  void on_requested(base::Instant now, Link& link) override;
  void on_left(base::Instant now, Link& link) override;
  void on_wake(base::Instant now) override;
  void on_all_ended(base::Instant now) override;

  bool is_refusal() const noexcept;
  void turn_away(Link& link);
  void part(base::Instant now);
  void part_from(Link& link);
  void await(base::Instant now);
  void judge(base::Instant now);

  Parting parting_;
  ReturnRules rules_;
  Phase phase_ = Phase::gathering;
  std::map<ClientId, base::Instant> parted_;  ///< When each was sent away.
  std::map<ClientId, base::Duration> returned_;
};

}  // namespace heartwire::judge
