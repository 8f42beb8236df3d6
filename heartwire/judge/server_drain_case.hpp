#pragma once
// A server that is shut down in good order, on the user's word: does it say so to its clients, with
// which code, and does it spread them over time?

#include "heartwire/judge/server_case.hpp"

#include <chrono>
#include <cstddef>

namespace heartwire::judge {

class ServerDrainCase final : public ServerCase {
 public:
  static constexpr std::uint32_t kClients = 20;
  /// From the word to the last connection's end; the user may have to type.
  static constexpr base::Duration kWatch = std::chrono::seconds{120};
  /// Less than this between the first and the last is all at once.
  static constexpr base::Duration kSpreadMin = std::chrono::milliseconds{500};

  explicit ServerDrainCase(double time_scale) : ServerCase(kClients, time_scale) {}

 private:
  void on_all_open(base::Instant now) override;
  void on_close(base::Instant now, Link& link) override;
  void on_gone(base::Instant now, Link& link) override;
  void on_wake(base::Instant now) override;

  void judge_when_all_know();
  void judge();

  std::size_t told_ = 0;  ///< Links with a Close, or an end without one.
};

}  // namespace heartwire::judge
