#include "heartwire/judge/greeting_case.hpp"

#include "heartwire/judge/figures.hpp"

namespace heartwire::judge {

using base::Instant;

void GreetingCase::on_requested(Instant now, Link& link) {
  accept(link);
  current_ = link.id;
  opened_at_ = now;
  if (phase_ == Phase::away) phase_ = Phase::second;
  wake_at(now + scaled(kGreetingMax));
}

void GreetingCase::on_message(Instant now, Link& link, const MessageCame& message) {
  if (link.id != current_) return;
  if (phase_ == Phase::first && !has_greeting_) {
    has_greeting_ = true;
    greeting_ = message.text;
  } else if (phase_ == Phase::second) {
    const std::string figure = "greeted again after " + in_seconds(now - opened_at_);
    finish(Verdict::pass, figure, message.text == greeting_ ? "" : "with other words than before");
  }
}

void GreetingCase::on_left(Instant, Link& link) {
  if (link.id == current_ && phase_ != Phase::away)
    finish(Verdict::inconclusive, "left while it was served", "it went away by itself");
}

void GreetingCase::on_wake(Instant now) {
  switch (phase_) {
    case Phase::first:
      if (!has_greeting_)
        return finish(Verdict::not_offered, "no message on opening",
                      "to be examined, it has to say something when it opens");
      phase_ = Phase::away;
      if (Link* link = find(current_)) reset(*link);
      return wake_at(now + scaled(kReturnMax));
    case Phase::away:
      return finish(Verdict::fail, "not back after " + in_seconds(scaled(kReturnMax)),
                    "it stays away", Ability::reconnect);
    case Phase::second:
      return finish(Verdict::fail, "greeted on the first opening only",
                    "the server has forgotten it: its subscriptions are lost");
  }
}

void GreetingCase::on_all_ended(Instant) {
  if (phase_ != Phase::away) return finish(Verdict::inconclusive, "its program ended early");
  finish(Verdict::fail, "did not come back", "it stays away", Ability::reconnect);
}

}  // namespace heartwire::judge
