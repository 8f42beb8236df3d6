#include "heartwire/net/fault_rules.hpp"

#include <chrono>
#include <string_view>
#include <vector>

namespace heartwire::net {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

template <typename Change>
void for_each_way(FaultRules& rules, FaultDirection direction, Change change) {
  if (direction != FaultDirection::down) change(rules.ways[FaultRules::kUp]);
  if (direction != FaultDirection::up) change(rules.ways[FaultRules::kDown]);
}

std::string_view suffix(FaultDirection direction) {
  switch (direction) {
    case FaultDirection::up: return " up";
    case FaultDirection::down: return " down";
    case FaultDirection::both: break;
  }
  return "";
}

std::string in_words(std::string_view verb, FaultDirection direction) {
  return std::string{verb} + std::string{suffix(direction)};
}

std::string in_words(base::Duration duration) {
  using namespace std::chrono_literals;
  if (duration % 1s == 0s) return std::to_string(duration / 1s) + "s";
  if (duration % 1ms == 0s) return std::to_string(duration / 1ms) + "ms";
  return std::to_string(duration / 1us) + "us";
}

std::string in_words(const faults::Delay& action) {
  std::string text = "delay " + in_words(action.delay);
  if (action.jitter != base::Duration{}) text += " " + in_words(action.jitter);
  return text + std::string{suffix(action.direction)};
}

std::string in_words(const faults::Throttle& action) {
  const bool is_off = action.bytes_per_second == 0;
  return "throttle " + (is_off ? "off" : std::to_string(action.bytes_per_second)) +
         std::string{suffix(action.direction)};
}

std::string in_words(const faults::ForgetIdle& action) {
  if (action.after == base::Duration{}) return "forget off";
  const bool resets = action.how == FaultForgetting::reset;
  return "forget " + in_words(action.after) + (resets ? " rst" : "");
}

std::string in_words(FaultAccept how) {
  switch (how) {
    case FaultAccept::forward: return "accept";
    case FaultAccept::refuse: return "refuse";
    case FaultAccept::close_at_once: return "close-new";
    case FaultAccept::black_hole: return "hold-new";
  }
  return "";
}

void collect(const FaultWay& way, FaultDirection direction, std::vector<std::string>& commands) {
  if (way.frozen) commands.push_back(in_words("freeze", direction));
  if (way.dropping) commands.push_back(in_words("drop", direction));
  if (way.delay != base::Duration{} || way.jitter != base::Duration{})
    commands.push_back(in_words(faults::Delay{way.delay, way.jitter, direction}));
  if (way.bytes_per_second_max != 0)
    commands.push_back(in_words(faults::Throttle{way.bytes_per_second_max, direction}));
}

}  // namespace

FaultRules updated(FaultRules rules, const FaultAction& action) noexcept {
  using namespace faults;
  std::visit(Overloaded{
                 [&](const Freeze& a) {
                   for_each_way(rules, a.direction, [](FaultWay& way) { way.frozen = true; });
                 },
                 [&](const Thaw& a) {
                   for_each_way(rules, a.direction, [](FaultWay& way) { way.frozen = false; });
                 },
                 [&](const Drop& a) {
                   for_each_way(rules, a.direction, [](FaultWay& way) { way.dropping = true; });
                 },
                 [&](const Pass& a) {
                   for_each_way(rules, a.direction, [](FaultWay& way) { way.dropping = false; });
                 },
                 [&](const Accept& a) { rules.accept = a.how; },
                 [&](const Delay& a) {
                   for_each_way(rules, a.direction, [&](FaultWay& way) {
                     way.delay = a.delay;
                     way.jitter = a.jitter;
                   });
                 },
                 [&](const Throttle& a) {
                   for_each_way(rules, a.direction, [&](FaultWay& way) {
                     way.bytes_per_second_max = a.bytes_per_second;
                   });
                 },
                 [&](const ForgetIdle& a) {
                   rules.forget_after = a.after;
                   rules.forgetting = a.how;
                 },
                 [&](const Clear&) { rules = FaultRules{}; },
                 [](const Cut&) {},
                 [](const Reset&) {},
                 [](const Retarget&) {},
             },
             action);
  return rules;
}

std::string describe(const FaultAction& action) {
  using namespace faults;
  return std::visit(Overloaded{
                        [](const Freeze& a) { return in_words("freeze", a.direction); },
                        [](const Thaw& a) { return in_words("thaw", a.direction); },
                        [](const Drop& a) { return in_words("drop", a.direction); },
                        [](const Pass& a) { return in_words("pass", a.direction); },
                        [](const Cut&) { return std::string{"cut"}; },
                        [](const Reset&) { return std::string{"reset"}; },
                        [](const Accept& a) { return in_words(a.how); },
                        [](const Delay& a) { return in_words(a); },
                        [](const Throttle& a) { return in_words(a); },
                        [](const ForgetIdle& a) { return in_words(a); },
                        [](const Retarget& a) { return "retarget " + to_string(a.target); },
                        [](const Clear&) { return std::string{"clear"}; },
                    },
                    action);
}

std::string describe(const FaultRules& rules) {
  std::vector<std::string> commands;
  if (rules.ways[FaultRules::kUp] == rules.ways[FaultRules::kDown]) {
    collect(rules.ways[FaultRules::kUp], FaultDirection::both, commands);
  } else {
    collect(rules.ways[FaultRules::kUp], FaultDirection::up, commands);
    collect(rules.ways[FaultRules::kDown], FaultDirection::down, commands);
  }
  if (rules.accept != FaultAccept::forward) commands.push_back(in_words(rules.accept));
  if (rules.forget_after != base::Duration{})
    commands.push_back(in_words(faults::ForgetIdle{rules.forget_after, rules.forgetting}));

  if (commands.empty()) return "no faults";
  std::string text = commands.front();
  for (std::size_t i = 1; i < commands.size(); ++i) text += "; " + commands[i];
  return text;
}

}  // namespace heartwire::net
