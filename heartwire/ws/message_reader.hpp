#pragma once
// From bytes to messages and control frames (RFC 6455 sections 5.4 to 5.6), without I/O.
//
// The reader is pulled: give it what was read, take one step at a time until it needs more. A
// message that lies complete in what was read is unmasked there and handed out as a view of it, so
// that the common case copies nothing and allocates nothing. Only what is cut across reads is kept.
//
// Invariants:
// - Between messages it owns no memory, but for a Ping that it was given to hold; while one is
// under
//   way, memory grows with the bytes that came, never with the bytes that a header promises, and
//   never past message_bytes_max (a 16th more for an encoded message, and one frame's state).
// - Every step consumes input or ends the pull, so a pull ends.
// - After a Close frame or a fault nothing more is read: the rest is swallowed.
//
// Text is validated as it comes; the first wrong octet fails, however long the message.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/role.hpp"
#include "heartwire/ws/close_frame.hpp"
#include "heartwire/ws/error.hpp"
#include "heartwire/ws/opcode.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

namespace heartwire::ws {

using base::Role;

struct FrameHeader;

struct ReaderLimits {
  /// Payload bytes of a message, all fragments together; a 16th and 64 bytes more if a reserved bit
  /// says that an extension encoded it. Default 16 MiB: more than chat or telemetry ever send.
  std::uint64_t message_bytes_max = std::uint64_t{16} << 20;
  /// Payload bytes of one frame. Default 16 MiB, as a whole message.
  std::uint64_t frame_bytes_max = std::uint64_t{16} << 20;
  /// Frames of a message. Default 65536: 4 MiB in pieces of 64 bytes passes, while a peer that
  /// sends empty fragments for ever meets an end.
  std::uint32_t fragments_max = 65536;
};

/// Everything that was given has been read; the input is empty.
struct NeedMore {
  bool operator==(const NeedMore&) const = default;
};

/// A whole message, unmasked. Text is UTF-8 unless `rsv` is set.
struct Message {
  MessageType type = MessageType::text;
  base::ByteView payload;
  /// Reserved bits of its first frame: an extension has to decode the payload, and validate text.
  std::uint8_t rsv = 0;
};

/// Answer with a Pong of the same payload.
struct Ping {
  base::ByteView payload;
};

struct Pong {
  base::ByteView payload;
};

/// One step of reading. A CloseFrame or a ProtocolError is the last one.
using ReadStep = std::variant<NeedMore, Message, Ping, Pong, CloseFrame, ProtocolError>;

class MessageReader {
 public:
  /// `role` is ours. `rsv_allowed`: the reserved bits that a negotiated extension may set on the
  /// first frame of a message.
  explicit MessageReader(Role role, std::uint8_t rsv_allowed = 0) noexcept;
  ~MessageReader();
  MessageReader(MessageReader&&) noexcept;
  MessageReader& operator=(MessageReader&&) noexcept;

  /// Reads one step from the front of `input` and consumes it there. The bytes are changed in place
  /// (unmasked). Views in the step point into the input or into the reader, and are valid until the
  /// next call here or the end of either. Call until NeedMore, a CloseFrame or a ProtocolError.
  /// `limits` are given anew each time since all connections share them; they stay the same.
  ReadStep next(base::MutableByteView& input, const ReaderLimits& limits);

  /// Keeps the payload of a Ping that cannot be answered yet, in place of one that it held before:
  /// of those that came meanwhile only the last needs a Pong (RFC 6455 section 5.5.3).
  void hold_ping(base::ByteView payload);
  bool is_holding_ping() const noexcept;
  /// The payload that is held, which is then no longer. Needs is_holding_ping().
  base::Bytes take_held_ping();

  /// Bytes on the heap: 0 when no frame or message is under way and no Ping is held.
  std::size_t bytes_held() const noexcept;

  /// True while a message has begun and not ended.
  bool is_mid_message() const noexcept;

 private:
  struct Partial;
  enum class Phase : std::uint8_t { open, closed, failed };
  using Outcome = std::optional<ReadStep>;

  Outcome read_some(base::MutableByteView& input, const ReaderLimits& limits);
  Outcome read_header(base::MutableByteView& input, FrameHeader& header);
  Outcome read_whole_payload(base::MutableByteView& input, const FrameHeader& header);
  Outcome read_partial_payload(base::MutableByteView& input, const ReaderLimits& limits);
  Outcome finish_data_frame();
  std::optional<ProtocolError> fault_in_sequence(const FrameHeader& header,
                                                 const ReaderLimits& limits) const noexcept;
  void begin_frame(const FrameHeader& header);
  ReadStep control(const FrameHeader& header, base::ByteView payload);
  ReadStep fail(ProtocolError error) noexcept;
  Partial& partial();

  std::unique_ptr<Partial> partial_;
  Role role_;
  std::uint8_t rsv_allowed_;
  Phase phase_ = Phase::open;
  ProtocolError error_{};
};

static_assert(sizeof(MessageReader) <= 16, "a server keeps one of these for each connection");

}  // namespace heartwire::ws
