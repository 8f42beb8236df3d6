#include "heartwire/judge/server_probe_case.hpp"

#include "heartwire/judge/figures.hpp"

namespace heartwire::judge {

using base::Instant;

namespace {

constexpr std::string_view kPayload = "heartwire judge";

}  // namespace

void ServerProbeCase::on_all_open(Instant now) {
  asked_at_ = now;
  wake_at(now + scaled(kWait));
  Link& link = links().front();
  switch (probe_) {
    case Probe::ping: return send_ping(link, std::string{kPayload});
    case Probe::text: return send_text(link, "ping");
    case Probe::close: return send_close(link, 1000);
  }
}

void ServerProbeCase::on_message(Instant now, Link&) {
  if (probe_ == Probe::text) judge_answer(now - asked_at_);
}

void ServerProbeCase::on_pong(Instant now, Link&, const PongCame& pong) {
  if (probe_ == Probe::ping && pong.payload == kPayload) judge_answer(now - asked_at_);
}

void ServerProbeCase::on_close(Instant, Link&) {
  if (probe_ != Probe::close) finish(Verdict::inconclusive, "the server closed the connection");
}

void ServerProbeCase::on_gone(Instant now, Link& link) {
  if (probe_ == Probe::close) return judge_closed(now, link);
  finish(Verdict::inconclusive, "the server ended the connection");
}

void ServerProbeCase::on_wake(Instant) {
  const std::string waited = in_seconds(scaled(kWait));
  const Link& link = links().front();
  switch (probe_) {
    case Probe::ping:
      return finish(Verdict::fail, "no pong after " + waited,
                    "RFC 6455 demands one: clients take such a server for dead");
    case Probe::text:
      return finish(Verdict::not_offered, "no answer to \"ping\" after " + waited,
                    "it has no text heartbeat, or another one");
    case Probe::close:
      if (link.closed_at)
        return finish(Verdict::warn, "the transport was still there after " + waited,
                      "the server is to end it: whoever does keeps the port busy for a while");
      return finish(Verdict::fail, "no Close after " + waited, "its clients hang in closing");
  }
}

void ServerProbeCase::judge_answer(base::Duration took) {
  const std::string figure = "answered after " + in_seconds(took);
  if (took > scaled(kPassMax)) return finish(Verdict::warn, figure, "a second is long for this");
  finish(Verdict::pass, figure);
}

void ServerProbeCase::judge_closed(Instant now, const Link& link) {
  const std::string figure = "ended after " + in_seconds(now - asked_at_);
  if (!link.has_close)
    return finish(Verdict::warn, figure + " without a Close",
                  "the client cannot tell it from a loss");
  if (link.close_code != 1000)
    return finish(Verdict::warn, figure,
                  link.close_code ? "it answered 1000 with " + std::to_string(*link.close_code)
                                  : "its Close had no code");
  finish(Verdict::pass, figure + " with Close 1000");
}

}  // namespace heartwire::judge
