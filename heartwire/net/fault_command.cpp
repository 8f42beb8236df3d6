#include "heartwire/net/fault_command.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <system_error>

namespace heartwire::net {
namespace {

using namespace std::chrono_literals;
using base::Failure;
template <typename T>
using Parsed = base::Result<T, std::string>;

std::string quoted(std::string_view word) {
  return "\"" + std::string{word} + "\"";
}

/// The words of a command that are still to be read, each taken at most once. Whatever a command
/// leaves over is its error.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) { skip_blanks(); }

  bool is_empty() const noexcept { return rest_.empty(); }
  std::string_view peek() const noexcept { return rest_.substr(0, rest_.find_first_of(kBlanks)); }

  std::string_view take() noexcept {
    const std::string_view word = peek();
    rest_.remove_prefix(word.size());
    skip_blanks();
    return word;
  }
  bool take_if(std::string_view word) noexcept {
    if (peek() != word) return false;
    take();
    return true;
  }

 private:
  static constexpr std::string_view kBlanks = " \t\r";

  void skip_blanks() noexcept {
    const std::size_t first = rest_.find_first_not_of(kBlanks);
    rest_.remove_prefix(first == std::string_view::npos ? rest_.size() : first);
  }

  std::string_view rest_;
};

/// A number and the unit that directly follows it.
struct Quantity {
  double number = 0;
  std::string_view unit;
};

std::optional<Quantity> parse_quantity(std::string_view text) {
  Quantity quantity;
  const char* end = text.data() + text.size();
  const auto [stopped, error] =
      std::from_chars(text.data(), end, quantity.number, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(quantity.number) || std::signbit(quantity.number))
    return std::nullopt;
  quantity.unit = text.substr(static_cast<std::size_t>(stopped - text.data()));
  return quantity;
}

struct Unit {
  std::string_view name;
  double factor;
};

template <std::size_t Count>
std::optional<double> factor_of(const std::array<Unit, Count>& units, std::string_view name) {
  for (const Unit& unit : units)
    if (unit.name == name) return unit.factor;
  return std::nullopt;
}

Parsed<std::uint64_t> parse_byte_rate(std::string_view text) {
  constexpr std::array<Unit, 8> kUnits{{{"", 1},
                                        {"B", 1},
                                        {"k", 1e3},
                                        {"kB", 1e3},
                                        {"KiB", 1024},
                                        {"MB", 1e6},
                                        {"MiB", 1024.0 * 1024},
                                        {"GiB", 1024.0 * 1024 * 1024}}};
  std::optional<Quantity> quantity = parse_quantity(text);
  std::optional<double> factor;
  if (quantity && quantity->unit.ends_with("/s")) quantity->unit.remove_suffix(2);
  if (quantity) factor = factor_of(kUnits, quantity->unit);
  if (!factor) return Failure{"bad rate " + quoted(text) + ": expected bytes a second, as 64KiB"};

  const double rate = quantity->number * *factor;
  if (rate < 1 || rate > 1e12) return Failure{"rate " + quoted(text) + " is out of range"};
  return static_cast<std::uint64_t>(rate);
}

/// An optional last word: up, down or both.
FaultDirection take_direction(Words& words) {
  if (words.take_if("up")) return FaultDirection::up;
  if (words.take_if("down")) return FaultDirection::down;
  words.take_if("both");
  return FaultDirection::both;
}

template <typename Action>
Parsed<FaultCommand> parse_directed(Words& words) {
  return FaultCommand{FaultAction{Action{take_direction(words)}}};
}

template <typename Action>
Parsed<FaultCommand> parse_bare(Words&) {
  return FaultCommand{FaultAction{Action{}}};
}

template <FaultAccept How>
Parsed<FaultCommand> parse_accept(Words&) {
  return FaultCommand{FaultAction{faults::Accept{How}}};
}

template <typename Order>
Parsed<FaultCommand> parse_order(Words&) {
  return FaultCommand{Order{}};
}

bool is_direction(std::string_view word) {
  return word == "up" || word == "down" || word == "both";
}

Parsed<FaultCommand> parse_delay(Words& words) {
  faults::Delay delay;
  if (!words.take_if("off")) {
    const Parsed<base::Duration> least = parse_fault_duration(words.take());
    if (!least) return Failure{least.error()};
    delay.delay = *least;
    if (!words.is_empty() && !is_direction(words.peek())) {
      const Parsed<base::Duration> jitter = parse_fault_duration(words.take());
      if (!jitter) return Failure{jitter.error()};
      delay.jitter = *jitter;
    }
  }
  delay.direction = take_direction(words);
  return FaultCommand{FaultAction{delay}};
}

Parsed<FaultCommand> parse_throttle(Words& words) {
  faults::Throttle throttle;
  if (!words.take_if("off")) {
    const Parsed<std::uint64_t> rate = parse_byte_rate(words.take());
    if (!rate) return Failure{rate.error()};
    throttle.bytes_per_second = *rate;
  }
  throttle.direction = take_direction(words);
  return FaultCommand{FaultAction{throttle}};
}

Parsed<FaultCommand> parse_forget(Words& words) {
  if (words.take_if("off")) return FaultCommand{FaultAction{faults::ForgetIdle{}}};
  const Parsed<base::Duration> after = parse_fault_duration(words.take());
  if (!after) return Failure{after.error()};
  const bool resets = words.take_if("rst");
  if (!resets) words.take_if("silent");
  const FaultForgetting how = resets ? FaultForgetting::reset : FaultForgetting::silent;
  return FaultCommand{FaultAction{faults::ForgetIdle{*after, how}}};
}

Parsed<FaultCommand> parse_retarget(Words& words) {
  Parsed<FaultAddress> target = parse_fault_address(words.take());
  if (!target) return Failure{target.error()};
  if (target->port == 0) return Failure{std::string{"a target needs a port other than 0"}};
  return FaultCommand{FaultAction{faults::Retarget{*std::move(target)}}};
}

Parsed<FaultCommand> parse_wait(Words& words) {
  const Parsed<base::Duration> duration = parse_fault_duration(words.take());
  if (!duration) return Failure{duration.error()};
  return FaultCommand{faults::Wait{*duration}};
}

struct Entry {
  std::string_view name;
  Parsed<FaultCommand> (*parse)(Words&);
};

constexpr std::array<Entry, 19> kEntries{{
    {"freeze", parse_directed<faults::Freeze>},
    {"thaw", parse_directed<faults::Thaw>},
    {"drop", parse_directed<faults::Drop>},
    {"pass", parse_directed<faults::Pass>},
    {"cut", parse_bare<faults::Cut>},
    {"reset", parse_bare<faults::Reset>},
    {"accept", parse_accept<FaultAccept::forward>},
    {"refuse", parse_accept<FaultAccept::refuse>},
    {"close-new", parse_accept<FaultAccept::close_at_once>},
    {"hold-new", parse_accept<FaultAccept::black_hole>},
    {"delay", parse_delay},
    {"throttle", parse_throttle},
    {"forget", parse_forget},
    {"retarget", parse_retarget},
    {"clear", parse_bare<faults::Clear>},
    {"wait", parse_wait},
    {"status", parse_order<faults::Status>},
    {"help", parse_order<faults::Help>},
    {"quit", parse_order<faults::Quit>},
}};

const Entry* find(std::string_view name) {
  for (const Entry& entry : kEntries)
    if (entry.name == name) return &entry;
  return nullptr;
}

}  // namespace

