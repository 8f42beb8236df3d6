#include "heartwire/judge/silence_case.hpp"

#include "heartwire/judge/figures.hpp"

#include <algorithm>

namespace heartwire::judge {

using base::Instant;

void SilenceCase::on_requested(Instant now, Link& link) {
  if (!has_first_) {
    has_first_ = true;
    first_ = link.id;
    accept(link);
    return serve(now);
  }
  accept(link);
  if (!silent_at_)
    return finish(Verdict::inconclusive, "connected again while it was served",
                  "this case watches one connection");
  if (!noticed_at_) notice(now);
  judge_noticed("back after " + in_seconds(now - *silent_at_));
}

void SilenceCase::on_message(Instant, Link& link, const MessageCame&) {
  if (silent_at_ && link.id == first_) ++messages_;
}

void SilenceCase::on_left(Instant now, Link& link) {
  if (link.id != first_) return;
  if (!silent_at_)
    return finish(Verdict::inconclusive, "left while it was served",
                  "it went away by itself before the silence began");
  if (!noticed_at_) notice(now);
}

void SilenceCase::on_wake(Instant now) {
  if (!silent_at_) return serve(now);
  if (!noticed_at_) return judge_unnoticed();
  const Link* first = find(first_);
  judge_noticed(first && !first->is_over ? "still waiting for an answer to its Close"
                                         : "did not come back");
}

void SilenceCase::on_all_ended(Instant) {
  if (noticed_at_) return judge_noticed("did not come back");
  finish(Verdict::inconclusive, "its program ended early");
}

void SilenceCase::serve(Instant now) {
  Link* first = find(first_);
  const Instant end = first->requested_at + scaled(rules_.polite_for);
  if (now >= end) return fall_silent(now);
  send_ping(*first, {});
  wake_at(std::min(now + scaled(kPingInterval), end));
}

void SilenceCase::fall_silent(Instant now) {
  silent_at_ = now;
  if (Link* first = find(first_)) mute(*first);
  phase("silence begins");
  wake_at(now + scaled(kWatch));
}

void SilenceCase::notice(Instant now) {
  noticed_at_ = now;
  wake_at(now + scaled(kReturnMax));
}

void SilenceCase::judge_noticed(std::string_view afterwards) {
  const base::Duration took = *noticed_at_ - *silent_at_;
  const std::string figure = "left after " + in_seconds(took) + ", " + std::string{afterwards};
  const Link* first = find(first_);
  if (messages_ < rules_.messages_min)
    return finish(Verdict::not_offered, figure, "it did not keep sending: see silent-peer");
  if (took > scaled(kPassMax))
    return finish(Verdict::warn, figure, "a minute of silence goes by unnoticed");
  // Whoever waits for a dead peer's Close has noticed, and is of no more use for it.
  if (first && !first->is_over && afterwards.starts_with("still"))
    return finish(Verdict::warn, figure, "a dead peer answers no Close: that wait needs a limit");
  finish(Verdict::pass, figure);
}

void SilenceCase::judge_unnoticed() {
  const Link* first = find(first_);
  const std::string figure = "still there after " + in_seconds(scaled(kWatch));
  if (messages_ < rules_.messages_min)
    return finish(Verdict::not_offered, figure, "it did not keep sending: see silent-peer");
  const bool has_probed = first && (first->pings > 0 || first->messages > 0);
  finish(Verdict::fail, figure,
         has_probed ? "it sends, and does not mind that nothing comes back"
                    : "it neither sends heartbeats nor misses the peer's",
         Ability::heartbeat);
}

}  // namespace heartwire::judge
