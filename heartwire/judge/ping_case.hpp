#pragma once
// Whether a client answers pings: while messages pour in, or when pings themselves do.

#include "heartwire/judge/case.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

namespace heartwire::judge {

/// Messages in a steady stream, and a ping among them each second.
class BusyPingCase final : public Case {
 public:
  static constexpr std::size_t kPings = 10;
  static constexpr std::size_t kMessagesPerPing = 200;
  static constexpr std::size_t kMessageBytes = 1024;
  static constexpr base::Duration kInterval = std::chrono::seconds{1};
  static constexpr base::Duration kPassMax = std::chrono::seconds{1};
  static constexpr base::Duration kWait = std::chrono::seconds{10};

  explicit BusyPingCase(CaseSettings settings) : Case(settings) {}

 private:
  void on_requested(base::Instant now, Link& link) override;
  void on_pong(base::Instant now, Link& link, const PongCame& pong) override;
  void on_left(base::Instant now, Link& link) override;
  void on_wake(base::Instant now) override;
  void on_all_ended(base::Instant now) override;

  void judge();

  LinkId link_ = 0;
  std::vector<base::Instant> sent_;
  std::vector<bool> answered_;
  base::Duration slowest_{};
};

/// Ten thousand pings at once. A client may answer only the latest (RFC 6455 section 5.5.3), or
/// close the connection for policy; it may neither stall nor fall. One more ping afterwards tells a
/// client that lost the last from one that answers no more.
class PingFloodCase final : public Case {
 public:
  static constexpr std::size_t kRounds = 10;
  static constexpr std::size_t kPingsPerRound = 1000;
  static constexpr base::Duration kWait = std::chrono::seconds{30};
  static constexpr base::Duration kWaitAfterwards = std::chrono::seconds{10};

  explicit PingFloodCase(CaseSettings settings) : Case(settings) {}

 private:
  void on_requested(base::Instant now, Link& link) override;
  void on_pong(base::Instant now, Link& link, const PongCame& pong) override;
  void on_left(base::Instant now, Link& link) override;
  void on_flushed(base::Instant now, Link& link) override;
  void on_wake(base::Instant now) override;
  void on_all_ended(base::Instant now) override;

  void send_round(Link& link);

  LinkId link_ = 0;
  std::size_t rounds_ = 0;
  std::size_t pongs_ = 0;
  bool is_afterwards_ = false;
  base::Instant began_{};
};

}  // namespace heartwire::judge
