#include "heartwire/judge/server_case.hpp"

#include "heartwire/judge/figures.hpp"
#include "heartwire/ws/close_code.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::judge {

using base::Duration;
using base::Instant;

void ServerCase::begin(Instant now) {
  began_at_ = now_ = now;
  for (LinkId id = 1; id <= links_wanted_; ++id) {
    links_.push_back(Link{});
    links_.back().id = id;
    actions_.push_back(Dial{id});
  }
  wake_at_ = now + scaled(kOpeningMax);
}

void ServerCase::handle(Instant now, const ServerEvent& event) {
  if (finding_) return;
  now_ = now;
  std::visit([this](const auto& it) { take(it); }, event);
}

std::optional<ServerAction> ServerCase::poll() {
  if (actions_.empty()) return std::nullopt;
  ServerAction action = std::move(actions_.front());
  actions_.pop_front();
  return action;
}

std::optional<Instant> ServerCase::deadline() const noexcept {
  return finding_ ? std::nullopt : wake_at_;
}

void ServerCase::take(const Opened& event) {
  Link* link = find(event.link);
  if (!link || link->is_open) return;
  link->is_open = true;
  note(*link, Side::judge, "opened");
  if (++open_count_ < links_wanted_) return;
  wake_at_.reset();
  on_all_open(now_);
}

void ServerCase::take(const NotOpened& event) {
  if (find(event.link)) finish(Verdict::inconclusive, "could not connect", event.why);
}

void ServerCase::take(const MessageCame& event) {
  Link* link = find(event.link);
  if (!link) return;
  note(*link, Side::examined, "message", event.text);
  on_message(now_, *link);
}

void ServerCase::take(const PingCame& event) {
  Link* link = find(event.link);
  if (!link) return;
  note(*link, Side::examined, "ping");
  ++link->pings;
  if (!link->is_mute) actions_.push_back(SendPong{link->id, event.payload});
}

void ServerCase::take(const PongCame& event) {
  Link* link = find(event.link);
  if (!link) return;
  note(*link, Side::examined, "pong");
  on_pong(now_, *link, event);
}

void ServerCase::take(const CloseCame& event) {
  Link* link = find(event.link);
  if (!link || link->closed_at) return;
  note(*link, Side::examined, "Close" + (event.code ? ' ' + std::to_string(*event.code) : ""),
       event.reason);
  link->has_close = true;
  link->close_code = event.code;
  link->close_reason = event.reason;
  link->closed_at = now_;
  if (!link->is_mute && !link->has_our_close) {
    const bool may_be_sent = event.code && ws::is_valid_on_wire(*event.code);
    actions_.push_back(SendClose{link->id, may_be_sent ? event.code : std::nullopt, {}});
  }
  on_close(now_, *link);
}

void ServerCase::take(const Gone& event) {
  Link* link = find(event.link);
  if (!link || link->is_over) return;
  note(*link, Side::examined, event.how);
  link->is_over = true;
  if (!link->closed_at) link->closed_at = now_;
  on_gone(now_, *link);
}

void ServerCase::take(const Tick&) {
  if (!wake_at_ || now_ < *wake_at_) return;
  wake_at_.reset();
  if (open_count_ < links_wanted_)
    return finish(Verdict::inconclusive, "could not connect",
                  count_of(links_wanted_ - open_count_, "connection") + " did not open");
  on_wake(now_);
}

void ServerCase::take(const Interrupted&) {
  finish(Verdict::inconclusive, "ended before its time");
}

ServerCase::Link* ServerCase::find(LinkId id) noexcept {
  return id >= 1 && id <= links_.size() ? &links_[id - 1] : nullptr;
}

void ServerCase::note(const Link& link, Side side, std::string_view what, std::string said) {
  TimelineEntry entry;
  entry.at = now_;
  entry.link = link.id;
  entry.side = side;
  entry.what = what;
  entry.said = std::move(said);
  timeline_.add(std::move(entry));
}

void ServerCase::send_text(Link& link, std::string text) {
  note(link, Side::judge, "message");
  actions_.push_back(Send{link.id, base::MessageType::text, std::move(text)});
}

void ServerCase::send_ping(Link& link, std::string payload) {
  note(link, Side::judge, "ping");
  actions_.push_back(SendPing{link.id, std::move(payload)});
}

void ServerCase::send_close(Link& link, std::uint16_t code) {
  note(link, Side::judge, "Close " + std::to_string(code));
  link.has_our_close = true;
  actions_.push_back(SendClose{link.id, code, {}});
}

void ServerCase::stop_reading(Link& link) {
  note(link, Side::judge, "reads no more");
  link.is_mute = true;
  actions_.push_back(StopReading{link.id});
}

void ServerCase::ask_to_drain() {
  phase("the server is to end");
  actions_.push_back(AskToDrain{});
}

void ServerCase::phase(std::string_view what) {
  TimelineEntry entry;
  entry.at = now_;
  entry.what = what;
  timeline_.add(std::move(entry));
}

void ServerCase::finish(Verdict verdict, std::string figure, std::string note) {
  if (finding_) return;
  finding_ = Finding{verdict, std::move(figure), std::move(note), Ability::none};
  wake_at_.reset();
}

Duration ServerCase::scaled(Duration duration) const noexcept {
  return Duration{static_cast<Duration::rep>(static_cast<double>(duration.count()) * time_scale_)};
}

}  // namespace heartwire::judge
