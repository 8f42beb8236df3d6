#include "heartwire/judge/return_case.hpp"

#include "heartwire/judge/figures.hpp"
#include "heartwire/ws/http_date.hpp"

#include <algorithm>

namespace heartwire::judge {

using base::Duration;
using base::Instant;

void ReturnCase::on_requested(Instant now, Link& link) {
  if (phase_ == Phase::gathering && !is_refusal()) {
    accept(link);
    if (links().size() >= clients()) {
      wake_at(now + scaled(kServed));
    } else if (!deadline()) {
      wake_at(now + scaled(kGathering));
    }
    return;
  }
  const auto parted = parted_.find(link.client);
  if (parted == parted_.end() && is_refusal()) {
    parted_[link.client] = now;
    turn_away(link);
    if (!deadline()) await(now);
    return;
  }
  accept(link);
  if (parted == parted_.end() || returned_.contains(link.client)) return;
  returned_[link.client] = now - parted->second;
  if (returned_.size() >= std::max<std::size_t>(parted_.size(), clients())) judge(now);
}

void ReturnCase::on_left(Instant, Link&) {
  if (phase_ == Phase::gathering && !is_refusal() && clients() <= 1)
    finish(Verdict::inconclusive, "left while it was served",
           "it went away by itself before it could lose anything");
}

void ReturnCase::on_wake(Instant now) {
  switch (phase_) {
    case Phase::gathering: return part(now);
    case Phase::down:
      listen();
      // Who cannot come in cannot come back: the time begins now.
      for (auto& [client, at] : parted_) at = now;
      return await(now);
    case Phase::awaited: return judge(now);
  }
}

void ReturnCase::on_all_ended(Instant now) {
  if (phase_ == Phase::gathering && !is_refusal())
    return finish(Verdict::inconclusive, "its program ended early");
  if (returned_.empty())
    return finish(Verdict::fail, "did not come back: its program ended", "it stays away",
                  Ability::reconnect);
  judge(now);
}

bool ReturnCase::is_refusal() const noexcept {
  return parting_ == Parting::retry_after_seconds || parting_ == Parting::retry_after_date;
}

void ReturnCase::turn_away(Link& link) {
  const std::chrono::seconds wait{std::max<Duration::rep>(
      std::chrono::duration_cast<std::chrono::seconds>(scaled(kRetryAfter)).count(), 1)};
  const std::string date = ws::format_http_date(link.wall);
  const std::string value = parting_ == Parting::retry_after_date
                                ? ws::format_http_date(link.wall + wait)
                                : std::to_string(wait.count());
  refuse(link, 503, {{"Date", date}, {"Retry-After", value}});
}

void ReturnCase::part(Instant now) {
  const bool is_down = rules_.down_for > Duration::zero();
  if (is_down) stop_listening();
  for (Link& link : links()) {
    if (link.is_over) continue;
    part_from(link);
    parted_[link.client] = now;
  }
  if (parted_.empty())
    return finish(Verdict::inconclusive, "left while they were served",
                  "all of them went away before they could lose anything");
  if (!is_down) return await(now);
  phase_ = Phase::down;
  wake_at(now + scaled(rules_.down_for));
}

void ReturnCase::part_from(Link& link) {
  switch (parting_) {
    case Parting::service_restart: return send_close(link, 1012, "service restart");
    case Parting::try_again_later: return send_close(link, 1013, "try again later");
    case Parting::server_restart: send_close(link, 1001, "going away"); return end(link);
    case Parting::refused: return reset(link);
    case Parting::retry_after_seconds:
    case Parting::retry_after_date: return;
  }
}

void ReturnCase::await(Instant now) {
  phase_ = Phase::awaited;
  phase("the client should come back");
  wake_at(now + scaled(rules_.watch));
}

void ReturnCase::judge(Instant now) {
  if (returned_.empty())
    return finish(Verdict::fail, "not back after " + in_seconds(now - parted_.begin()->second),
                  "it stays away", Ability::reconnect);
  const auto by_delay = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto [first, last] = std::minmax_element(returned_.begin(), returned_.end(), by_delay);
  std::string figure = "back after " + in_seconds(first->second);
  if (returned_.size() > 1) figure += " to " + in_seconds(last->second);
  if (returned_.size() < parted_.size())
    return finish(Verdict::fail, figure,
                  count_of(parted_.size() - returned_.size(), "client") + " stayed away",
                  Ability::reconnect);
  // A twentieth of grace: two clocks, and a scheduler between them.
  const Duration earliest = scaled(rules_.early_max) - scaled(rules_.early_max) / 20;
  if (first->second < earliest)
    return finish(Verdict::warn, figure,
                  (is_refusal() ? "it was asked to wait for " : "soon: the server hopes for ") +
                      in_seconds(scaled(rules_.early_max)));
  if (last->second > scaled(rules_.pass_max))
    return finish(Verdict::warn, figure, "the server had been there for a while");
  finish(Verdict::pass, figure);
}

}  // namespace heartwire::judge
