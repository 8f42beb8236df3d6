#pragma once
// A case for servers in virtual time, with a server that says what the test says.

#include "heartwire/base/instant.hpp"
#include "heartwire/judge/named.hpp"
#include "heartwire/judge/server_case.hpp"
#include "heartwire/judge/server_catalogue.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace heartwire::judge {

class ServerStage {
 public:
  explicit ServerStage(std::string_view name)
      : case_(find_named(server_catalogue(), name)->make(1)) {
    case_->begin(now_);
    collect();
  }

  /// Every link that was dialled opens.
  void open() {
    const std::size_t links = count<Dial>();
    for (LinkId link = 1; link <= links; ++link) tell(Opened{link});
  }
  void at(double when) {
    const auto target = base::instant(base::Duration{static_cast<base::Duration::rep>(when * 1e9)});
    while (case_->deadline() && *case_->deadline() <= target) {
      now_ = *case_->deadline();
      tell(Tick{});
    }
    now_ = target;
  }
  void tell(const ServerEvent& event) {
    case_->handle(now_, event);
    collect();
  }

  template <typename Wanted>
  std::size_t count() const {
    std::size_t count = 0;
    for (const ServerAction& action : actions_)
      count += std::holds_alternative<Wanted>(action) ? 1U : 0U;
    return count;
  }
  template <typename Wanted>
  Wanted last() const {
    for (auto action = actions_.rbegin(); action != actions_.rend(); ++action)
      if (const auto* wanted = std::get_if<Wanted>(&*action)) return *wanted;
    return {};
  }

  bool is_judged() const { return case_->finding().has_value(); }
  std::string verdict() const {
    return is_judged() ? std::string{name(case_->finding()->verdict)} : "none";
  }
  std::string figure() const { return is_judged() ? case_->finding()->figure : ""; }
  const ServerCase& machine() const { return *case_; }

 private:
  void collect() {
    while (auto action = case_->poll()) actions_.push_back(*std::move(action));
  }

  std::unique_ptr<ServerCase> case_;
  base::Instant now_{};
  std::vector<ServerAction> actions_;
};

}  // namespace heartwire::judge
