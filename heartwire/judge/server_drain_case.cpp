#include "heartwire/judge/server_drain_case.hpp"

#include "heartwire/judge/figures.hpp"
#include "heartwire/ws/retry_after.hpp"

#include <algorithm>
#include <vector>

namespace heartwire::judge {

using base::Instant;

void ServerDrainCase::on_all_open(Instant now) {
  ask_to_drain();
  wake_at(now + scaled(kWatch));
}

void ServerDrainCase::on_close(Instant, Link&) {
  ++told_;
  judge_when_all_know();
}

void ServerDrainCase::on_gone(Instant, Link& link) {
  // Who was told by a Close has been counted.
  if (link.has_close) return;
  ++told_;
  judge_when_all_know();
}

void ServerDrainCase::on_wake(Instant) {
  if (told_ == 0)
    return finish(Verdict::inconclusive, "nothing happened within " + in_seconds(scaled(kWatch)),
                  "the server was not shut down");
  judge();
}

void ServerDrainCase::judge_when_all_know() {
  if (told_ == links().size()) judge();
}

void ServerDrainCase::judge() {
  std::size_t restarting = 0;
  std::size_t going_away = 0;
  std::size_t announced = 0;
  std::vector<Instant> ends;
  for (const Link& link : links()) {
    if (!link.closed_at) continue;
    ends.push_back(*link.closed_at);
    if (link.close_code == 1012) ++restarting;
    if (link.close_code == 1001) ++going_away;
    if (ws::close_retry_after(link.close_reason)) ++announced;
  }
  const auto [first, last] = std::minmax_element(ends.begin(), ends.end());
  const base::Duration spread = *last - *first;
  const std::string figure = "of " + count_of(links().size(), "client") + ' ' +
                             std::to_string(restarting) + " were told 1012, " +
                             std::to_string(going_away) + " 1001, over " + in_seconds(spread);
  if (ends.size() < links().size())
    return finish(Verdict::fail, figure,
                  std::to_string(links().size() - ends.size()) + " were told nothing");
  if (restarting + going_away < links().size())
    return finish(Verdict::fail, figure, "a shutdown without a Close looks like a crash");
  if (announced == links().size())
    return finish(Verdict::pass, figure, "each was told when to come back");
  if (spread < scaled(kSpreadMin))
    return finish(Verdict::warn, figure, "all at once: they will be back all at once");
  finish(Verdict::pass, figure);
}

}  // namespace heartwire::judge
