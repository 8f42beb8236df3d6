#pragma once
// A peer that says nothing more, and ends nothing: how long until the client leaves, and until it
// is back. TCP stays in order, as it does behind a proxy whose other side has died, so that only a
// heartbeat can tell.

#include "heartwire/judge/case.hpp"

#include <chrono>
#include <cstddef>

namespace heartwire::judge {

struct SilenceRules {
  /// How long the client is served before the silence begins.
  base::Duration polite_for{};
  /// Messages that must come during the silence for the case to mean something.
  std::size_t messages_min = 0;
};

class SilenceCase final : public Case {
 public:
  /// The idle limit of common proxies: users have waited for longer than they like.
  static constexpr base::Duration kPassMax = std::chrono::seconds{60};
  static constexpr base::Duration kWatch = std::chrono::seconds{120};
  /// From leaving to being back, or to the transport's end.
  static constexpr base::Duration kReturnMax = std::chrono::seconds{60};

  /// While it serves it pings, as servers do: some clients wait for that alone.
  static constexpr base::Duration kPingInterval = std::chrono::seconds{10};

  SilenceCase(CaseSettings settings, SilenceRules rules) : Case(settings), rules_(rules) {}

 private:
  void on_requested(base::Instant now, Link& link) override;
  void on_message(base::Instant now, Link& link, const MessageCame& message) override;
  void on_left(base::Instant now, Link& link) override;
  void on_wake(base::Instant now) override;
  void on_all_ended(base::Instant now) override;

  void serve(base::Instant now);
  void fall_silent(base::Instant now);
  void notice(base::Instant now);
  void judge_noticed(std::string_view afterwards);
  void judge_unnoticed();

  SilenceRules rules_;
  LinkId first_ = 0;
  bool has_first_ = false;
  std::size_t messages_ = 0;  ///< During the silence.
  std::optional<base::Instant> silent_at_;
  std::optional<base::Instant> noticed_at_;
};

}  // namespace heartwire::judge
