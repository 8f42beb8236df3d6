#pragma once
// One direction of a TCP connection: a sending kernel that takes only so much, a way, and a
// receiving kernel that fills up when nobody reads. What IP loses shows as it does through TCP:
// nothing is missing, but what comes after waits for it.
//
// The receiving kernel acknowledges, and its acknowledgements travel the other way: in a one-way
// black hole bytes arrive whose sender never learns it.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/instant.hpp"
#include "heartwire/base/rng.hpp"
#include "heartwire/sim/link.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace heartwire::sim {

class Pipe {
 public:
  /// What the way bears at this moment.
  struct Passage {
    bool is_open = true;       ///< Segments arrive.
    bool is_open_back = true;  ///< Acknowledgements arrive.
    bool swallows = false;     ///< A proxy takes what comes and drops it.
    base::Duration latency_back{};
  };

  /// `options` is borrowed.
  explicit Pipe(const LinkOptions& options) noexcept
      : options_(&options), timeout_(retransmission_timeout(options)), ack_timeout_(timeout_) {}

  // The sender.
  /// Takes what there is room for; returns how much.
  std::size_t write(base::Instant now, base::ByteView bytes, const Lane& lane, base::Rng& rng);
  /// Nothing is written after this.
  void end(base::Instant now, const Lane& lane, base::Rng& rng);
  /// The sending kernel is gone, or has given the connection up: what has not left by now never
  /// does, and what meets a hole is not sent again.
  void abandon(base::Instant now);
  std::size_t room() const noexcept;
  std::size_t unacknowledged() const noexcept {
    return static_cast<std::size_t>(written_ - acknowledged_);
  }
  /// Since when the oldest byte waits for its acknowledgement; nothing if none does.
  std::optional<base::Instant> stuck_since() const noexcept;

  // The receiver.
  base::Bytes read(std::size_t most);
  std::size_t readable() const noexcept { return received_.size() - read_; }
  /// The sender's end has arrived, and everything before it was read.
  bool is_at_end() const noexcept { return has_end_arrived_ && readable() == 0; }

  // The way.
  /// Lets happen what is due; true if anything arrived at either end.
  bool advance(base::Instant now, const Passage& passage);
  /// When something happens next by itself.
  std::optional<base::Instant> next() const noexcept;
  /// Something other than the rate has held back, or lost, what was sent.
  bool is_tainted() const noexcept { return is_tainted_; }

 private:
  struct Segment {
    base::Instant arrives{};
    base::Bytes bytes;
    bool is_end = false;
  };
  struct Acknowledgement {
    base::Instant arrives{};
    std::uint64_t up_to = 0;
  };

  void queue(base::Instant now, base::ByteView part, bool is_end, const Lane& lane, base::Rng& rng);
  bool is_acceptable(const Segment& segment) const noexcept;
  void deliver(base::Instant now, const Passage& passage);

  const LinkOptions* options_;
  std::deque<Segment> segments_;
  std::deque<Acknowledgement> acknowledgements_;
  base::Bytes received_;
  std::size_t read_ = 0;  ///< Of received_.
  std::uint64_t written_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t acknowledged_ = 0;
  base::Instant idle_at_{};       ///< When the way has sent all it was given.
  base::Instant last_arrives_{};  ///< TCP keeps the order.
  base::Instant progress_at_{};   ///< Of acknowledgements, or of the first byte since.
  base::Duration timeout_;        ///< Until what met a hole is sent again.
  base::Duration ack_timeout_;
  bool is_ended_ = false;
  bool is_abandoned_ = false;
  bool has_end_arrived_ = false;
  bool is_swallowed_ = false;  ///< Bytes are missing in the stream; no later ones may arrive.
  bool is_tainted_ = false;
};

}  // namespace heartwire::sim
