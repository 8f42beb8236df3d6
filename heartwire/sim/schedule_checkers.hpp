#pragma once
// Promises about how often things happen: attempts keep to the backoff's schedule, and nothing
// spins.

#include "heartwire/sim/checker.hpp"

#include <deque>
#include <optional>
#include <string_view>

namespace heartwire::sim {

namespace checked {
struct Schedule {
  core::State state{};
  bool is_closed = false;
  bool is_fresh = true;  ///< The next attempt begins a series.
  bool is_held = false;
  std::uint32_t next_attempt = 0;
  std::optional<base::Instant> earliest{};   ///< Local.
  std::optional<base::Instant> opened_at{};  ///< Local.
};
struct Spin {
  base::Instant since{};  ///< World.
  std::uint32_t ticks = 0;
};
struct Dials {
  std::deque<base::Instant> at{};      ///< Local.
  std::deque<base::Instant> wished{};  ///< Local: what the user did that may lead to a dial.
};
}  // namespace checked

/// [9] Attempts keep to the backoff's schedule: counted through, not before the announced time,
/// with delays as the options and the peer demand.
class KeepsSchedule final : public ClientChecker<checked::Schedule> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "keeps the schedule"; }
  void see(const Record& record) override;

 private:
  void wish(checked::Schedule& one, record::Wished::Kind kind);
  void end(const Record& record, const record::Ended& ended);
  void check_delay(const Record& record, const record::Ended& ended);
  void dial(const Record& record, const record::Dialled& dialled);
};

/// No machine asks for ticks without end.
class NoHotLoop final : public ClientChecker<checked::Spin> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "no hot loop"; }
  void see(const Record& record) override;
};

/// However the world behaves, a client dials no more in a minute than its least delay allows.
class BoundedDials final : public ClientChecker<checked::Dials> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "bounded dials"; }
  void see(const Record& record) override;
};

/// The least delay that `options` ever draw.
base::Duration delay_floor(const core::BackoffOptions& options) noexcept;
/// The least that they draw at step `step`, from 0.
base::Duration delay_floor(const core::BackoffOptions& options, std::uint32_t step) noexcept;

}  // namespace heartwire::sim
