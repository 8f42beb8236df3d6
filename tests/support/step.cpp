#include "tests/support/step.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ostream>
#include <sstream>
#include <stdexcept>

namespace heartwire::support {
namespace {

enum class Kind : std::uint8_t { none, number, time };

/// How a verb is written.
struct Form {
  Verb verb;
  std::string_view words;
  Kind amount = Kind::none;
  std::string_view extra{};
  Kind extra_kind = Kind::none;
};

constexpr std::array kForms{
    Form{Verb::start, "start"},
    Form{Verb::reconnect, "reconnect"},
    Form{Verb::close, "close", Kind::number},
    Form{Verb::suspend, "suspend"},
    Form{Verb::resume, "resume"},
    Form{Verb::check_now, "check_now"},
    Form{Verb::send, "send", Kind::number, "ttl", Kind::time},
    Form{Verb::busy, "busy", Kind::time},
    Form{Verb::condition_yes, "condition yes"},
    Form{Verb::condition_no, "condition no"},
    Form{Verb::condition_later, "condition later"},
    Form{Verb::peer_accepts, "peer accepts"},
    Form{Verb::peer_closes_at_once, "peer closes_at_once", Kind::number},
    Form{Verb::peer_refuses, "peer refuses"},
    Form{Verb::peer_ignores, "peer ignores"},
    Form{Verb::peer_status, "peer status", Kind::number, "retry_after", Kind::time},
    Form{Verb::peer_answers, "peer answers"},
    Form{Verb::peer_silent, "peer silent"},
    Form{Verb::peer_says, "peer says"},
    Form{Verb::peer_closes, "peer closes", Kind::number, "retry_after", Kind::time},
    Form{Verb::peer_drops, "peer drops"},
    Form{Verb::link_flows, "link flows"},
    Form{Verb::link_stuck, "link stuck"},
    Form{Verb::bulk, "bulk", Kind::number, "rate", Kind::number},
    Form{Verb::late_opened, "late opened"},
    Form{Verb::late_ended, "late ended"},
    Form{Verb::late_closing, "late closing"},
    Form{Verb::late_received, "late received"},
    Form{Verb::late_answered, "late answered"},
    Form{Verb::late_probe_sent, "late probe_sent"},
    Form{Verb::run, "run", Kind::time},
    Form{Verb::stall, "stall", Kind::time},
};

[[noreturn]] void complain(std::string_view what, std::string_view text) {
  throw std::invalid_argument(std::string(what) + ": '" + std::string(text) + "'");
}

std::int64_t parse_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) complain("not a number", text);
  return number;
}

std::int64_t parse(Kind kind, std::string_view text) {
  return kind == Kind::time ? parse_time(text) : parse_number(text);
}

void write(std::ostream& out, Kind kind, std::int64_t value) {
  if (kind == Kind::number)
    out << value;
  else if (value % 1000 == 0)
    out << value / 1000 << 's';
  else
    out << value << "ms";
}

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream in{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// Takes the verb off the front of `words`.
const Form& take_form(std::vector<std::string>& words, std::string_view line) {
  for (std::size_t count = std::min<std::size_t>(2, words.size()); count > 0; --count) {
    const std::string spoken = count == 2 ? words[0] + ' ' + words[1] : words[0];
    const auto form = std::find_if(kForms.begin(), kForms.end(),
                                   [&](const Form& one) { return one.words == spoken; });
    if (form == kForms.end()) continue;
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
    return *form;
  }
  complain("unknown step", line);
}

}  // namespace

bool is_late_report(Verb verb) noexcept {
  return verb >= Verb::late_opened && verb <= Verb::late_probe_sent;
}

std::optional<base::Duration> Step::extra_time() const {
  if (!extra) return std::nullopt;
  return std::chrono::milliseconds{*extra};
}

std::int64_t parse_time(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::int64_t ms;
  };
  constexpr Unit kUnits[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    return parse_number(text.substr(0, text.size() - unit.name.size())) * unit.ms;
  }
  complain("not a time", text);
}

Step parse_step(std::string_view line) {
  std::vector<std::string> words = words_of(line);
  const Form& form = take_form(words, line);
  Step step{form.verb};
  if (form.amount != Kind::none) {
    if (words.empty()) complain("a number is missing", line);
    step.amount = parse(form.amount, words.front());
    words.erase(words.begin());
  }
  for (const std::string_view word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) complain("what is this word for", word);
    const std::string_view name = word.substr(0, equals);
    const std::string_view value = word.substr(equals + 1);
    if (name == "at")
      step.url = static_cast<std::uint32_t>(parse_number(value));
    else if (name == form.extra)
      step.extra = parse(form.extra_kind, value);
    else
      complain("unknown name", word);
  }
  return step;
}

Script parse_script(std::string_view lines) {
  Script script;
  std::istringstream in{std::string(lines)};
  for (std::string line; std::getline(in, line);) {
    if (line.find_first_not_of(' ') != std::string::npos) script.push_back(parse_step(line));
  }
  return script;
}

std::ostream& operator<<(std::ostream& out, const Step& step) {
  const auto form = std::find_if(kForms.begin(), kForms.end(),
                                 [&](const Form& one) { return one.verb == step.verb; });
  out << form->words;
  if (form->amount != Kind::none) {
    out << ' ';
    write(out, form->amount, step.amount);
  }
  if (step.extra) {
    out << ' ' << form->extra << '=';
    write(out, form->extra_kind, *step.extra);
  }
  if (step.url) out << " at=" << *step.url;
  return out;
}

std::string to_text(const Script& script) {
  std::ostringstream out;
  for (const Step& step : script) out << step << '\n';
  return out.str();
}

}  // namespace heartwire::support
