#pragma once
// How fast a test plays a write-up. A case states every time as the write-up does; a Pace makes all
// of them shorter by the same factor, so that their proportions, which the case is about, remain.

#include "heartwire/client/options.hpp"

#include <chrono>

namespace heartwire::cases {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

class Pace {
 public:
  /// `second`: what a second of the write-up lasts here. Choose it so that the shortest deadline
  /// bears a machine that is busy with other tests.
  constexpr explicit Pace(milliseconds second) noexcept : second_(second) {}

  /// A time of the write-up, as it is played; never under the heartbeat's grain of 1 ms.
  constexpr milliseconds operator()(milliseconds field) const noexcept {
    const milliseconds played = field * second_.count() / 1000;
    return field > 0ms && played < 1ms ? 1ms : played;
  }

  /// `options` with each time that the core keeps played at this pace.
  client::Options operator()(client::Options options) const;

 private:
  base::Duration play(base::Duration field) const;

  milliseconds second_;
};

}  // namespace heartwire::cases
