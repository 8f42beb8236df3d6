#pragma once
// One connection's path for one span of time: asks a question of the peer and tells when the answer
// comes, as TCP brings it.
//
// Nothing is ever missing in a TCP stream: a lost segment arrives when it is sent again, after a
// timeout that each kernel learns from its round trips (RFC 6298) and that doubles each time. So
// when an interruption ends, what waited arrives at the sender's next attempt and not at once; and
// whatever was sent after it, a second heartbeat say, cannot overtake it. Hence one question's
// answer does not depend on what else a detector sends.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/core/round_trip.hpp"
#include "heartwire/sim/detector_link.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heartwire::sim {

/// Spans of time that do not overlap, in order.
class Spells {
 public:
  /// After all that were added before.
  void add(base::Instant begins, base::Instant ends) { spells_.push_back({begins, ends}); }
  /// Quick where the instants asked about lie near each other.
  bool covers(base::Instant at) noexcept;
  /// All of them together.
  base::Duration total() const noexcept;

 private:
  struct Spell {
    base::Instant begins{};
    base::Instant ends{};
  };
  std::vector<Spell> spells_;
  std::size_t near_ = 0;  ///< The first that ended after the instant asked about last.
};

/// A heartbeat and its answer.
struct Exchange {
  base::Instant asked{};
  /// When the asking kernel knows that the peer's has the heartbeat.
  base::Instant acknowledged{};
  base::Instant answered{};
};

class DetectorPath {
 public:
  /// Nothing is drawn for what comes after `span`.
  DetectorPath(const DetectorLink& link, base::Duration span, std::uint64_t seed);

  /// `asked` is not before the last answer.
  Exchange ask(base::Instant asked) noexcept;

  /// For how long nothing passes.
  base::Duration interrupted() const noexcept { return outages_.total(); }
  /// Packets that the path was given, and those that it lost.
  std::uint64_t packets() const noexcept { return packets_; }
  std::uint64_t packets_lost() const noexcept { return packets_lost_; }

 private:
  struct Crossing {
    base::Instant left{};  ///< With the attempt that came through.
    base::Instant arrives{};
    base::Duration timeout{};  ///< From that attempt to the next.
    bool is_repaired = false;  ///< It was not the first.
  };

  bool loses(base::Instant at) noexcept;
  Crossing cross(base::Instant sent, base::Duration timeout) noexcept;
  base::Duration draw_latency() noexcept;
  base::Duration timeout(const core::RoundTrip& round_trip) const noexcept;
  void learn(const Exchange& exchange, const Crossing& up, const Crossing& down) noexcept;
  base::Instant acknowledge(const Crossing& up, base::Instant answered) noexcept;

  DetectorLink link_;  ///< With this connection's distance in its latency.
  base::Rng rng_;
  core::RoundTrip asking_;     ///< What the asking kernel measured.
  core::RoundTrip answering_;  ///< And the other.
  Spells outages_;
  Spells bad_;
  base::Instant active_at_ = base::Instant::min();  ///< When the radio was last heard.
  std::uint64_t packets_ = 0;
  std::uint64_t packets_lost_ = 0;
};

}  // namespace heartwire::sim
