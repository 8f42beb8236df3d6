#include "heartwire/judge/ping_case.hpp"

#include "heartwire/judge/figures.hpp"

#include <algorithm>

namespace heartwire::judge {

using base::Instant;

namespace {

constexpr std::string_view kLast = "the last";
constexpr std::string_view kAfterwards = "afterwards";
/// The most that a control frame carries (RFC 6455 section 5.5).
constexpr std::size_t kPingBytes = 125;

}  // namespace

void BusyPingCase::on_requested(Instant now, Link& link) {
  accept(link);
  if (links().size() > 1) return;
  link_ = link.id;
  wake_at(now + scaled(kInterval));
}

void BusyPingCase::on_pong(Instant now, Link& link, const PongCame& pong) {
  if (link.id != link_) return;
  for (std::size_t i = 0; i < sent_.size(); ++i) {
    if (answered_[i] || pong.payload != std::to_string(i)) continue;
    answered_[i] = true;
    slowest_ = std::max(slowest_, now - sent_[i]);
    if (i + 1 == kPings) return judge();
  }
}

void BusyPingCase::on_left(Instant, Link& link) {
  if (link.id != link_) return;
  if (sent_.empty())
    return finish(Verdict::inconclusive, "left before it was asked", "it went away by itself");
  finish(Verdict::fail, "left after " + count_of(sent_.size(), "ping"),
         "a busy connection is where a server needs its answers");
}

void BusyPingCase::on_wake(Instant now) {
  Link* link = find(link_);
  if (sent_.size() == kPings || !link) return judge();
  for (std::size_t i = 0; i < kMessagesPerPing; ++i) send_message(*link, kMessageBytes);
  send_ping(*link, std::to_string(sent_.size()));
  sent_.push_back(now);
  answered_.push_back(false);
  wake_at(now + scaled(sent_.size() == kPings ? kWait : kInterval));
}

void BusyPingCase::on_all_ended(Instant) {
  finish(Verdict::inconclusive, "its program ended early");
}

void BusyPingCase::judge() {
  const auto count = static_cast<std::size_t>(std::count(answered_.begin(), answered_.end(), true));
  std::string figure =
      std::to_string(count) + " of " + count_of(sent_.size(), "ping") + " answered";
  if (count == 0)
    return finish(Verdict::fail, figure, "RFC 6455 demands an answer: servers reap who gives none");
  figure += ", the slowest after " + in_seconds(slowest_);
  if (!answered_.back()) return finish(Verdict::fail, figure, "the last ping was not answered");
  if (slowest_ > scaled(kPassMax))
    return finish(Verdict::warn, figure, "its answers wait behind its messages");
  finish(Verdict::pass, figure);
}

void PingFloodCase::on_requested(Instant now, Link& link) {
  accept(link);
  if (links().size() > 1) return;
  link_ = link.id;
  began_ = now;
  wake_at(now + scaled(kWait));
  send_round(link);
}

void PingFloodCase::on_pong(Instant now, Link& link, const PongCame& pong) {
  if (link.id != link_) return;
  ++pongs_;
  if (pong.payload == kAfterwards)
    return finish(Verdict::warn, count_of(pongs_ - 1, "pong") + ", none for the last ping",
                  "the latest ping is the one that RFC 6455 wants answered; a later one was");
  if (pong.payload != kLast) return;
  finish(Verdict::pass, count_of(pongs_, "pong") + " for " +
                            std::to_string(kRounds * kPingsPerRound + 1) +
                            " pings, the last after " + in_seconds(now - began_));
}

void PingFloodCase::on_left(Instant, Link& link) {
  if (link.id != link_) return;
  const std::string figure = "left after " + count_of(pongs_, "pong");
  if (link.close_code == 1008)
    return finish(Verdict::pass, figure, "it closed the connection for policy, as it may");
  finish(Verdict::fail, figure, "a flood of pings brings the connection down");
}

void PingFloodCase::on_flushed(Instant, Link& link) {
  if (link.id == link_ && rounds_ <= kRounds) send_round(link);
}

void PingFloodCase::on_wake(Instant now) {
  Link* link = find(link_);
  if (!is_afterwards_ && link) {
    is_afterwards_ = true;
    send_ping(*link, std::string{kAfterwards});
    return wake_at(now + scaled(kWaitAfterwards));
  }
  finish(Verdict::fail, count_of(pongs_, "pong") + ", none for the last ping",
         "after the flood it answers no more");
}

void PingFloodCase::on_all_ended(Instant) {
  finish(Verdict::inconclusive, "its program ended early");
}

void PingFloodCase::send_round(Link& link) {
  if (rounds_++ == kRounds) return send_ping(link, std::string{kLast});
  for (std::size_t i = 0; i < kPingsPerRound; ++i) send_ping(link, std::string(kPingBytes, '.'));
}

}  // namespace heartwire::judge
