#pragma once
// One question to a server, and its answer: a ping, a text heartbeat, a Close.

#include "heartwire/judge/server_case.hpp"

#include <chrono>
#include <cstdint>

namespace heartwire::judge {

enum class Probe : std::uint8_t { ping, text, close };

class ServerProbeCase final : public ServerCase {
 public:
  static constexpr base::Duration kPassMax = std::chrono::seconds{1};
  static constexpr base::Duration kWait = std::chrono::seconds{10};

  ServerProbeCase(double time_scale, Probe probe) : ServerCase(1, time_scale), probe_(probe) {}

 private:
  void on_all_open(base::Instant now) override;
  void on_message(base::Instant now, Link& link) override;
  void on_pong(base::Instant now, Link& link, const PongCame& pong) override;
  void on_close(base::Instant now, Link& link) override;
  void on_gone(base::Instant now, Link& link) override;
  void on_wake(base::Instant now) override;

  void judge_answer(base::Duration took);
  void judge_closed(base::Instant now, const Link& link);

  Probe probe_;
  base::Instant asked_at_{};
};

}  // namespace heartwire::judge
