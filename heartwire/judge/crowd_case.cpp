#include "heartwire/judge/crowd_case.hpp"

#include "heartwire/judge/figures.hpp"

#include <algorithm>

namespace heartwire::judge {

using base::Instant;

void CrowdCase::on_requested(Instant now, Link& link) {
  accept(link);
  if (is_lost_) {
    // Who comes for the first time, late, is not back.
    if (is_return(link)) returns_.push_back(now);
    return;
  }
  if (links().size() == 1) wake_at(now + scaled(kGathering));
  if (links().size() == clients()) wake_at(now + scaled(kServed));
}

void CrowdCase::on_message(Instant now, Link& link, const MessageCame&) {
  if (now - link.requested_at > scaled(kGreetingMax)) beat(now, link);
}

void CrowdCase::on_ping(Instant now, Link& link) {
  beat(now, link);
}

void CrowdCase::on_wake(Instant now) {
  if (is_lost_) return judge();
  lose_all(now);
}

void CrowdCase::on_all_ended(Instant) {
  judge();
}

void CrowdCase::lose_all(Instant now) {
  for (Link& link : links()) {
    if (link.is_over) continue;
    reset(link);
    ++lost_count_;
  }
  is_lost_ = true;
  phase("all connections are lost");
  if (lost_count_ < kClientsMin)
    return finish(Verdict::inconclusive, count_of(lost_count_, "client"),
                  "a crowd begins with " + std::to_string(kClientsMin));
  wake_at(now + scaled(kWatch));
}

void CrowdCase::beat(Instant now, const Link& link) {
  if (is_lost_ && heard_.insert(link.id).second) beats_.push_back(now);
}

void CrowdCase::judge() {
  if (returns_.empty())
    return finish(Verdict::fail, "none of " + count_of(lost_count_, "client") + " came back",
                  "it stays away", Ability::reconnect);
  const auto percent = [this](const std::vector<Instant>& times, base::Duration window) {
    return busiest(times, scaled(window)) * 100 / std::max<std::size_t>(lost_count_, 1);
  };
  const std::size_t returns = percent(returns_, kReturnWindow);
  const std::size_t beats = percent(beats_, kBeatWindow);
  std::string figure = "of " + count_of(lost_count_, "client") + ' ' + std::to_string(returns) +
                       " % came back within a quarter of a second";
  if (!beats_.empty())
    figure += ", " + std::to_string(beats) + " % sent their first heartbeat within a second";
  const std::size_t worst = std::max(returns, beats);
  if (worst > kWarnPercentMax)
    return finish(Verdict::fail, figure, "a crowd in step is an attack on its own server");
  if (worst > kPassPercentMax) return finish(Verdict::warn, figure, "much of the crowd is in step");
  if (beats_.empty())
    return finish(Verdict::not_offered, figure, "it sent no heartbeats that could be in step");
  finish(Verdict::pass, figure);
}

}  // namespace heartwire::judge
