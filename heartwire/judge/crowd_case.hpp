#pragma once
// Many clients lose their connections in the same moment. Do they return in step, and do their
// heartbeats beat in step from then on?

#include "heartwire/judge/case.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace heartwire::judge {

class CrowdCase final : public Case {
 public:
  /// Fewer say nothing about a crowd.
  static constexpr std::size_t kClientsMin = 5;
  /// From the first client to the loss, however many have come.
  static constexpr base::Duration kGathering = std::chrono::seconds{60};
  static constexpr base::Duration kServed = std::chrono::seconds{3};
  static constexpr base::Duration kWatch = std::chrono::seconds{90};
  /// What comes sooner after opening is a greeting.
  static constexpr base::Duration kGreetingMax = std::chrono::seconds{1};
  /// Heartbeats have a whole interval to spread over, returns only the first delay.
  static constexpr base::Duration kBeatWindow = std::chrono::seconds{1};
  static constexpr base::Duration kReturnWindow = std::chrono::milliseconds{250};
  /// Of all clients within one window.
  static constexpr std::size_t kPassPercentMax = 50;
  static constexpr std::size_t kWarnPercentMax = 70;

  explicit CrowdCase(CaseSettings settings) : Case(settings) {}

 private:
  void on_requested(base::Instant now, Link& link) override;
  void on_message(base::Instant now, Link& link, const MessageCame& message) override;
  void on_ping(base::Instant now, Link& link) override;
  void on_wake(base::Instant now) override;
  void on_all_ended(base::Instant now) override;

  void lose_all(base::Instant now);
  void beat(base::Instant now, const Link& link);
  void judge();

  bool is_lost_ = false;
  std::size_t lost_count_ = 0;
  std::vector<base::Instant> returns_;
  std::vector<base::Instant> beats_;  ///< The first heartbeat of each connection after the loss.
  std::set<LinkId> heard_;
};

}  // namespace heartwire::judge
