#pragma once
// A client's life in virtual time: a faultless driver, a peer that does what the script says, and a
// way between them. It writes down what the machine asks, a line each, and watches its promises.
//
//   LifecycleWorld world(parse_options("interval=25s jitter=none"));
//   world.play("start\n run 30s\n peer silent\n run 1m");
//   world.heard();       // {"0.000 dial generation=1 attempt=0 url=0", ...}
//   world.complaints();  // what broke an invariant
//
// A round trip takes 20 ms. The driver carries out what is asked at once, reads before it ticks,
// and does not sort out what stale transports report.

#include "heartwire/core/lifecycle.hpp"
#include "tests/support/lifecycle_invariants.hpp"
#include "tests/support/step.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::support {

class LifecycleWorld {
 public:
  static constexpr base::Duration kRoundTrip = std::chrono::milliseconds{20};

  explicit LifecycleWorld(core::LifecycleOptions options, std::uint64_t seed = 7);
  LifecycleWorld(const LifecycleWorld&) = delete;
  LifecycleWorld& operator=(const LifecycleWorld&) = delete;

  LifecycleWorld& play(const Step& step);
  LifecycleWorld& play(const Script& script);
  LifecycleWorld& play(std::string_view lines) { return play(parse_script(lines)); }
  /// An event of the test's own.
  LifecycleWorld& say(const core::LifecycleEvent& event);

  /// Makes everything well and lets time pass, a minute at least and three hours at most, until the
  /// client is where the user wants it.
  void settle();

  /// What was written down since the last call: seconds since the start, then the action.
  std::vector<std::string> heard();
  /// "open, deadline 25.000", "closed, no deadline".
  std::string standing() const;
  const std::vector<std::string>& complaints() const { return invariants_.complaints(); }
  /// The user's last wish.
  bool is_wanted() const { return invariants_.is_wanted(); }

  core::Lifecycle& machine() { return machine_; }
  base::Instant now() const { return now_; }

 private:
  struct Transport {
    std::uint32_t generation = 0;
    std::uint32_t url = 0;
    bool is_open = false;
  };
  struct Bulk {
    std::int64_t bytes = 0;
    std::int64_t rate = 0;  ///< Bytes a second.
    base::Instant since{};
  };

  bool play_wish(const Step& step);
  bool play_peer(const Step& step);
  bool play_link(const Step& step);
  void play_late(Verb verb);
  void run_until(base::Instant end);
  void stall(base::Duration time);
  void tick();
  void feed(const core::LifecycleEvent& event);
  void carry_out();
  void schedule(base::Duration delay, const core::LifecycleEvent& event);
  void deliver_due();

  void perform(const core::lifecycle_action::AskWanted& action);
  void perform(const core::lifecycle_action::Dial& action);
  void perform(const core::lifecycle_action::AbortDial& action);
  void perform(const core::lifecycle_action::DropTransport& action);
  void perform(const core::lifecycle_action::SendProbe& action);
  void perform(const core::lifecycle_action::SendClose& action);
  void perform(const core::lifecycle_action::NotifyOpen& action);
  template <typename Other>
  void perform(const Other&) {}

  void send(std::size_t size, std::optional<base::Duration> time_to_live, char fill);
  void write_waiting();
  void write_message(core::MessageId id, bool is_told);
  void write_close();
  void write_probe();
  void lose_transport();
  std::int64_t backlog() const;
  void log(const std::string& line);

  core::LifecycleOptions options_;
  core::Lifecycle machine_;
  LifecycleInvariants invariants_;
  base::Instant now_;
  std::vector<std::string> transcript_;
  std::multimap<base::Instant, core::LifecycleEvent> scheduled_;
  std::deque<core::LifecycleEvent> soon_;  ///< What the driver has to report, once it has polled.

  std::optional<Transport> transport_;
  std::optional<core::MessageId> in_flight_;
  std::optional<std::uint32_t> probe_;  ///< Asked for, not left.
  bool is_close_due_ = false;
  std::map<std::uint32_t, Step> receptions_;  ///< By URL.
  Step reception_{Verb::peer_accepts};
  bool is_silent_ = false;
  bool is_stuck_ = false;
  Bulk bulk_;
  Verb condition_ = Verb::condition_yes;
  bool is_asked_ = false;
  base::Duration busy_period_{};
  base::Instant busy_at_{};
};

}  // namespace heartwire::support
