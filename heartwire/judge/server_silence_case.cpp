#include "heartwire/judge/server_silence_case.hpp"

#include "heartwire/judge/figures.hpp"

#include <algorithm>

namespace heartwire::judge {

using base::Instant;

void ServerReapCase::on_all_open(Instant now) {
  silent_at_ = now;
  links().front().is_mute = true;
  phase("silence begins");
  wake_at(now + scaled(kWatch));
}

void ServerReapCase::on_close(Instant now, Link&) {
  judge_ended(now);
}

void ServerReapCase::on_gone(Instant now, Link&) {
  judge_ended(now);
}

void ServerReapCase::on_wake(Instant) {
  const std::size_t pings = links().front().pings;
  const std::string figure =
      "still served after " + in_seconds(scaled(kWatch)) + ", " + count_of(pings, "ping");
  if (pings == 0)
    return finish(Verdict::not_offered, figure,
                  "it sends no pings: dead clients stay until the application removes them");
  finish(Verdict::fail, figure, "it asks, and does not mind that no answer comes");
}

void ServerReapCase::judge_ended(Instant now) {
  const base::Duration took = now - silent_at_;
  const std::string figure =
      "reaped after " + in_seconds(took) + ", " + count_of(links().front().pings, "ping");
  if (took > scaled(kPassMax))
    return finish(Verdict::warn, figure, "messages to the dead are lost for that long");
  finish(Verdict::pass, figure);
}

void ServerHalfOpenCase::on_all_open(Instant now) {
  for (Link& link : links())
    if (link.id <= kDead) stop_reading(link);
  ask(now);
}

void ServerHalfOpenCase::on_pong(Instant now, Link& link, const PongCame& pong) {
  if (link.id <= kDead || pong.payload != std::to_string(asked_)) return;
  if (answered_ == asked_) return;
  answered_ = asked_;
  slowest_ = std::max(slowest_, now - asked_at_);
  if (asked_ == kPings) return judge();
  wake_at(std::max(now, asked_at_ + scaled(kInterval)));
}

void ServerHalfOpenCase::on_gone(Instant, Link& link) {
  if (link.id > kDead)
    finish(Verdict::fail, "ended a healthy connection after " + count_of(asked_, "ping"),
           "others pay for the dead");
}

void ServerHalfOpenCase::on_wake(Instant now) {
  if (answered_ == asked_) return ask(now);
  finish(Verdict::fail, "ping " + std::to_string(asked_) + " of a healthy client not answered",
         "others pay for the dead");
}

void ServerHalfOpenCase::ask(Instant now) {
  ++asked_;
  asked_at_ = now;
  send_ping(links().back(), std::to_string(asked_));
  wake_at(now + scaled(kWait));
}

void ServerHalfOpenCase::judge() {
  const std::string figure = "beside " + std::to_string(kDead) +
                             " dead clients a healthy one was "
                             "answered within " +
                             in_seconds(slowest_);
  if (slowest_ > scaled(kPassMax)) return finish(Verdict::warn, figure, "others wait for the dead");
  finish(Verdict::pass, figure);
}

}  // namespace heartwire::judge
