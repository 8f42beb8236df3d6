#pragma once
// A case in virtual time with clients that say what the test says. Every action is kept; deadlines
// are met on the way to each later time.

#include "heartwire/base/instant.hpp"
#include "heartwire/judge/case.hpp"
#include "heartwire/judge/catalogue.hpp"
#include "heartwire/judge/named.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace heartwire::judge {

class Stage {
 public:
  explicit Stage(std::string_view name, CaseSettings settings = {})
      : case_(find_named(catalogue(), name)->make(settings)) {}

  /// Moves to `when`, in seconds since the start.
  void at(double when) {
    const base::Instant target = instant_of(when);
    while (case_->deadline() && *case_->deadline() <= target) {
      now_ = *case_->deadline();
      tell(Tick{});
    }
    now_ = target;
  }
  LinkId come(ClientId client = 0) {
    tell(Requested{++last_link_, client, std::chrono::seconds{784111777}});
    return last_link_;
  }
  void ping(LinkId link) { tell(PingCame{link, "p"}); }
  void text(LinkId link, std::string text) {
    const std::size_t size = text.size();
    tell(MessageCame{link, base::MessageType::text, size, std::move(text)});
  }
  void close(LinkId link, std::uint16_t code = 1000) { tell(CloseCame{link, code, ""}); }
  void leave(LinkId link) { tell(Gone{link, "ended"}); }
  void tell(const Event& event) {
    case_->handle(now_, event);
    while (auto action = case_->poll()) actions_.push_back(*std::move(action));
  }

  /// How many actions of this kind there were.
  template <typename Wanted>
  std::size_t count() const {
    std::size_t count = 0;
    for (const Action& action : actions_) count += std::holds_alternative<Wanted>(action) ? 1U : 0U;
    return count;
  }
  /// The last action of this kind.
  template <typename Wanted>
  Wanted last() const {
    for (auto action = actions_.rbegin(); action != actions_.rend(); ++action)
      if (const auto* wanted = std::get_if<Wanted>(&*action)) return *wanted;
    return {};
  }

  bool is_judged() const { return case_->finding().has_value(); }
  /// `none` while there is no finding.
  std::string verdict() const {
    return is_judged() ? std::string{name(case_->finding()->verdict)} : "none";
  }
  std::string figure() const { return is_judged() ? case_->finding()->figure : ""; }
  std::string note() const { return is_judged() ? case_->finding()->note : ""; }
  Ability hinges_on() const { return is_judged() ? case_->finding()->hinges_on : Ability::none; }
  const Case& machine() const { return *case_; }
  const std::vector<Action>& actions() const { return actions_; }

 private:
  static base::Instant instant_of(double seconds) {
    return base::instant(base::Duration{static_cast<base::Duration::rep>(seconds * 1e9)});
  }

  std::unique_ptr<Case> case_;
  base::Instant now_{};
  LinkId last_link_ = 0;
  std::vector<Action> actions_;
};

}  // namespace heartwire::judge
