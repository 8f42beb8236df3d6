#pragma once
// Messages that wait for an open, writable connection: bounded, in order, each with an optional
// time to live and an optional key under which a newer message replaces it.
//
// A message is here until the endpoint reports that its last byte left for the kernel. What was
// taken for writing but not wholly written when a connection ended comes back to the front, in
// order: the peer cannot have received it whole. Nothing leaves without a word: a message is sent,
// replaced, expired, taken back, or still here.
//
// Invariants: bytes() never exceeds outbox_bytes_max. Messages leave in the order of their places;
// those in flight are the oldest. Every id handed out has exactly one fate. Times to live are
// looked at only when the earliest is due, so push and take cost O(1) while none is.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/result.hpp"
#include "heartwire/core/message.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heartwire::core {

/// What a send does while there is no open connection.
enum class WhenNotOpen : std::uint8_t { queue, refuse };

struct OutboxOptions {
  /// Bytes of payload and key (plus kMessageOverhead each) that may wait or be in flight. Default
  /// 1 MiB: minutes of chat, yet harmless ten thousand times.
  std::size_t outbox_bytes_max = std::size_t{1} << 20;
  /// Default queue: a short outage should not be the caller's business. Enforced by Lifecycle.
  WhenNotOpen when_not_open = WhenNotOpen::queue;
  bool operator==(const OutboxOptions&) const = default;
};

struct SendOptions {
  /// Drop the message, with a word, if it was not taken for writing after this. Default: never. Not
  /// above zero: it expires at once.
  std::optional<base::Duration> time_to_live{};
  /// A waiting message with the same key is replaced, in its place. Default: none.
  std::string key{};
  bool operator==(const SendOptions&) const = default;
};

enum class SendError : std::uint8_t {
  not_open,      ///< There is no connection and the outbox is configured to refuse.
  outbox_full,   ///< It would exceed outbox_bytes_max; send again after on_writable.
  too_large,     ///< It can never fit: larger than outbox_bytes_max.
  closed,        ///< The user closed, or the client gave up or stopped.
  invalid_text,  ///< A text message that is not UTF-8.
};
/// What is wrong, for people.
const char* describe(SendError error) noexcept;

/// Names a message from send() to its fate. Never 0, never reused.
using MessageId = std::uint64_t;

struct Unsent {
  MessageId id = 0;
  Message message{};
  bool operator==(const Unsent&) const = default;
};

class Outbox {
 public:
  /// Counted for each message besides its bytes: what our record of it takes.
  static constexpr std::size_t kMessageOverhead = 96;

  /// `options` is borrowed and must outlive this object.
  explicit Outbox(const OutboxOptions& options) noexcept : options_(&options) {}

  /// Queues `message`, or refuses and changes nothing (outbox_full, too_large). Replacing by key
  /// keeps the place in the queue, gives a new id, and returns the replaced id in `replaced`. O(1)
  /// without a key; with one, it looks through what waits.
  base::Result<MessageId, SendError> push(base::Instant now, Message message, SendOptions options,
                                          std::optional<MessageId>* replaced = nullptr);

  /// The next message to write, now in flight; valid until the next non-const call. Expired ones
  /// are not handed out. Nothing when none waits. O(1).
  struct Taken {
    MessageId id = 0;
    MessageView message;
  };
  std::optional<Taken> take(base::Instant now);

  /// The message taken last, if it is still in flight, for one that leaves in fragments; valid
  /// until the next non-const call.
  std::optional<Taken> newest_in_flight() const noexcept;

  /// The oldest message in flight has left wholly for the kernel. Any other id is a bug.
  void on_written(MessageId id);

  /// The connection ended: what is in flight waits again, at the front.
  void on_lost() noexcept;

  /// The id of one message that expired at `now` while waiting, removing it, or nothing. Call until
  /// nothing comes.
  std::optional<MessageId> poll_expired(base::Instant now);

  /// When to call poll_expired: never later than the next waiting message expires (perhaps earlier,
  /// once one with a shorter time to live has left); nothing if none can.
  std::optional<base::Instant> deadline() const noexcept;

  /// Takes one waiting message back (not one in flight), or all of them, oldest first.
  std::optional<Message> take_back(MessageId id);
  std::vector<Unsent> take_back_all();

  bool has_waiting() const noexcept { return first_waiting() != entries_.size(); }
  std::size_t count() const noexcept;                    ///< Waiting and in flight.
  std::size_t bytes() const noexcept { return bytes_; }  ///< As counted against outbox_bytes_max.

 private:
  static constexpr base::Instant kNever = base::Instant::max();

  struct Entry {
    MessageId id = 0;
    Message message;
    std::string key;
    base::Instant expires = kNever;
  };
  static_assert(sizeof(Entry) <= kMessageOverhead);

  static std::size_t cost(const Message& message, const std::string& key) noexcept;
  std::size_t first_waiting() const noexcept { return front_ + in_flight_; }
  Entry* find_waiting(const std::string& key) noexcept;
  void watch(const Entry& entry) noexcept;
  void unwatch(const Entry& entry) noexcept;
  void expire(base::Instant now);
  void drop_spent();

  const OutboxOptions* options_;
  /// [0, front_) are spent, then come those in flight, then those that wait. One vector, used as a
  /// queue: when it runs empty it starts again at 0, so a steady flow allocates nothing.
  std::vector<Entry> entries_;
  std::size_t front_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t bytes_ = 0;
  MessageId next_id_ = 1;

  std::size_t mortal_ = 0;                ///< Waiting messages with a time to live.
  base::Instant expires_first_ = kNever;  ///< None of them expires before this.
  std::vector<MessageId> expired_;        ///< Removed, not yet reported; the next one is last.
  base::Instant expired_since_ = kNever;
};

}  // namespace heartwire::core