Parsed<base::Duration> parse_fault_duration(std::string_view text) {
  constexpr std::array<Unit, 6> kUnits{
      {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"min", 60e9}, {"h", 3600e9}}};
  if (text.empty()) return Failure{std::string{"a time is missing, as 200ms or 1.5s"}};

  const std::optional<Quantity> quantity = parse_quantity(text);
  if (!quantity) return Failure{"bad time " + quoted(text) + ": expected a number with its unit"};
  if (quantity->unit.empty() && quantity->number == 0) return base::Duration{};
  const std::optional<double> factor = factor_of(kUnits, quantity->unit);
  if (!factor) return Failure{"bad time " + quoted(text) + ": needs a unit: us, ms, s, min or h"};

  const double nanoseconds = quantity->number * *factor;
  if (nanoseconds > std::chrono::duration<double, std::nano>{24h}.count())
    return Failure{"time " + quoted(text) + " is longer than a day"};
  return base::Duration{static_cast<base::Duration::rep>(std::llround(nanoseconds))};
}

Parsed<FaultCommand> parse_fault_command(std::string_view line) {
  Words words{line};
  if (words.is_empty()) return Failure{std::string{"an empty line is no command"}};
  const std::string_view name = words.take();
  const Entry* entry = find(name);
  if (!entry) return Failure{"unknown command " + quoted(name) + "; help lists them all"};

  Parsed<FaultCommand> command = entry->parse(words);
  if (!command) return Failure{std::string{name} + ": " + command.error()};
  if (!words.is_empty()) return Failure{std::string{name} + ": unexpected " + quoted(words.peek())};
  return command;
}

Parsed<std::vector<FaultCommand>> parse_fault_script(std::string_view script) {
  std::vector<FaultCommand> commands;
  while (!script.empty()) {
    const std::string_view line = script.substr(0, script.find_first_of(";\n"));
    script.remove_prefix(line.size() == script.size() ? line.size() : line.size() + 1);
    if (Words{line}.is_empty()) continue;
    Parsed<FaultCommand> command = parse_fault_command(line);
    if (!command) return Failure{command.error()};
    commands.push_back(*std::move(command));
  }
  return commands;
}

std::string_view fault_command_help() noexcept {
  return R"(Up is from those who connect to the target, down the way back; default both.
  freeze [up|down]          stop moving bytes; nothing is closed
  thaw [up|down]            move them again
  drop [up|down]            read bytes and throw them away: a black hole
  pass [up|down]            end of drop
  cut                       close every connection in order (FIN)
  reset                     break every connection (RST)
  refuse                    stop listening: new connections are refused
  close-new                 accept new connections and close them at once
  hold-new                  accept new connections and never forward them
  accept                    forward new connections again
  delay TIME [JITTER] [up|down]    delay off ends it
  throttle BYTES [up|down]  bytes a second for each connection; throttle off ends it
  forget TIME [rst|silent]  forget idle connections as a NAT does; forget off ends it
  retarget HOST:PORT        where new connections go
  clear                     end all of the above except retarget
  wait TIME                 hold back the commands that follow
  status, help, quit
Times read 200ms, 1.5s, 2min; sizes 500, 64KiB, 1MB.
)";
}

}  // namespace heartwire::net
