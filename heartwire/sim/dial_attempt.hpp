#pragma once
// One attempt to connect: the name is looked up, then SYNs are sent until one is answered or the
// time is over, as a kernel does.

#include "heartwire/base/instant.hpp"

#include <cstdint>
#include <optional>

namespace heartwire::sim {

struct DialTimes {
  /// Looking up a name. Default 5 ms; a name that is not resolved takes no longer.
  base::Duration resolve = std::chrono::milliseconds{5};
  /// From the first SYN to giving up. Default 10 s, as net::DialOptions.
  base::Duration connect_timeout = std::chrono::seconds{10};
};

class DialAttempt {
 public:
  enum class Result : std::uint8_t { pending, connected, dns, refused, timed_out };

  /// What an attempt meets at this moment.
  struct Surroundings {
    bool resolves = true;
    bool is_path_open = true;  ///< Both ways, to a host that is up.
    bool is_listening = true;
    base::Duration round_trip{};
  };

  DialAttempt(base::Instant now, const DialTimes& times) noexcept;

  /// Goes on; anything but pending is the end.
  Result step(base::Instant now, const Surroundings& surroundings) noexcept;
  /// When to call step() next.
  base::Instant next() const noexcept { return next_; }

 private:
  enum class Stage : std::uint8_t { resolving, asking, answered };

  base::Duration connect_timeout_;
  base::Duration pause_;  ///< Until the next SYN; doubles.
  base::Instant next_;
  base::Instant gives_up_{};
  Stage stage_ = Stage::resolving;
  bool is_accepted_ = false;
};

}  // namespace heartwire::sim
