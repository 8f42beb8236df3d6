#pragma once
// core::Heartbeat, the machine of production, held against a path's exchanges: as a driver on Linux
// feeds it, with writes that leave at once and ticks that know what is unacknowledged.

#include "heartwire/base/instant.hpp"
#include "heartwire/core/heartbeat.hpp"
#include "heartwire/sim/detector_path.hpp"

#include <cstdint>
#include <optional>

namespace heartwire::sim {

class HeartbeatDetector {
 public:
  /// `options` is borrowed.
  explicit HeartbeatDetector(const core::HeartbeatOptions& options) noexcept;

  /// A new connection.
  void open(base::Instant now) noexcept;
  /// The next exchange of the connection: when the peer is declared dead, if that comes before the
  /// answer. Then nothing but open() may follow.
  std::optional<base::Instant> follow(const Exchange& exchange) noexcept;

 private:
  bool tick(base::Instant now, const Exchange& exchange) noexcept;

  const core::HeartbeatOptions* options_;
  core::Heartbeat heartbeat_;
  base::Instant sent_at_{};  ///< The last probe, or the connection's begin, in whole milliseconds.
  std::uint32_t unanswered_ = 0;  ///< Probes; the last of them has number last_.
  std::uint32_t last_ = 0;
};

}  // namespace heartwire::sim
