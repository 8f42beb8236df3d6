#include "heartwire/judge/hammer_case.hpp"

#include "heartwire/judge/figures.hpp"

#include <algorithm>

namespace heartwire::judge {

using base::Duration;
using base::Instant;

void HammerCase::on_requested(Instant now, Link& link) {
  if (came_.empty()) wake_at(now + scaled(watch(turning_)));
  came_[link.client].push_back(now);
  switch (turning_) {
    case Turning::unauthorized:
      return refuse(link, 401, {{"WWW-Authenticate", "Bearer realm=\"judge\""}});
    case Turning::accept_then_end: accept(link); return end(link);
    case Turning::policy_violation: accept(link); return send_close(link, 1008, "policy violation");
    case Turning::application_closed:
      accept(link);
      return send_close(link, 4000, "application says no");
  }
}

void HammerCase::on_wake(Instant now) {
  judge(now);
}

void HammerCase::on_all_ended(Instant now) {
  judge(now);
}

bool HammerCase::is_final() const noexcept {
  return turning_ == Turning::unauthorized || turning_ == Turning::policy_violation;
}

void HammerCase::judge(Instant now) {
  const auto most_of = std::max_element(
      came_.begin(), came_.end(),
      [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
  if (most_of == came_.end()) return finish(Verdict::inconclusive, "never connected");
  const std::vector<Duration> gaps = gaps_of(most_of->second);
  const std::size_t most = most_of->second.size();
  std::string figure = count_of(most, "connection") + " in " + in_seconds(now - *began_at());
  if (!gaps.empty())
    figure += ", delays from " + in_seconds(gaps.front()) + " to " +
              in_seconds(*std::max_element(gaps.begin(), gaps.end()));
  if (const std::size_t jitter = jitter_percent(); came_.size() > 1 && most > 1)
    figure += ", " + std::to_string(jitter) + " % apart between clients";
  if (is_final()) return judge_refused(most, figure);
  judge_storm(most, figure, gaps);
}

void HammerCase::judge_refused(std::size_t most, const std::string& figure) {
  if (most <= kRefusedPassMax) return finish(Verdict::pass, figure);
  if (most <= kRefusedWarnMax)
    return finish(Verdict::warn, figure, "it goes on asking what it has been refused for good");
  finish(Verdict::fail, figure, "it hammers a server that has refused it for good");
}

void HammerCase::judge_storm(std::size_t most, const std::string& figure,
                             const std::vector<Duration>& gaps) {
  if (most == 1 && turning_ == Turning::application_closed)
    return finish(Verdict::pass, figure, "it took the application's code for an end");
  if (most == 1)
    return finish(Verdict::not_offered, figure, "it does not reconnect here, so it cannot storm");
  // Watches differ in length, so it is the rate that is judged.
  const std::size_t factor =
      static_cast<std::size_t>(watch(turning_) / watch(Turning::accept_then_end));
  if (most > kStormWarnMax * factor)
    return finish(Verdict::fail, figure, "a server that drops its clients is stormed by them");
  if (most > kStormPassMax * factor)
    return finish(Verdict::warn, figure, "a failing server gets no rest");
  if (gaps.size() > 2 && growth_percent(gaps) < 150)
    return finish(Verdict::warn, figure, "its delays do not grow");
  if (came_.size() > 1 && jitter_percent() < 5)
    return finish(Verdict::warn, figure, "its delays have no jitter: all clients come in step");
  finish(Verdict::pass, figure);
}

/// How far apart the same delay lies in different clients, on average over the first few delays.
std::size_t HammerCase::jitter_percent() const {
  constexpr std::size_t kDelays = 4;
  std::size_t sum = 0;
  std::size_t count = 0;
  for (std::size_t step = 0; step < kDelays; ++step) {
    std::vector<Duration> delays;
    for (const auto& [client, times] : came_)
      if (times.size() > step + 1) delays.push_back(times[step + 1] - times[step]);
    if (delays.size() < 2) break;
    sum += spread_percent(delays);
    ++count;
  }
  return count == 0 ? 0 : sum / count;
}

}  // namespace heartwire::judge
