#include "heartwire/judge/stale_case.hpp"

#include "heartwire/judge/figures.hpp"

namespace heartwire::judge {

using base::Instant;

void StaleCase::on_requested(Instant now, Link& link) {
  switch (phase_) {
    case Phase::served:
      accept(link);
      old_ = link.id;
      return wake_at(now + scaled(kServed));
    case Phase::closing:
      accept(link);
      new_ = link.id;
      phase_ = Phase::back;
      back_after_ = now - closed_at_;
      return wake_at(now + scaled(kLate));
    case Phase::back:
    case Phase::reported:
      return finish(Verdict::fail, "a third connection beside the second",
                    "the end of the old socket was taken for the end of the new");
  }
}

void StaleCase::on_left(Instant, Link& link) {
  if (phase_ == Phase::served)
    return finish(Verdict::inconclusive, "left while it was served",
                  "it went away by itself before it could lose anything");
  if (link.id != new_ || new_ == 0) return;
  finish(Verdict::fail, "the new connection was ended with the old",
         "what an old socket reports must not touch the new one");
}

void StaleCase::on_wake(Instant now) {
  Link* old = find(old_);
  switch (phase_) {
    case Phase::served:
      phase_ = Phase::closing;
      closed_at_ = now;
      send_close(*old, 1001, "going away");
      mute(*old);
      phase("the transport is kept");
      return wake_at(now + scaled(kReturnMax));
    case Phase::closing:
      return finish(Verdict::fail, "not back after " + in_seconds(scaled(kReturnMax)),
                    "it waits for a transport that nobody ends", Ability::reconnect);
    case Phase::back:
      phase_ = Phase::reported;
      was_still_there_ = !old->is_over;
      if (was_still_there_) reset(*old);
      return wake_at(now + scaled(kAfterwards));
    case Phase::reported: return judge();
  }
}

void StaleCase::on_all_ended(Instant) {
  if (phase_ == Phase::closing)
    return finish(Verdict::fail, "did not come back", "it stays away", Ability::reconnect);
  finish(Verdict::inconclusive, "its program ended early");
}

void StaleCase::judge() {
  const std::string figure = "back after " + in_seconds(back_after_) +
                             (was_still_there_ ? ", and the old socket's end changed nothing"
                                               : ", with the old socket shut");
  if (back_after_ > scaled(kPassMax))
    return finish(Verdict::warn, figure,
                  "waiting for the server to end the transport needs a limit");
  finish(Verdict::pass, figure);
}

}  // namespace heartwire::judge
