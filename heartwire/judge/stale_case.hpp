#pragma once
// A connection whose closing never ends: the server says Close and then keeps the transport. The
// client must come back all the same, and what the old socket reports later must not touch the new
// connection.

#include "heartwire/judge/case.hpp"

#include <chrono>
#include <cstdint>

namespace heartwire::judge {

class StaleCase final : public Case {
 public:
  static constexpr base::Duration kServed = std::chrono::seconds{2};
  static constexpr base::Duration kPassMax = std::chrono::seconds{35};
  static constexpr base::Duration kReturnMax = std::chrono::seconds{75};
  /// From the return until the old socket reports its end, and from there to the verdict.
  static constexpr base::Duration kLate = std::chrono::seconds{2};
  static constexpr base::Duration kAfterwards = std::chrono::seconds{8};

  explicit StaleCase(CaseSettings settings) : Case(settings) {}

 private:
  enum class Phase : std::uint8_t { served, closing, back, reported };

  void on_requested(base::Instant now, Link& link) override;
  void on_left(base::Instant now, Link& link) override;
  void on_wake(base::Instant now) override;
  void on_all_ended(base::Instant now) override;

  void judge();

  Phase phase_ = Phase::served;
  LinkId old_ = 0;
  LinkId new_ = 0;
  base::Instant closed_at_{};
  base::Duration back_after_{};
  bool was_still_there_ = false;  ///< The old transport, when it was to report its end.
};

}  // namespace heartwire::judge
