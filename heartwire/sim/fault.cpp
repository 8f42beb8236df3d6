#include "heartwire/sim/fault.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace heartwire::sim {

using base::Duration;
using std::chrono::milliseconds;

namespace {

constexpr std::array<std::string_view, kFaultKinds> kNames{
    "hole_up",           "hole_down",    "hole_both",      "reset",           "forget",
    "forget_reset",      "loss",         "latency",        "throttle",        "swallow_up",
    "swallow_down",      "server_stall", "server_sleep",   "server_crash",    "server_power_loss",
    "zero_window",       "slow_reader",  "refuse",         "accept_then_fin", "accept_then_reset",
    "accept_then_close", "http_status",  "ignore_request", "slow_handshake",  "overload",
    "server_drain",      "client_stall", "client_sleep",   "client_crash",    "clock_jump",
    "wall_jump",         "no_name",      "stale_report"};
static_assert(static_cast<std::size_t>(FaultKind::stale_report) + 1 == kFaultKinds);

constexpr std::uint64_t kNumberMax = 1'000'000'000;

Duration as_ms(std::uint64_t amount) noexcept {
  return milliseconds{std::min(amount, kNumberMax)};
}

template <typename Integer>
Integer held(std::uint64_t amount) noexcept {
  return static_cast<Integer>(std::min<std::uint64_t>(amount, std::numeric_limits<Integer>::max()));
}

std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
  const std::size_t size = std::min(text.find_first_of(" \t\n"), text.size());
  const std::string_view word = text.substr(0, size);
  text.remove_prefix(size);
  return word;
}

base::Result<Fault, std::string> parse_one(std::string_view text) {
  const std::string whole{text};
  const std::string_view word = take_word(text);
  const auto found = std::find(kNames.begin(), kNames.end(), word);
  if (found == kNames.end())
    return base::Failure{"there is no fault \"" + std::string{word} + "\""};
  std::array<std::uint64_t, 4> numbers{};
  std::size_t count = 0;
  for (std::string_view next = take_word(text); !next.empty(); next = take_word(text)) {
    if (count == numbers.size()) return base::Failure{"too many numbers in \"" + whole + "\""};
    std::uint64_t& number = numbers[count++];
    const auto read = std::from_chars(next.data(), next.data() + next.size(), number);
    if (read.ec != std::errc{} || read.ptr != next.data() + next.size() || number > kNumberMax)
      return base::Failure{"\"" + std::string{next} + "\" is no number up to 1000000000"};
  }
  if (count < 3)
    return base::Failure{"\"" + whole + "\" lacks a number: KIND TARGET BEGINS LASTS [AMOUNT]"};
  return Fault{static_cast<FaultKind>(found - kNames.begin()), held<std::uint32_t>(numbers[0]),
               base::instant(as_ms(numbers[1])), as_ms(numbers[2]), numbers[3]};
}

}  // namespace

std::string_view name(FaultKind kind) noexcept {
  return kNames[static_cast<std::size_t>(kind)];
}

FaultPlace place(FaultKind kind) noexcept {
  if (kind < FaultKind::server_stall) return FaultPlace::path;
  return kind < FaultKind::client_stall ? FaultPlace::server : FaultPlace::client;
}

std::string to_text(const Fault& fault) {
  const auto ms = [](Duration time) {
    return ' ' + std::to_string(std::chrono::duration_cast<milliseconds>(time).count());
  };
  std::string text{name(fault.kind)};
  text +=
      ' ' + std::to_string(fault.target) + ms(fault.begins.time_since_epoch()) + ms(fault.lasts);
  if (fault.amount != 0) text += ' ' + std::to_string(fault.amount);
  return text;
}

base::Result<std::vector<Fault>, std::string> parse_faults(std::string_view text) {
  std::vector<Fault> faults;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find(';'), text.size());
    const std::string_view one = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    if (one.find_first_not_of(" \t\n") == std::string_view::npos) continue;
    const auto fault = parse_one(one);
    if (!fault) return base::Failure{fault.error()};
    faults.push_back(*fault);
  }
  return faults;
}

void apply(const Fault& fault, Link& link) noexcept {
  const auto both = [&link](auto change) {
    change(link.up);
    change(link.down);
  };
  switch (fault.kind) {
    case FaultKind::hole_up: link.up.is_hole = true; break;
    case FaultKind::hole_down: link.down.is_hole = true; break;
    case FaultKind::hole_both: link.up.is_hole = link.down.is_hole = true; break;
    case FaultKind::forget:
    case FaultKind::forget_reset:
      link.forgets_after = as_ms(fault.amount);
      link.forget_resets = fault.kind == FaultKind::forget_reset;
      break;
    case FaultKind::loss:
      both([&](Lane& lane) { lane.loss_ppm = held<std::uint32_t>(fault.amount); });
      break;
    case FaultKind::latency:
      both([&](Lane& lane) { lane.extra_latency += as_ms(fault.amount); });
      break;
    case FaultKind::throttle:
      both([&](Lane& lane) { lane.bytes_per_second_max = fault.amount; });
      break;
    case FaultKind::swallow_up: link.up.swallows = true; break;
    case FaultKind::swallow_down: link.down.swallows = true; break;
    default: break;
  }
}

void apply(const Fault& fault, ServerCondition& condition) noexcept {
  switch (fault.kind) {
    case FaultKind::server_stall: condition.is_stalled = true; break;
    case FaultKind::server_sleep: condition.is_stalled = condition.is_down = true; break;
    case FaultKind::server_crash: condition.is_listening = false; break;
    case FaultKind::server_power_loss:
      condition.is_down = true;
      condition.is_listening = false;
      break;
    case FaultKind::zero_window: condition.reads_nothing = true; break;
    case FaultKind::slow_reader:
      condition.read_bytes_max = std::max<std::size_t>(1, held<std::size_t>(fault.amount));
      break;
    case FaultKind::refuse:
    case FaultKind::server_drain: condition.is_listening = false; break;
    case FaultKind::accept_then_fin: condition.reception = Reception::fin; break;
    case FaultKind::accept_then_reset: condition.reception = Reception::reset; break;
    case FaultKind::accept_then_close:
      condition.reception = Reception::close;
      condition.code = held<std::uint16_t>(fault.amount);
      break;
    case FaultKind::http_status:
      condition.reception = Reception::http_status;
      condition.code = held<std::uint16_t>(fault.amount);
      break;
    case FaultKind::ignore_request: condition.reception = Reception::ignore; break;
    case FaultKind::slow_handshake: condition.handshake_delay = as_ms(fault.amount); break;
    case FaultKind::overload:
      condition.accepts_per_second = held<std::uint32_t>(fault.amount);
      break;
    default: break;
  }
}

void apply(const Fault& fault, ClientCondition& condition) noexcept {
  switch (fault.kind) {
    case FaultKind::client_stall: condition.is_stalled = true; break;
    case FaultKind::client_sleep:
    case FaultKind::client_crash: condition.is_stalled = condition.is_down = true; break;
    case FaultKind::no_name: condition.resolves = false; break;
    default: break;
  }
}

}  // namespace heartwire::sim
