#pragma once
// Clients that have died without a word: does the server ever notice, and do others suffer?

#include "heartwire/judge/server_case.hpp"

#include <chrono>
#include <cstddef>

namespace heartwire::judge {

/// A client that reads and says nothing, not even a pong.
class ServerReapCase final : public ServerCase {
 public:
  /// Twice the sixty seconds after which common proxies give up.
  static constexpr base::Duration kPassMax = std::chrono::seconds{120};
  static constexpr base::Duration kWatch = std::chrono::seconds{240};

  explicit ServerReapCase(double time_scale) : ServerCase(1, time_scale) {}

 private:
  void on_all_open(base::Instant now) override;
  void on_close(base::Instant now, Link& link) override;
  void on_gone(base::Instant now, Link& link) override;
  void on_wake(base::Instant now) override;

  void judge_ended(base::Instant now);

  base::Instant silent_at_{};
};

/// Many clients that read nothing at all, and one that goes on asking.
class ServerHalfOpenCase final : public ServerCase {
 public:
  static constexpr std::uint32_t kDead = 50;
  static constexpr std::size_t kPings = 20;
  static constexpr base::Duration kInterval = std::chrono::seconds{1};
  static constexpr base::Duration kPassMax = std::chrono::seconds{1};
  static constexpr base::Duration kWait = std::chrono::seconds{5};

  explicit ServerHalfOpenCase(double time_scale) : ServerCase(kDead + 1, time_scale) {}

 private:
  void on_all_open(base::Instant now) override;
  void on_pong(base::Instant now, Link& link, const PongCame& pong) override;
  void on_gone(base::Instant now, Link& link) override;
  void on_wake(base::Instant now) override;

  void ask(base::Instant now);
  void judge();

  std::size_t asked_ = 0;
  std::size_t answered_ = 0;
  base::Instant asked_at_{};
  base::Duration slowest_{};
};

}  // namespace heartwire::judge
