#pragma once
// A client that says something first (a subscription, a token) must say it again after each return:
// the server has forgotten.

#include "heartwire/judge/case.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace heartwire::judge {

class GreetingCase final : public Case {
 public:
  /// How soon after opening a message counts as a greeting.
  static constexpr base::Duration kGreetingMax = std::chrono::seconds{3};
  static constexpr base::Duration kReturnMax = std::chrono::seconds{60};

  explicit GreetingCase(CaseSettings settings) : Case(settings) {}

 private:
  enum class Phase : std::uint8_t { first, away, second };

  void on_requested(base::Instant now, Link& link) override;
  void on_message(base::Instant now, Link& link, const MessageCame& message) override;
  void on_left(base::Instant now, Link& link) override;
  void on_wake(base::Instant now) override;
  void on_all_ended(base::Instant now) override;

  Phase phase_ = Phase::first;
  LinkId current_ = 0;
  base::Instant opened_at_{};
  std::string greeting_{};
  bool has_greeting_ = false;
};

}  // namespace heartwire::judge
