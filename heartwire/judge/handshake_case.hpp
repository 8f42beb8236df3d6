#pragma once
// An upgrade request that is never answered, and one that is answered late: a client needs a limit,
// and one that leaves a busy server some time.

#include "heartwire/judge/case.hpp"

#include <chrono>
#include <cstdint>

namespace heartwire::judge {

class HandshakeCase final : public Case {
 public:
  static constexpr base::Duration kPassMax = std::chrono::seconds{30};
  static constexpr base::Duration kWatch = std::chrono::seconds{120};
  static constexpr base::Duration kReturnMax = std::chrono::seconds{60};
  /// How late the second request is answered.
  static constexpr base::Duration kSlow = std::chrono::seconds{3};

  explicit HandshakeCase(CaseSettings settings) : Case(settings) {}

 private:
  enum class Phase : std::uint8_t { unanswered, away, slow, open };

  void on_requested(base::Instant now, Link& link) override;
  void on_left(base::Instant now, Link& link) override;
  void on_wake(base::Instant now) override;
  void on_all_ended(base::Instant now) override;

  void judge(std::string_view afterwards);

  Phase phase_ = Phase::unanswered;
  LinkId current_ = 0;
  base::Instant asked_at_{};
  base::Duration gave_up_after_{};
};

}  // namespace heartwire::judge
