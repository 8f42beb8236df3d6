#include "heartwire/judge/case.hpp"

#include "heartwire/judge/engine_io.hpp"
#include "heartwire/judge/figures.hpp"
#include "heartwire/ws/close_code.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace heartwire::judge {

using base::Duration;
using base::Instant;

namespace {

/// What a client's Close frame is answered with: its own code, as RFC 6455 section 5.5.1 likes it.
std::optional<std::uint16_t> answer_to(std::optional<std::uint16_t> code) noexcept {
  return code && ws::is_valid_on_wire(*code) ? code : std::nullopt;
}

}  // namespace

void Case::handle(Instant now, const Event& event) {
  if (finding_) return;
  now_ = now;
  std::visit([this, now](const auto& it) { take(now, it); }, event);
}

std::optional<Action> Case::poll() {
  if (actions_.empty()) return std::nullopt;
  Action action = std::move(actions_.front());
  actions_.pop_front();
  return action;
}

std::optional<Instant> Case::deadline() const noexcept {
  if (finding_) return std::nullopt;
  return beat_at_ && (!wake_at_ || *beat_at_ < *wake_at_) ? beat_at_ : wake_at_;
}

void Case::take(Instant now, const Requested& event) {
  if (!began_at_) began_at_ = now;
  if (links_.size() >= kLinksPerClientMax * std::max(settings_.clients, 1U)) {
    finish(Verdict::fail,
           count_of(links_.size(), "connection") + " in " + in_seconds(now - *began_at_),
           "a hot loop: it connects again without waiting");
    return;
  }
  Link link;
  link.id = event.link;
  link.client = event.client;
  link.requested_at = now;
  link.wall = event.wall;
  link.is_engine_io = event.is_engine_io;
  if (is_return(link)) seen_.reconnect = true;
  links_.push_back(std::move(link));
  note(links_.back(), Side::examined, "asks to come in");
  on_requested(now, links_.back());
}

void Case::take(Instant now, const MessageCame& event) {
  Link* link = find_standing(event.link);
  if (!link) return;
  note(*link, Side::examined, "message", event.text);
  if (link->is_engine_io && take_engine_io(*link, event.text)) return;
  ++link->messages;
  note_heartbeat_in(*link, event.text);
  on_message(now, *link, event);
  if (!finding_ && !link->is_mute && !link->is_over) answer(now, *link, event);
}

void Case::take(Instant now, const PingCame& event) {
  Link* link = find_standing(event.link);
  if (!link) return;
  note(*link, Side::examined, "ping");
  ++link->pings;
  seen_.heartbeat = true;
  on_ping(now, *link);
  if (!finding_ && !link->is_mute && !link->is_over)
    actions_.push_back(SendPong{link->id, event.payload});
}

void Case::take(Instant now, const PongCame& event) {
  Link* link = find_standing(event.link);
  if (!link) return;
  note(*link, Side::examined, "pong");
  on_pong(now, *link, event);
}

void Case::take(Instant now, const CloseCame& event) {
  Link* link = find_standing(event.link);
  if (!link) return;
  note(*link, Side::examined, "Close" + (event.code ? ' ' + std::to_string(*event.code) : ""),
       event.reason);
  link->close_code = event.code;
  if (!link->is_mute) {
    if (!link->has_our_close) actions_.push_back(SendClose{link->id, answer_to(event.code), {}});
    end(*link);
  }
  leave(now, *link);
}

void Case::take(Instant now, const Gone& event) {
  Link* link = find_standing(event.link);
  if (!link) return;
  note(*link, Side::examined, event.how);
  link->is_over = true;
  leave(now, *link);
}

void Case::take(Instant now, const Flushed& event) {
  if (Link* link = find_standing(event.link)) on_flushed(now, *link);
}

void Case::take(Instant now, const ClientEnded& event) {
  TimelineEntry entry;
  entry.at = now;
  entry.client = event.client;
  entry.side = Side::examined;
  entry.what = "its program ended";
  timeline_.add(std::move(entry));
  ended_.insert(event.client);
  if (!began_at_) began_at_ = now;
  if (ended_.size() < settings_.clients) return;
  if (links_.empty()) {
    finish(Verdict::inconclusive, "never connected", "its program ended before it had connected");
  } else {
    on_all_ended(now);
  }
}

void Case::take(Instant now, const Tick&) {
  if (beat_at_ && now >= *beat_at_) beat(now);
  if (!wake_at_ || now < *wake_at_) return;
  wake_at_.reset();
  on_wake(now);
}

void Case::take(Instant, const Interrupted&) {
  finish(Verdict::inconclusive, links_.empty() ? "never connected" : "ended before its time");
}

bool Case::is_return(const Link& link) const noexcept {
  return std::any_of(links_.begin(), links_.end(), [&link](const Link& other) {
    return other.client == link.client && other.id != link.id &&
           other.requested_at <= link.requested_at;
  });
}

Case::Link* Case::find(LinkId id) noexcept {
  // The latest are asked for most.
  const auto found = std::find_if(links_.rbegin(), links_.rend(),
                                  [id](const Link& link) { return link.id == id; });
  return found == links_.rend() ? nullptr : &*found;
}

