#pragma once
// Plays a heartbeat in virtual time and writes down what it wants, a line an action: the
// milliseconds since the start, then the action. It is the driver: it ticks at each deadline, and
// unless told otherwise its writes leave at once.

#include "heartwire/core/heartbeat.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace heartwire::core {

class HeartbeatScript {
 public:
  using Transcript = std::vector<std::string>;

  explicit HeartbeatScript(const HeartbeatOptions& options, std::uint64_t seed = 7)
      : options_(options), heartbeat_(options_, seed) {}
  HeartbeatScript(const HeartbeatScript&) = delete;
  HeartbeatScript& operator=(const HeartbeatScript&) = delete;

  /// False: the test itself says when a probe leaves, with ProbeSent.
  bool leaves_at_once = true;
  /// What each tick says of the backlog.
  std::optional<std::uint64_t> backlog;

  /// Lets time pass until `ms`, ticking at each deadline on the way.
  HeartbeatScript& at(std::int64_t ms) {
    int ticks = 0;
    while (const auto due = heartbeat_.deadline()) {
      if (*due > instant_at(ms)) break;
      if (*due > now_) now_ = *due;
      EXPECT_LT(++ticks, 100'000) << "a hot loop at " << now_ms() << " ms";
      if (ticks >= 100'000) break;
      say(heartbeat_event::Tick{backlog});
    }
    return stall_until(ms);
  }

  /// Lets time pass without any tick.
  HeartbeatScript& stall_until(std::int64_t ms) {
    now_ = instant_at(ms);
    return *this;
  }

  HeartbeatScript& say(const HeartbeatEvent& event) {
    heartbeat_.handle(now_, event);
    while (const auto action = heartbeat_.poll()) {
      std::ostringstream line;
      line << now_ms() << ' ' << *action;
      transcript_.push_back(line.str());
      const auto* probe = std::get_if<heartbeat_action::SendProbe>(&*action);
      if (probe == nullptr) continue;
      last_sequence_ = probe->sequence;
      if (leaves_at_once) heartbeat_.handle(now_, heartbeat_event::ProbeSent{probe->sequence});
    }
    return *this;
  }

  HeartbeatScript& opened() { return say(heartbeat_event::Opened{}); }
  HeartbeatScript& received() { return say(heartbeat_event::Received{}); }
  HeartbeatScript& sent() { return say(heartbeat_event::Sent{}); }
  HeartbeatScript& probe_sent(std::uint32_t sequence) {
    return say(heartbeat_event::ProbeSent{sequence});
  }
  HeartbeatScript& answered() { return say(heartbeat_event::Answered{}); }
  HeartbeatScript& answered(std::uint32_t sequence) {
    return say(heartbeat_event::Answered{sequence});
  }
  HeartbeatScript& check_now() { return say(heartbeat_event::CheckNow{}); }
  HeartbeatScript& tick() { return say(heartbeat_event::Tick{backlog}); }

  /// What was said since the last call.
  Transcript heard() { return std::exchange(transcript_, {}); }

  std::int64_t now_ms() const { return in_ms(now_); }
  /// -1: none.
  std::int64_t deadline_ms() const {
    const auto due = heartbeat_.deadline();
    return due ? in_ms(*due) : -1;
  }
  std::uint32_t last_sequence() const { return last_sequence_; }
  Heartbeat& heartbeat() { return heartbeat_; }
  base::Instant now() const { return now_; }

 private:
  /// Not the epoch, and not a round number: nothing may depend on where a driver's clock begins.
  static base::Instant instant_at(std::int64_t ms) {
    return base::instant(std::chrono::hours{1'203} + std::chrono::milliseconds{ms});
  }
  static std::int64_t in_ms(base::Instant when) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(when - instant_at(0)).count();
  }

  HeartbeatOptions options_;
  Heartbeat heartbeat_;
  base::Instant now_ = instant_at(0);
  Transcript transcript_;
  std::uint32_t last_sequence_ = 0;
};

}  // namespace heartwire::core
