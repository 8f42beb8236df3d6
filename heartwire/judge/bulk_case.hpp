#pragma once
// One long message over a slow line. The client's pings are answered, but behind that message: a
// client that takes only an answer for life kills a connection on which bytes arrive all the time.

#include "heartwire/judge/case.hpp"

#include <chrono>
#include <cstddef>

namespace heartwire::judge {

class BulkCase final : public Case {
 public:
  /// Under 1 MiB, the limit of a message in some libraries.
  static constexpr std::size_t kMessageBytes = std::size_t{480} << 10;
  /// Longer than the heartbeat of nearly every client takes to call a peer dead.
  static constexpr base::Duration kTransfer = std::chrono::seconds{60};
  static constexpr base::Duration kAfterwards = std::chrono::seconds{5};
  /// What a client says sooner after opening is a greeting, and no heartbeat.
  static constexpr base::Duration kGreetingMax = std::chrono::seconds{1};

  explicit BulkCase(CaseSettings settings) : Case(settings) {}

 private:
  void on_requested(base::Instant now, Link& link) override;
  void on_message(base::Instant now, Link& link, const MessageCame& message) override;
  void on_ping(base::Instant now, Link& link) override;
  void on_left(base::Instant now, Link& link) override;
  void on_flushed(base::Instant now, Link& link) override;
  void on_wake(base::Instant now) override;
  void on_all_ended(base::Instant now) override;

  LinkId link_ = 0;
  std::size_t probes_ = 0;  ///< During the transfer.
  base::Instant sent_at_{};
  bool is_through_ = false;
};

}  // namespace heartwire::judge
