#include "heartwire/sim/record.hpp"

#include <array>
#include <type_traits>
#include <utility>

namespace heartwire::sim {

namespace {

using namespace record;

std::string ms(base::Duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + "ms";
}

/// `opened generation=3 first`.
class Line {
 public:
  explicit Line(std::string_view word) : text_(word) {}

  Line& add(std::string_view key, std::string_view value) {
    text_ += ' ';
    text_ += key;
    text_ += '=';
    text_ += value;
    return *this;
  }
  template <typename Number>
  requires std::is_integral_v<Number> Line& add(std::string_view key, Number value) {
    return add(key, std::string_view{std::to_string(value)});
  }
  Line& add(std::string_view key, base::Duration value) {
    return add(key, std::string_view{ms(value)});
  }
  Line& add(std::string_view key, core::Cause value) { return add(key, core::name(value)); }
  Line& flag(std::string_view word, bool is_set) {
    if (is_set) (text_ += ' ') += word;
    return *this;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string_view name(core::EndedBy by) {
  constexpr std::array<std::string_view, 3> kNames{"us", "peer", "nobody"};
  return kNames[static_cast<std::size_t>(by)];
}

std::string_view name(Wished::Kind kind) {
  constexpr std::array<std::string_view, 6> kNames{"start",   "reconnect", "close",
                                                   "suspend", "resume",    "check_now"};
  return kNames[static_cast<std::size_t>(kind)];
}

Line line(const Booted&) {
  return Line("booted");
}
Line line(const Stopped&) {
  return Line("stopped");
}
Line line(const Wished& one) {
  return Line("wished").flag(name(one.kind), true);
}
Line line(const Asked&) {
  return Line("asked wanted");
}
Line line(const Dialled& one) {
  return Line("dialled")
      .add("generation", one.generation)
      .add("attempt", one.attempt)
      .add("url", one.url_index);
}
Line line(const Aborted& one) {
  return Line("aborted").add("generation", one.generation);
}
Line line(const Dropped& one) {
  return Line("dropped").add("generation", one.generation);
}
Line line(const Connected& one) {
  return Line("connected").add("generation", one.generation);
}
Line line(const Lost& one) {
  return Line("lost").add("generation", one.generation).add("cause", one.cause);
}
Line line(const Opened& one) {
  return Line("opened")
      .add("generation", one.generation)
      .flag("first", one.is_first)
      .add("attempts", one.attempts);
}
Line line(const Ended& one) {
  Line text(one.was_open ? "ended" : "attempt ended");
  text.add("generation", one.generation).add("cause", one.cause);
  if (one.code != 0) text.add("code", one.code);
  text.flag("clean", one.is_clean).add("by", name(one.by));
  if (one.retry_after) text.add("retry_after", *one.retry_after);
  if (one.will_retry) text.add("retry_in", one.delay);
  return text;
}
Line line(const Retrying& one) {
  return Line("retrying").add("attempt", one.attempt).add("delay", one.delay);
}
Line line(const GaveUp& one) {
  return Line("gave_up").add("reason", core::name(one.reason));
}
Line line(const Suspected& one) {
  return Line("suspected").add("silence", one.silence);
}
Line line(const Cleared& one) {
  return Line("cleared").add("silence", one.silence);
}
Line line(const Beaten& one) {
  return Line("beaten").add("round_trip", one.round_trip);
}
Line line(const Sent& one) {
  return Line("sent").add("number", one.number).add("id", one.id).flag("mortal", one.is_mortal);
}
Line line(const Refused& one) {
  return Line("refused").add("number", one.number).add("error", core::describe(one.error));
}
Line line(const Left& one) {
  return Line("left").add("id", one.id).add("generation", one.generation);
}
Line line(const Expired& one) {
  return Line("expired").add("id", one.id);
}
Line line(const Received& one) {
  return Line("received").add("number", one.number);
}
Line line(const Read& one) {
  return Line("read").add("bytes", one.count);
}
Line line(const Wrote& one) {
  return Line("wrote").add("bytes", one.count).flag("after_blocking", one.was_blocked);
}
Line line(const Turned& one) {
  Line text("turned");
  text.add("state", core::name(one.state)).add("queued", one.queued);
  if (one.deadline) text.add("deadline", one.deadline->time_since_epoch());
  if (one.unacknowledged > 0) text.add("unacknowledged", one.unacknowledged);
  return text;
}
Line line(const Spun&) {
  return Line("spun");
}
Line line(const Misreported& one) {
  return Line("misreported").flag(one.what, true).flag("CHANGED", one.has_changed);
}
Line line(const Away& one) {
  return Line("away").add("for", one.time);
}
Line line(const ServerOpened& one) {
  return Line("server opened").add("flow", one.flow).add("generation", one.generation);
}
Line line(const ServerClosing& one) {
  return Line("server closing").add("flow", one.flow).add("code", one.code);
}
Line line(const ServerEnded& one) {
  return Line("server ended")
      .add("flow", one.flow)
      .add("cause", one.cause)
      .add("by", name(one.by))
      .flag("clean", one.is_clean);
}
Line line(const ServerGone& one) {
  return Line("server gone").add("flow", one.flow);
}
Line line(const ServerReceived& one) {
  return Line("server received").add("flow", one.flow).add("number", one.number);
}
Line line(const ServerSent& one) {
  return Line("server sent").add("flow", one.flow).add("number", one.number);
}
Line line(const ServerRead& one) {
  return Line("server read").add("flow", one.flow).add("bytes", one.count);
}
Line line(const ServerWrote& one) {
  return Line("server wrote")
      .add("flow", one.flow)
      .add("bytes", one.count)
      .flag("after_blocking", one.was_blocked);
}
Line line(const ServerTurned& one) {
  return Line("server turned").add("flow", one.flow).flag("open", one.is_open);
}
Line line(const ServerAway& one) {
  return Line("server away").add("server", one.server).add("for", one.time);
}
Line line(const FaultBegan& one) {
  return Line("fault began").add("index", one.index);
}
Line line(const FaultEnded& one) {
  return Line("fault ended").add("index", one.index);
}
Line line(const Pulse&) {
  return Line("pulse");
}
Line line(const Calm&) {
  return Line("calm");
}
Line line(const Recovered&) {
  return Line("all must be open");
}
Line line(const Finished&) {
  return Line("finished");
}

std::string padded(std::string text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

}  // namespace

std::string to_text(const Record& record) {
  const std::int64_t us =
      std::chrono::duration_cast<std::chrono::microseconds>(record.at.time_since_epoch()).count();
  std::string part = std::to_string(us % 1'000'000);
  std::string text = padded(std::to_string(us / 1'000'000), 5) + '.' +
                     std::string(6 - part.size(), '0') + part + ' ';
  text += record.client == kNobody ? std::string{"world    "}
                                   : "client " + std::to_string(record.client) + ' ';
  return text + std::visit([](const auto& one) { return line(one).take(); }, record.what);
}

}  // namespace heartwire::sim
