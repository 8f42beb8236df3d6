#pragma once
// Received messages that the program has not asked for yet, for the faces that are asked instead of
// telling. Knows when reading should pause so that it stays within its bound.

#include "heartwire/core/message.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace heartwire::client {

/// What receive() returns when there is no message.
enum class ReceiveError : std::uint8_t {
  timeout,  ///< None came in the given time; the client goes on.
  closed,   ///< None will come: the client was closed or stopped, or gave up.
};

inline const char* describe(ReceiveError error) noexcept {
  return error == ReceiveError::timeout ? "no message came in time"
                                        : "the client was closed or gave up";
}

class Inbox {
 public:
  /// Counted for each message besides its payload, so that empty ones meet the bound as well.
  static constexpr std::size_t kMessageOverhead = 64;

  /// Reading pauses at `bytes_max` and goes on at half of it. What was read before the pause took
  /// effect comes on top: at most one read of the loop's buffer, and the message that ended in it.
  explicit Inbox(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}

  /// True: pause reading.
  bool push(core::MessageView message) {
    messages_.push_back({message.type, std::string{message.payload}});
    bytes_ += cost(messages_.back());
    if (is_paused_ || bytes_ < bytes_max_) return false;
    is_paused_ = true;
    return true;
  }

  struct Popped {
    core::Message message{};
    bool is_resuming = false;  ///< Reading should go on.
  };
  std::optional<Popped> pop() {
    if (messages_.empty()) return std::nullopt;
    Popped popped{std::move(messages_.front()), false};
    messages_.pop_front();
    bytes_ -= cost(popped.message);
    if (is_paused_ && bytes_ <= bytes_max_ / 2) {
      is_paused_ = false;
      popped.is_resuming = true;
    }
    return popped;
  }

  bool is_empty() const noexcept { return messages_.empty(); }
  std::size_t count() const noexcept { return messages_.size(); }
  /// As counted against `bytes_max`.
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  static std::size_t cost(const core::Message& message) noexcept {
    return message.payload.size() + kMessageOverhead;
  }

  std::deque<core::Message> messages_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  bool is_paused_ = false;
};

}  // namespace heartwire::client
