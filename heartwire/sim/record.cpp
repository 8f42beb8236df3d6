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

  // What many kinds have in common.
  template <typename Kind>
  Line& of(const Kind& one) {
    return add("generation", one.generation);
  }
  template <typename Kind>
  Line& on(const Kind& one) {
    return add("flow", one.flow);
  }
  template <typename Kind>
  Line& wrote(const Kind& one) {
    return add("bytes", one.count).flag("after_blocking", one.was_blocked);
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

constexpr Overloaded kOfClients{
    [](const Booted&) { return Line("booted"); },
    [](const Stopped&) { return Line("stopped"); },
    [](const Wished& one) { return Line("wished").flag(name(one.kind), true); },
    [](const Asked&) { return Line("asked wanted"); },
    [](const Dialled& one) {
      return Line("dialled").of(one).add("attempt", one.attempt).add("url", one.url_index);
    },
    [](const Aborted& one) { return Line("aborted").of(one); },
    [](const Dropped& one) { return Line("dropped").of(one); },
    [](const Connected& one) { return Line("connected").of(one); },
    [](const Lost& one) { return Line("lost").of(one).add("cause", one.cause); },
    [](const Opened& one) {
      return Line("opened").of(one).flag("first", one.is_first).add("attempts", one.attempts);
    },
    [](const Ended& one) {
      Line text(one.was_open ? "ended" : "attempt ended");
      text.of(one).add("cause", one.cause);
      if (one.code != 0) text.add("code", one.code);
      text.flag("clean", one.is_clean).add("by", name(one.by));
      if (one.retry_after) text.add("retry_after", *one.retry_after);
      if (one.will_retry) text.add("retry_in", one.delay);
      return text;
    },
    [](const Retrying& one) {
      return Line("retrying").add("attempt", one.attempt).add("delay", one.delay);
    },
    [](const GaveUp& one) { return Line("gave_up").add("reason", core::name(one.reason)); },
    [](const Suspected& one) { return Line("suspected").add("silence", one.silence); },
    [](const Cleared& one) { return Line("cleared").add("silence", one.silence); },
    [](const Beaten& one) { return Line("beaten").add("round_trip", one.round_trip); },
    [](const Sent& one) {
      return Line("sent").add("number", one.number).add("id", one.id).flag("mortal", one.is_mortal);
    },
    [](const Refused& one) {
      return Line("refused").add("number", one.number).add("error", core::describe(one.error));
    },
    [](const Carried& one) { return Line("carried").add("number", one.number).of(one); },
    [](const Left& one) { return Line("left").add("id", one.id).of(one); },
    [](const Expired& one) { return Line("expired").add("id", one.id); },
    [](const Received& one) { return Line("received").add("number", one.number); },
    [](const Read& one) { return Line("read").add("bytes", one.count); },
    [](const Wrote& one) { return Line("wrote").wrote(one); },
    [](const Turned& one) {
      Line text("turned");
      text.add("state", core::name(one.state)).add("queued", one.queued);
      if (one.deadline) text.add("deadline", one.deadline->time_since_epoch());
      if (one.unacknowledged > 0) text.add("unacknowledged", one.unacknowledged);
      return text;
    },
    [](const Spun&) { return Line("spun"); },
    [](const Misreported& one) {
      return Line("misreported").flag(one.what, true).flag("CHANGED", one.has_changed);
    },
    [](const Away& one) { return Line("away").add("for", one.time); },
};

constexpr Overloaded kOfServers{
    [](const ServerOpened& one) { return Line("server opened").on(one).of(one); },
    [](const ServerClosing& one) { return Line("server closing").on(one).add("code", one.code); },
    [](const ServerSentAway& one) {
      return Line("server sent away").on(one).add("retry_after", one.after);
    },
    [](const ServerEnded& one) {
      return Line("server ended")
          .on(one)
          .add("cause", one.cause)
          .add("by", name(one.by))
          .flag("clean", one.is_clean);
    },
    [](const ServerGone& one) { return Line("server gone").on(one); },
    [](const ServerReceived& one) {
      return Line("server received").on(one).add("number", one.number);
    },
    [](const ServerSent& one) { return Line("server sent").on(one).add("number", one.number); },
    [](const ServerRead& one) { return Line("server read").on(one).add("bytes", one.count); },
    [](const ServerWrote& one) { return Line("server wrote").on(one).wrote(one); },
    [](const ServerTurned& one) { return Line("server turned").on(one).flag("open", one.is_open); },
    [](const ServerAway& one) {
      return Line("server away").add("server", one.server).add("for", one.time);
    },
};

constexpr Overloaded kOfTheWorld{
    [](const FaultBegan& one) { return Line("fault began").add("index", one.index); },
    [](const FaultEnded& one) { return Line("fault ended").add("index", one.index); },
    [](const Pulse&) { return Line("pulse"); },
    [](const Calm&) { return Line("calm"); },
    [](const Recovered&) { return Line("all must be open"); },
    [](const Finished&) { return Line("finished"); },
};

constexpr Overloaded kLineOf{kOfClients, kOfServers, kOfTheWorld};

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
  return text + std::visit([](const auto& one) { return Line(kLineOf(one)).take(); }, record.what);
}

}  // namespace heartwire::sim
