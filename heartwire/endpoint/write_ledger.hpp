#pragma once
// Counts what one transport was given to write, so that the heartbeat can tell when its probe left
// and whether what lies ahead of it still drains. What is unwritten at one time fits in 32 bits:
// whoever queues bounds it below kUnwrittenBytesMax.

#include "heartwire/base/check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace heartwire::endpoint {

/// No option makes messages wait for more than this, so that heartbeats and answers still fit.
inline constexpr std::size_t kUnwrittenBytesMax = std::size_t{1} << 31;

class WriteLedger {
 public:
  /// `count` bytes were given to the driver to write.
  void on_queued(std::size_t count) noexcept {
    HW_CHECK(count <= std::numeric_limits<std::uint32_t>::max() - unwritten_);
    unwritten_ += static_cast<std::uint32_t>(count);
  }

  /// The last byte given so far is the end of a probe.
  void mark_probe() noexcept {
    ahead_of_probe_end_ = unwritten_;
    after_probe_ = 0;
  }

  /// `count` bytes left for the kernel. True if the marked probe left with them.
  bool on_written(std::size_t count) noexcept {
    HW_CHECK(count <= unwritten_);
    const auto written = static_cast<std::uint32_t>(count);
    unwritten_ -= written;
    if (ahead_of_probe_end_ == 0) {
      constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
      after_probe_ += std::min(written, kMost - after_probe_);
      return false;
    }
    if (written < ahead_of_probe_end_) {
      ahead_of_probe_end_ -= written;
      return false;
    }
    after_probe_ = written - ahead_of_probe_end_;
    ahead_of_probe_end_ = 0;
    return true;
  }

  /// Bytes given and not yet gone.
  std::size_t unwritten() const noexcept { return unwritten_; }

  /// Bytes up to the end of the probe that the peer's transport has not acknowledged, given what
  /// the kernel holds unacknowledged; nothing if that is not known.
  std::optional<std::uint64_t> backlog(std::optional<std::uint64_t> unacknowledged) const noexcept {
    if (!unacknowledged) return std::nullopt;
    if (ahead_of_probe_end_ > 0) return *unacknowledged + ahead_of_probe_end_;
    return *unacknowledged - std::min<std::uint64_t>(*unacknowledged, after_probe_);
  }

 private:
  std::uint32_t unwritten_ = 0;
  std::uint32_t ahead_of_probe_end_ = 0;  ///< Unwritten bytes up to the probe's end; 0: it left.
  std::uint32_t after_probe_ = 0;         ///< Bytes written since the probe left.
};

}  // namespace heartwire::endpoint
