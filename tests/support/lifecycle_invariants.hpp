#pragma once
// Watches a client's life and complains when it breaks a promise. It knows nothing of how the
// machine works: it hears what the driver reports and what the machine asks, as a user might.
//
// The numbers are those of the invariants of a connection's life:
//   1 at most one transport or attempt        6 giving up is said exactly once
//   2 after close() nothing connects          7 a closing handshake ends by its own deadline
//   3 stale reports change nothing (*)        8 no message is lost without a word
//   4 no deadline outlives its transport      9 no hot loop: attempts keep to the schedule
//   5 a silent peer is dead by interval + timeout
// (*) is a comparison of two lives, made by the test that owns both.

#include "heartwire/core/lifecycle.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace heartwire::support {

class LifecycleInvariants {
 public:
  /// Both are borrowed.
  LifecycleInvariants(const core::LifecycleOptions& options, const core::Lifecycle& machine)
      : options_(&options), machine_(&machine) {}

  /// Before the machine handles `event`.
  void before(base::Instant now, const core::LifecycleEvent& event);
  void on_action(base::Instant now, const core::LifecycleAction& action);
  /// Once the machine has nothing more to say.
  void after(base::Instant now);

  void on_accepted(core::MessageId id) { kept_.insert(id); }
  void on_written(core::MessageId id);
  /// The driver was away, or our bytes do not leave, or leave slowly: verdicts may take longer than
  /// promised, until the next sign of life.
  void on_excuse() { is_excused_ = true; }

  void complain(int invariant, const std::string& what);
  /// One line each, beginning with the number of the invariant.
  const std::vector<std::string>& complaints() const noexcept { return complaints_; }
  /// The user's last wish.
  bool is_wanted() const noexcept { return has_started_ && !is_closed_by_user_; }

 private:
  struct Transport {
    std::uint32_t generation = 0;
    bool is_open = false;
    bool is_greeted = false;
    base::Instant since{};
  };

  void before(base::Instant now, const core::lifecycle_event::Start& event);
  void before(base::Instant now, const core::lifecycle_event::Reconnect& event);
  void before(base::Instant now, const core::lifecycle_event::Close& event);
  void before(base::Instant now, const core::lifecycle_event::Suspend& event);
  void before(base::Instant now, const core::lifecycle_event::Resume& event);
  void before(base::Instant now, const core::lifecycle_event::Wanted& event);
  void before(base::Instant now, const core::lifecycle_event::Opened& event);
  void before(base::Instant now, const core::lifecycle_event::Ended& event);
  void before(base::Instant now, const core::lifecycle_event::Received& event);
  void before(base::Instant now, const core::lifecycle_event::Answered& event);
  void before(base::Instant now, const core::lifecycle_event::Tick& event);
  template <typename Other>
  void before(base::Instant, const Other&) {}

  void on(base::Instant now, const core::lifecycle_action::AskWanted& action);
  void on(base::Instant now, const core::lifecycle_action::Dial& action);
  void on(base::Instant now, const core::lifecycle_action::AbortDial& action);
  void on(base::Instant now, const core::lifecycle_action::DropTransport& action);
  void on(base::Instant now, const core::lifecycle_action::SendGreeting& action);
  void on(base::Instant now, const core::lifecycle_action::SendProbe& action);
  void on(base::Instant now, const core::lifecycle_action::SendClose& action);
  void on(base::Instant now, const core::lifecycle_action::NotifyOpen& action);
  void on(base::Instant now, const core::lifecycle_action::NotifyEnd& action);
  void on(base::Instant now, const core::lifecycle_action::NotifyRetry& action);
  void on(base::Instant now, const core::lifecycle_action::NotifyGaveUp& action);
  void on(base::Instant now, const core::lifecycle_action::NotifyExpired& action);
  template <typename Other>
  void on(base::Instant, const Other&) {}

  void begin_series();
  void on_progress(const std::string& what);
  void end_transport(std::uint32_t generation, bool is_open);
  void require_open(const std::string& what);
  void sign_of_life(base::Instant now, std::uint32_t generation);
  void check_schedule(base::Instant now, const core::lifecycle_action::NotifyEnd& end);
  void check_deadline();
  void check_silence(base::Instant now);
  void check_state(base::Instant now);
  std::optional<base::Instant> expected_deadline() const;

  const core::LifecycleOptions* options_;
  const core::Lifecycle* machine_;
  std::vector<std::string> complaints_;

  std::optional<Transport> transport_;
  bool has_started_ = false;
  bool is_closed_by_user_ = false;
  bool is_held_ = false;
  bool is_given_up_ = false;
  bool must_give_up_ = false;  ///< An end without a retry was told.
  bool is_fresh_ = false;      ///< The user asked for a new series, which has not dialled yet.
  std::uint32_t next_attempt_ = 0;
  std::optional<base::Instant> earliest_dial_;
  std::optional<base::Instant> try_at_;  ///< The retry, or the next question, that was announced.
  std::optional<base::Instant> opened_at_;
  std::optional<base::Instant> closing_since_;
  base::Instant life_at_{};
  bool is_excused_ = false;
  bool is_tick_ = false;            ///< The event being handled.
  std::set<core::MessageId> kept_;  ///< Accepted, and neither written nor expired.
  core::MessageId last_written_ = 0;
};

}  // namespace heartwire::support
