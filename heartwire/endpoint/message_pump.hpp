#pragma once
// Moves messages from the outbox to the wire, only as fast as the wire drains.
//
// A little is kept ahead of the kernel, so that the wire never idles; the rest waits in the outbox,
// where it can still be replaced, expire or be taken back. Long messages leave in fragments (RFC
// 6455 section 5.4), so that a Ping or Pong goes between. The order on every open: the greeting,
// then heartbeats that travel as messages, each before the next message that waits, then the
// outbox.
//
// A message is compressed as a whole when its turn comes, not while it waits, where it could still
// be taken back: what is compressed must be sent.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/instant.hpp"
#include "heartwire/core/message.hpp"
#include "heartwire/core/outbox.hpp"
#include "heartwire/endpoint/frames.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heartwire::endpoint {

struct PumpOptions {
  /// Longer messages leave in fragments of this many bytes. Default 64 KiB: a second on a slow
  /// mobile link, and the cost of a header is nothing against it. 0: never, up to 1 GiB.
  std::size_t fragment_bytes = std::size_t{64} << 10;
  /// Bytes given to the driver and not yet gone, from which on the pump waits. Default 64 KiB, for
  /// the same reason. At least 1, at most 1 GiB; held there.
  std::size_t ahead_bytes_max = std::size_t{64} << 10;
};

class MessagePump {
 public:
  /// Heartbeats that may wait for the end of a message. Of more than this in the time of one
  /// message a peer that asks too fast is owed none.
  static constexpr std::size_t kUrgentMax = 16;

  /// `options` is borrowed and must outlive this object.
  explicit MessagePump(const PumpOptions& options) noexcept : options_(&options) {}

  /// A new transport is open: no message leaves before its greeting.
  void on_open();
  /// What to send first; may be empty. Only the first one after on_open() counts.
  void greet(std::vector<core::Message> messages);
  /// The transport is gone. The outbox takes back what was in flight by itself.
  void on_lost();

  /// Sends a heartbeat, or an answer to one, that travels as a message: now, or, where another
  /// message is under way, right after it. With `is_probe` the ledger's mark is set where it ends.
  /// Answers beyond kUrgentMax are dropped.
  void send_urgent(core::MessageView message, bool is_probe, FrameSink sink);

  /// Appends frames to the workspace's output while there is something to send and room ahead.
  void fill(base::Instant now, core::Outbox& outbox, FrameSink sink);
  /// The same, however much waits ahead: the last words before a Close.
  void drain(base::Instant now, core::Outbox& outbox, FrameSink sink);

  /// `count` bytes that the ledger counts left for the kernel.
  void on_written(std::size_t count, core::Outbox& outbox);

  /// The most that this makes wait to be written, if no message is longer than that.
  std::size_t unwritten_max(std::size_t message_bytes_max) const noexcept;

  /// True when everything that waited has been handed over.
  bool is_drained(const core::Outbox& outbox) const noexcept;

 private:
  struct InFlight {
    core::MessageId id = 0;
    std::uint64_t end = 0;  ///< Where its last byte lies in all that the transport was given.
  };

  struct Urgent {
    core::Message message;
    bool is_probe = false;
  };

  /// False when nothing more can be sent now.
  bool fill_one(base::Instant now, core::Outbox& outbox, FrameSink& sink,
                std::size_t unwritten_max);
  /// True where a message that is not part of the greeting may begin.
  bool is_between_messages() const noexcept;
  /// Appends the next fragment of `message`; true when it was the last.
  bool append_fragment(core::MessageView message, FrameSink& sink);
  bool append_fragment_of(base::MessageType type, base::ByteView payload, std::uint8_t rsv,
                          FrameSink& sink);

  const PumpOptions* options_;
  std::vector<core::Message> greeting_;  ///< Empty once it is out.
  std::size_t greeted_ = 0;              ///< Of greeting_, already out.
  std::vector<Urgent> urgent_;
  std::vector<InFlight> in_flight_;
  std::size_t offset_ = 0;  ///< Into the message that is partly out.
  std::uint64_t written_total_ = 0;
  bool awaits_greeting_ = false;
};

}  // namespace heartwire::endpoint
