#pragma once
// One direction of a TCP connection in virtual time: a sending kernel that takes only so much, a
// way with a delay, a rate and a hole in it when the test says so, and a receiving kernel that
// fills up when nobody reads. Nothing is lost or changed on it; it is TCP that is played, not IP.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/instant.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>

namespace heartwire::support {

struct LaneOptions {
  base::Duration latency = std::chrono::milliseconds{10};
  /// 0: no limit.
  std::uint64_t bytes_per_second = 0;
  /// What the sending kernel holds of bytes that have not arrived.
  std::size_t send_buffer_bytes = std::size_t{64} << 10;
  /// What the receiving kernel holds of bytes that nobody has read.
  std::size_t receive_buffer_bytes = std::size_t{64} << 10;
  /// The most that one write takes; the next one is possible a millisecond later.
  std::size_t write_bytes_max = std::numeric_limits<std::size_t>::max();
  std::size_t read_bytes_max = std::size_t{16} << 10;
};

class VirtualLane {
 public:
  explicit VirtualLane(const LaneOptions& options) : options_(options) {}

  // The sender.
  /// Takes what there is room for; returns how much.
  std::size_t write(base::Instant now, base::ByteView bytes);
  bool is_writable(base::Instant now) const;
  /// Nothing is written after this.
  void end() { is_ended_ = true; }
  std::size_t unacknowledged() const { return on_the_way_; }

  // The receiver.
  base::Bytes read();
  bool is_readable() const { return !received_.empty(); }
  /// The sender's end has arrived, and everything before it was read.
  bool is_at_end() const;

  // The way.
  /// What is sent from now on, or still on its way, does not arrive until this is taken back.
  void set_black_hole(bool is_black_hole) { is_black_hole_ = is_black_hole; }
  /// Both kernels forget everything.
  void reset();
  /// Lets arrive what is due.
  void advance(base::Instant now);
  /// When something happens next by itself.
  std::optional<base::Instant> next(base::Instant now) const;

 private:
  struct Segment {
    base::Instant arrives{};
    base::Bytes bytes;
  };

  bool is_acceptable(const Segment& segment) const;
  std::size_t room() const;

  LaneOptions options_;
  std::deque<Segment> segments_;
  std::size_t on_the_way_ = 0;
  base::Bytes received_;
  base::Instant idle_at_{};
  base::Instant writable_at_{};
  bool is_black_hole_ = false;
  bool is_ended_ = false;
};

}  // namespace heartwire::support
