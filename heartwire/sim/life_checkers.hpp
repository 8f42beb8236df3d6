#pragma once
// Promises about the life of a client's connection; in brackets, which of its nine invariants.

#include "heartwire/sim/checker.hpp"

#include <map>
#include <optional>
#include <string_view>

namespace heartwire::sim {

namespace checked {
struct Transport {
  std::optional<std::uint32_t> generation{};
  std::uint32_t newest = 0;
};
struct Intent {
  bool is_wanted = false;
  bool is_held = false;     ///< The user suspended attempts.
  bool is_end_due = false;  ///< The user closed, or asked for a fresh connection.
};
struct Deadlines {
  base::Instant dialled_at{};
  std::optional<base::Instant> closing_since{};
  std::optional<base::Instant> retry_at{};
  bool is_asked = false;
};
struct GivingUp {
  bool has_given_up = false;
  bool must_give_up = false;
  bool is_wanted = false;
  bool is_held = false;
};
struct Closings {
  std::optional<base::Instant> since{};  ///< Local.
};
struct Ending {
  bool is_wanted = false;
  bool is_stopped = false;
  bool must_stay_open = false;
  core::State state{};
};
struct Stop {
  bool is_stopped = false;
};
}  // namespace checked

/// [1] At most one transport or attempt exists, and generations only grow.
class OneTransport final : public ClientChecker<checked::Transport> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "one transport"; }
  void see(const Record& record) override;
};

/// [2] Nothing connects against the user's wish, and no loss is taken for one.
class CloseIsFinal final : public ClientChecker<checked::Intent> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "close is final"; }
  void see(const Record& record) override;
};

/// [3] What a transport reports that is gone changes nothing.
class StaleChangesNothing final : public Checker {
 public:
  using Checker::Checker;
  std::string_view promise() const noexcept override { return "stale reports change nothing"; }
  void see(const Record& record) override;
};

/// [4] No deadline outlives what it belongs to, and each state has its own.
class NoOrphanDeadline final : public ClientChecker<checked::Deadlines> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "no orphan deadline"; }
  void see(const Record& record) override;

 private:
  void check(const Record& record, const record::Turned& turned);
};

/// [6] Giving up is said exactly once, and ends the series.
class GivesUpOnce final : public ClientChecker<checked::GivingUp> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "gives up once"; }
  void see(const Record& record) override;
};

/// [7] A closing handshake ends by its own deadline, on either side.
class ClosingEnds final : public ClientChecker<checked::Closings> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "closing ends"; }
  void see(const Record& record) override;

 private:
  std::map<std::uint32_t, base::Instant> servers_;  ///< By flow: closing since, in world time.
};

/// Once faults are over everybody who is wanted comes back within the bound, and stays.
class Recovers final : public ClientChecker<checked::Ending> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "recovers"; }
  void see(const Record& record) override;

 private:
  void judge(const Record& record);
};

/// After stop() no callback comes.
class StopIsSilent final : public ClientChecker<checked::Stop> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "stop is silent"; }
  void see(const Record& record) override;
};

}  // namespace heartwire::sim
