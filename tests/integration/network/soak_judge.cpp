#include "tests/integration/network/soak_judge.hpp"

#include "heartwire/core/outcome.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace heartwire::soak {
namespace {

constexpr std::size_t kToldMax = 20;

bool strikes(const FaultRecord& fault, std::uint32_t port) {
  return fault.kills && port >= fault.port_first && port <= fault.port_last;
}

/// All that concerns one client, event by event.
class Examiner {
 public:
  Examiner(std::size_t client, const std::vector<FaultRecord>& faults, const Bounds& bounds,
           Judgement& judgement)
      : client_(client), faults_(faults), bounds_(bounds), judgement_(judgement) {}

  void hear(const Event& event) {
    if (stopped_ && event.at > *stopped_ && event.what != What::got)
      complain(event.at, "is heard of after stop()");
    switch (event.what) {
      case What::opened: return on_opened(event);
      case What::lost: return on_lost(event);
      case What::failed: ++judgement_.tally.failed_attempts; return on_attempt(event.at);
      case What::retry: return on_retry(event);
      case What::sent: sent_ = std::max(sent_, event.number); return;
      case What::got: ++count(got_, event.number); return;
      case What::echoed: ++count(echoed_, event.number); return;
      case What::gave_up: return complain(event.at, "gave up");
      case What::stopped: stopped_ = event.at; return;
    }
  }

  void finish(Time end) {
    if (is_open_)
      judge_detection(end, false);
    else
      complain(lost_at_, "never came back");
    close_book();
    judgement_.tally.sent += sent_;
  }

 private:
  void on_opened(const Event& event) {
    on_attempt(event.at);
    if (is_open_) complain(event.at, "opened twice");
    if (event.number <= generation_) complain(event.at, "opened an old generation");
    if (generation_ != 0) judge_recovery(event.at);
    generation_ = event.number;
    port_ = event.extra;
    opened_at_ = event.at;
    is_open_ = true;
  }

  void on_lost(const Event& event) {
    if (!is_open_) complain(event.at, "lost what was not open");
    if (!is_explained(event.at))
      complain(event.at, "lost a connection that no fault struck, by " +
                             std::string{core::name(static_cast<core::Cause>(event.extra))});
    judge_detection(event.at, true);
    ++judgement_.tally.lost_connections;
    is_open_ = false;
    lost_at_ = event.at;
    waited_ = {};
    bool is_doubtful = false;
    for (std::uint32_t number = left_ + 1; number <= event.number; ++number) {
      if (count(echoed_, number) == 0)
        is_doubtful = true;
      else if (is_doubtful)
        complain(event.at, "a message is in doubt that left before one that arrived");
    }
    if (event.number < left_) complain(event.at, "holds what had left");
    left_ = event.number;
  }

  /// A fault may end a connection until the detection's bound after its end: what it has swallowed
  /// may be repaired too late.
  bool is_explained(Time at) const {
    return std::any_of(faults_.begin(), faults_.end(), [&](const FaultRecord& fault) {
      return strikes(fault, port_) && at >= fault.begins && opened_at_ <= fault.over &&
             at <= fault.over + bounds_.detection + bounds_.allowance;
    });
  }

  /// Until `at` the connection was open: no fault may have struck it for longer than the bound.
  void judge_detection(Time at, bool is_loss) {
    for (const FaultRecord& fault : faults_) {
      if (!strikes(fault, port_) || opened_at_ > fault.begins || at < fault.in_force) continue;
      const Time took = at - fault.in_force;
      if (is_loss && (fault.ends_all || at <= fault.ends))
        judgement_.tally.noticed_max = std::max(judgement_.tally.noticed_max, took);
      const Time struck_until = fault.ends_all ? at : std::min(at, fault.ends);
      if (struck_until - fault.in_force > bounds_.detection + bounds_.allowance)
        complain(at, "noticed a fault too late");
    }
  }

  void judge_recovery(Time at) {
    Time from = lost_at_;
    for (const FaultRecord& fault : faults_)
      if (fault.kills && fault.begins <= at) from = std::max(from, std::min(at, fault.over));
    judgement_.tally.recovered_max = std::max(judgement_.tally.recovered_max, at - from);
    if (at - from > bounds_.recovery + bounds_.allowance)
      complain(at, "was too long in coming back");
  }

  /// The delays of an outage add up. A busy machine may be late in telling of the loss and of the
  /// delays, and is allowed that once.
  void on_attempt(Time at) {
    if (at - lost_at_ + bounds_.allowance < waited_) complain(at, "dialled before its time");
  }

  void on_retry(const Event& event) {
    const Time delay = std::chrono::milliseconds{event.number};
    if (delay < bounds_.delay_min) complain(event.at, "retries without the least delay");
    waited_ += delay;
  }

  void close_book() {
    for (std::uint32_t number = 1; number <= sent_; ++number) {
      const std::uint32_t got = count(got_, number);
      const std::uint32_t echoed = count(echoed_, number);
      const bool is_in_doubt = number <= left_ && echoed == 0;
      if (is_in_doubt) ++judgement_.tally.in_doubt;
      const std::string message = "message " + std::to_string(number);
      if (!is_in_doubt && (got == 0 || echoed == 0)) complain({}, message + " was lost");
      if (got > 1 || echoed > 1) complain({}, message + " arrived twice");
    }
    if (got_.size() > sent_ + 1) complain({}, "a message came that was never sent");
  }

  static std::uint32_t& count(std::vector<std::uint32_t>& counts, std::uint32_t number) {
    if (number >= counts.size()) counts.resize(number + 1);
    return counts[number];
  }

  void complain(Time at, const std::string& what) {
    if (++judgement_.violation_count > kToldMax) return;
    judgement_.violations.push_back("client " + std::to_string(client_) + " at " +
                                    std::to_string(at / std::chrono::milliseconds{1}) +
                                    " ms: " + what);
  }

  const std::size_t client_;
  const std::vector<FaultRecord>& faults_;
  const Bounds& bounds_;
  Judgement& judgement_;

  bool is_open_ = false;
  std::uint32_t generation_ = 0;
  std::uint32_t port_ = 0;
  Time opened_at_{};
  Time lost_at_{};
  Time waited_{};  ///< The delays that were announced since the loss.
  std::optional<Time> stopped_;
  std::uint32_t sent_ = 0;
  std::uint32_t left_ = 0;  ///< Messages up to this one left with connections that are lost.
  std::vector<std::uint32_t> got_;
  std::vector<std::uint32_t> echoed_;
};

}  // namespace

Judgement judge(const std::vector<Event>& events, const std::vector<FaultRecord>& faults,
                std::size_t client_count, const Bounds& bounds) {
  Judgement judgement;
  std::vector<Examiner> examiners;
  examiners.reserve(client_count);
  for (std::size_t i = 0; i < client_count; ++i)
    examiners.emplace_back(i, faults, bounds, judgement);
  for (const Event& event : events) examiners.at(event.client).hear(event);
  for (Examiner& examiner : examiners) examiner.finish(events.empty() ? Time{} : events.back().at);
  return judgement;
}

}  // namespace heartwire::soak