Case::Link* Case::find_standing(LinkId id) noexcept {
  Link* link = find(id);
  return link && !link->is_over ? link : nullptr;
}

void Case::leave(Instant now, Link& link) {
  if (link.has_left) return;
  link.has_left = true;
  on_left(now, link);
}

/// True for what the protocol wants, and no application sees.
bool Case::take_engine_io(Link& link, const std::string& text) {
  if (text == engine_io::kPong) seen_.heartbeat = true;
  if (engine_io::is_connect(text) && !link.is_mute) say(link, engine_io::answer_to_connect(text));
  return !engine_io::is_message(text);
}

void Case::beat(Instant now) {
  for (const Link& link : links_)
    if (link.is_engine_io && link.is_open && !link.is_mute && !link.is_over)
      say(link, engine_io::kPing);
  beat_at_ = now + scaled(engine_io::kPingInterval);
}

/// What a protocol says for itself.
void Case::say(const Link& link, std::string_view text) {
  note(link, Side::judge, "message", std::string{text});
  actions_.push_back(Send{link.id, base::MessageType::text, std::string{text}});
}

/// A text that comes again unasked is a heartbeat, whatever it says.
void Case::note_heartbeat_in(Link& link, const std::string& text) {
  if (!link.was_sent_to && link.messages > 1 && text == link.last_text) seen_.heartbeat = true;
  link.last_text = text;
}

void Case::answer(Instant now, Link& link, const MessageCame& message) {
  if (link.is_engine_io) return;                   // An application there decides for itself.
  if (message.size > message.text.size()) return;  // No heartbeat is as long.
  const std::string text = message.text == "ping" ? "pong" : message.text;
  // Two that echo each other would never stop.
  constexpr Duration kEchoOfEcho = std::chrono::milliseconds{250};
  if (text == link.last_answer && now - link.answered_at < kEchoOfEcho) return;
  if (link.was_sent_to) return;
  link.last_answer = text;
  link.answered_at = now;
  actions_.push_back(Send{link.id, message.type, text});
}

void Case::note(const Link& link, Side side, std::string_view what, std::string said) {
  TimelineEntry entry;
  entry.at = now_;
  entry.link = link.id;
  entry.client = link.client;
  entry.side = side;
  entry.what = what;
  entry.said = std::move(said);
  timeline_.add(std::move(entry));
}

void Case::accept(Link& link) {
  link.is_open = true;
  note(link, Side::judge, "accepted");
  actions_.push_back(Accept{link.id});
  if (!link.is_engine_io) return;
  say(link, engine_io::opening(scaled(engine_io::kPingInterval), scaled(engine_io::kPingTimeout)));
  if (!beat_at_) beat_at_ = now_ + scaled(engine_io::kPingInterval);
}

void Case::refuse(Link& link, int status, std::vector<ws::Field> fields) {
  link.is_over = true;
  note(link, Side::judge, "HTTP " + std::to_string(status));
  actions_.push_back(Refuse{link.id, status, std::move(fields)});
}

void Case::send_message(Link& link, std::size_t bytes) {
  link.was_sent_to = true;
  note(link, Side::judge, "message");
  actions_.push_back(Send{link.id, base::MessageType::text,
                          link.is_engine_io ? engine_io::event(bytes) : std::string(bytes, '.')});
}

void Case::send_ping(Link& link, std::string payload) {
  note(link, Side::judge, "ping");
  actions_.push_back(SendPing{link.id, std::move(payload)});
}

void Case::send_close(Link& link, std::uint16_t code, std::string_view reason) {
  note(link, Side::judge, "Close " + std::to_string(code));
  link.has_our_close = true;
  actions_.push_back(SendClose{link.id, code, std::string{reason}});
}

void Case::pace(Link& link, std::uint32_t bytes_per_second) {
  actions_.push_back(Pace{link.id, bytes_per_second});
}

void Case::end(Link& link) {
  link.is_over = true;
  note(link, Side::judge, "ended");
  actions_.push_back(End{link.id});
}

void Case::reset(Link& link) {
  link.is_over = true;
  note(link, Side::judge, "reset");
  actions_.push_back(Reset{link.id});
}

void Case::stop_listening() {
  phase("refuses connections");
  actions_.push_back(StopListening{});
}

void Case::listen() {
  phase("listens again");
  actions_.push_back(Listen{});
}

void Case::phase(std::string_view what) {
  TimelineEntry entry;
  entry.at = now_;
  entry.what = what;
  timeline_.add(std::move(entry));
}

void Case::finish(Verdict verdict, std::string figure, std::string note, Ability hinges_on) {
  if (finding_) return;
  finding_ = Finding{verdict, std::move(figure), std::move(note), hinges_on};
  ended_at_ = now_;
  wake_at_.reset();
}

Duration Case::scaled(Duration duration) const noexcept {
  return Duration{
      static_cast<Duration::rep>(static_cast<double>(duration.count()) * settings_.time_scale)};
}

}  // namespace heartwire::judge
