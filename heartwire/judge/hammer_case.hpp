#pragma once
// A server that lets nobody stay: each connection is dropped, refused or closed in the same way,
// and the case counts how often, and how evenly, the client comes back.

#include "heartwire/judge/case.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace heartwire::judge {

enum class Turning : std::uint8_t {
  accept_then_end,     ///< Accept, and end the transport without a word.
  unauthorized,        ///< HTTP 401.
  policy_violation,    ///< Accept, then Close 1008.
  application_closed,  ///< Accept, then Close 4000.
};

class HammerCase final : public Case {
 public:
  HammerCase(CaseSettings settings, Turning turning) : Case(settings), turning_(turning) {}

  /// How long a client is watched.
  static constexpr base::Duration watch(Turning turning) noexcept {
    return std::chrono::seconds{turning == Turning::accept_then_end ? 30 : 60};
  }
  /// A connection each second and a half on average spares a server, and growing delays with jitter
  /// hardly ever need more; one a second is a burden; more is an attack.
  static constexpr std::size_t kStormPassMax = 20;
  static constexpr std::size_t kStormWarnMax = 35;
  /// Some tolerance for a refusal that does not mean it: a proxy answers so while it restarts.
  static constexpr std::size_t kRefusedPassMax = 5;
  static constexpr std::size_t kRefusedWarnMax = 30;

 private:
  void on_requested(base::Instant now, Link& link) override;
  void on_wake(base::Instant now) override;
  void on_all_ended(base::Instant now) override;

  bool is_final() const noexcept;
  void judge(base::Instant now);
  void judge_refused(std::size_t most, const std::string& figure);
  void judge_storm(std::size_t most, const std::string& figure,
                   const std::vector<base::Duration>& gaps);
  std::size_t jitter_percent() const;

  Turning turning_;
  std::map<ClientId, std::vector<base::Instant>> came_;
};

}  // namespace heartwire::judge
