#include "heartwire/judge/handshake_case.hpp"

#include "heartwire/judge/figures.hpp"

namespace heartwire::judge {

using base::Instant;

void HandshakeCase::on_requested(Instant now, Link& link) {
  if (links().size() == 1) {
    current_ = link.id;
    asked_at_ = now;
    return wake_at(now + scaled(kWatch));
  }
  if (phase_ == Phase::unanswered) gave_up_after_ = now - asked_at_;
  if (phase_ == Phase::slow || phase_ == Phase::open)
    return finish(Verdict::warn, "gave up after " + in_seconds(gave_up_after_),
                  "it tries again while its attempt is being answered");
  phase_ = Phase::slow;
  current_ = link.id;
  wake_at(now + scaled(kSlow));
}

void HandshakeCase::on_left(Instant now, Link& link) {
  if (link.id != current_) return;
  if (phase_ == Phase::unanswered) {
    phase_ = Phase::away;
    gave_up_after_ = now - asked_at_;
    return wake_at(now + scaled(kReturnMax));
  }
  finish(Verdict::warn, "gave up after " + in_seconds(gave_up_after_),
         "a handshake that took " + in_seconds(scaled(kSlow)) + " was too slow for it");
}

void HandshakeCase::on_wake(Instant now) {
  switch (phase_) {
    case Phase::unanswered:
      return finish(Verdict::fail, "still waiting after " + in_seconds(scaled(kWatch)),
                    "a server that accepts and never answers holds it for ever");
    case Phase::away: return judge("did not come back");
    case Phase::slow:
      phase_ = Phase::open;
      if (Link* link = find(current_)) accept(*link);
      return wake_at(now + scaled(std::chrono::seconds{1}));
    case Phase::open: return judge("took an answer that was slow");
  }
}

void HandshakeCase::on_all_ended(Instant) {
  if (phase_ == Phase::away) return judge("its program ended");
  finish(Verdict::inconclusive, "its program ended early");
}

void HandshakeCase::judge(std::string_view afterwards) {
  const std::string figure =
      "gave up after " + in_seconds(gave_up_after_) + ", " + std::string{afterwards};
  if (gave_up_after_ > scaled(kPassMax))
    return finish(Verdict::warn, figure, "its user looks at nothing for that long");
  finish(Verdict::pass, figure);
}

}  // namespace heartwire::judge
