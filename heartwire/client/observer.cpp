#include "heartwire/client/observer.hpp"

#include "heartwire/ws/url.hpp"
#include "heartwire/ws/utf8.hpp"

#include <exception>
#include <utility>

namespace heartwire::client {
namespace {

/// Runs `work`. The text of what it threw, if it did.
template <typename Work>
std::optional<std::string> caught(const char* name, const Work& work) {
  try {
    work();
    return std::nullopt;
  } catch (const std::exception& error) {
    return std::string{name} + " threw: " + error.what();
  } catch (...) {
    return std::string{name} + " threw something that is not a std::exception";
  }
}

bool is_sendable(const core::Message& message) {
  return message.type != core::MessageType::text || ws::is_utf8(message.payload);
}

}  // namespace

Observer::Observer(Options options) : Observer(std::make_shared<const Plan>(std::move(options))) {}

Observer::Observer(PlanPtr plan) : plan_(std::move(plan)), hooks_(plan_, &plan_->hooks) {}

Observer::Observer(PlanPtr plan, Hooks hooks)
    : plan_(std::move(plan)), hooks_(std::make_shared<const Hooks>(std::move(hooks))) {}

void Observer::warn_of_blind_trust() {
  if (!plan_->trusts_blindly || std::exchange(has_warned_, true)) return;
  report(
      "WARNING: tls.verify is off: the server's certificate is not checked, and anyone on the "
      "path can read and change everything");
}

template <typename Work>
void Observer::guarded(const char* name, const Work& work) {
  gate_.pass([&] {
    if (const auto thrown = caught(name, work)) report(*thrown);
  });
}

template <typename Function, typename... Arguments>
void Observer::call(const char* name, const Function& hook, const Arguments&... arguments) {
  if (hook) guarded(name, [&] { hook(arguments...); });
}

void Observer::report(std::string_view what) {
  if (!hooks_->on_error) return;
  gate_.pass([&] {
    // What on_error itself throws has nobody left to be told to.
    static_cast<void>(caught("on_error", [&] { hooks_->on_error(what); }));
  });
}

bool Observer::is_wanted() {
  bool wanted = true;
  if (plan_->wanted) guarded("wanted", [&] { wanted = plan_->wanted(); });
  return wanted;
}

base::Result<net::ClientTarget, std::string> Observer::make_target(std::uint32_t attempt,
                                                                   std::uint32_t url_index) {
  Request request{plan_->urls.empty() ? std::string{} : plan_->urls[url_index], plan_->headers};
  if (plan_->request) {
    const AttemptInfo info{attempt, request.url};
    std::optional<std::string> failure{"the client was stopped"};
    gate_.pass([&] { failure = caught("request", [&] { request = plan_->request(info); }); });
    if (failure) return base::Failure{*std::move(failure)};
  }
  auto url = ws::parse_url(request.url);
  if (!url) return base::Failure{url.error().text};
  net::ClientTarget target{std::move(url).value(), {}, nullptr};
  if (target.url.is_secure) {
    auto tls = plan_->tls();
    if (!tls) return base::Failure{tls.error()};
    target.tls = std::move(tls).value();
    warn_of_blind_trust();
  }
  auto proxy = plan_->proxy.choose(target.url);
  if (!proxy) return base::Failure{proxy.error()};
  target.proxy = std::move(proxy).value();
  for (auto& [name, value] : request.headers)
    target.headers.push_back({std::move(name), std::move(value)});
  return target;
}

std::vector<core::Message> Observer::make_greeting() {
  std::vector<core::Message> messages = plan_->greeting;
  if (!plan_->make_greeting) return messages;
  guarded("make_greeting", [&] {
    for (core::Message& message : plan_->make_greeting()) {
      if (is_sendable(message))
        messages.push_back(std::move(message));
      else
        report("make_greeting: a text that is not UTF-8 was left out");
    }
  });
  return messages;
}

std::optional<core::Verdict> Observer::judge(const core::Outcome& outcome) {
  std::optional<core::Verdict> verdict;
  if (plan_->judge) guarded("judge", [&] { verdict = plan_->judge(outcome); });
  return verdict;
}

void Observer::on_open(const core::lifecycle_action::NotifyOpen& open,
                       const net::ClientTransport& transport) {
  last_end_.reset();
  if (!hooks_->on_open) return;
  call("on_open", hooks_->on_open,
       OpenInfo{open.is_first, open.attempts, open.outage, describe(transport)});
}

void Observer::on_message(core::MessageView message) {
  call("on_message", hooks_->on_message, message);
}

void Observer::on_end(const core::lifecycle_action::NotifyEnd& end, const core::Outcome& outcome) {
  last_end_ = std::make_unique<const CloseInfo>(
      CloseInfo{outcome.cause, end.by, outcome.code, outcome.peer_text, outcome.text, end.was_open,
                end.is_clean, end.will_retry, end.delay, end.verdict});
  const bool is_failed_attempt = !end.was_open && outcome.cause != core::Cause::user;
  if (is_failed_attempt)
    call("on_attempt_failed", hooks_->on_attempt_failed, *last_end_);
  else
    call("on_close", hooks_->on_close, *last_end_);
}

void Observer::on_retry(const core::lifecycle_action::NotifyRetry& retry) {
  call("on_reconnect", hooks_->on_reconnect, RetryInfo{retry.attempt, retry.delay});
}

void Observer::on_gave_up(const core::lifecycle_action::NotifyGaveUp& gave_up) {
  call("on_gave_up", hooks_->on_gave_up,
       GaveUpInfo{gave_up.reason, gave_up.attempts, last_end_ ? *last_end_ : CloseInfo{}});
}

void Observer::on_suspect(base::Duration silence) {
  call("on_suspect", hooks_->on_suspect, silence);
}

void Observer::on_cleared(base::Duration silence) {
  call("on_cleared", hooks_->on_cleared, silence);
}

void Observer::on_heartbeat(base::Duration round_trip, const core::RoundTrip& estimate) {
  call("on_heartbeat", hooks_->on_heartbeat,
       HeartbeatInfo{round_trip, estimate.smoothed(), estimate.deviation()});
}

void Observer::on_expired(core::MessageId id) {
  call("on_expired", hooks_->on_expired, id);
}

void Observer::on_writable() {
  call("on_writable", hooks_->on_writable);
}

TransportInfo describe(const net::ClientTransport& transport) {
  TransportInfo info;
  info.generation = transport.generation;
  info.url = transport.url;
  info.local_address = transport.local_address;
  info.remote_address = transport.remote_address;
  info.tls = transport.tls;
  info.subprotocol = transport.accepted.subprotocol;
  info.is_compressed = transport.accepted.deflate.has_value();
  for (const auto& field : transport.accepted.headers)
    info.headers.emplace_back(field.name, field.value);
  return info;
}

}  // namespace heartwire::client
