#pragma once
// Sees and remembers everything that a client, or a Host, tells, with the time of it, so that a
// test can wait for what must happen and then judge how and when it did.

#include "heartwire/base/instant.hpp"
#include "heartwire/client/options.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::integration {

enum class Seen : std::uint8_t {
  open,     ///< `is_first`; `count` retries it took.
  message,  ///< `text`: the first kTextMax bytes; `count`: its whole size.
  close,    ///< `close`.
  attempt_failed,
  retry,  ///< `count`, `duration`.
  suspect,
  cleared,
  gave_up,  ///< `text`: the reason's name; `count` retries.
  error,
  heartbeat,  ///< `duration`: the round trip.
  expired,
  writable,
};

struct Sight {
  Seen seen = Seen::error;
  base::Instant at{};
  std::string text{};
  client::CloseInfo close{};
  client::TransportInfo transport{};
  base::Duration duration{};
  std::uint64_t count = 0;
  bool is_first = false;
};

class Witness {
 public:
  /// Only a failing test waits as long as this.
  static constexpr std::chrono::seconds kDeadline{20};
  static constexpr std::size_t kTextMax = 200;

  /// `options` with hooks that call those that were there and then tell the witness, which must
  /// outlive the client.
  client::Options watch(client::Options options);

  /// Remembers it. Any thread, as all of these.
  void note(Sight sight);

  /// Blocks until `count` of these were seen. False: the deadline passed.
  bool sees(Seen seen, std::size_t count = 1) const;
  /// Likewise a message that begins with `text`.
  bool hears(std::string_view text, std::size_t count = 1) const;
  /// True if for `watched` there were never more than `count`. Ends early when there are.
  bool never_more(std::size_t count, Seen seen, std::chrono::milliseconds watched) const;

  std::size_t count(Seen seen) const;
  /// Of everything.
  std::size_t total() const;
  std::vector<Sight> all(Seen seen) const;
  /// One of them; the test fails if there is none, and an empty one is returned.
  Sight first(Seen seen) const;
  Sight last(Seen seen) const;
  std::vector<std::string> messages() const;
  /// Everything in order, for a failing test.
  std::string transcript() const;

 private:
  std::size_t count_locked(Seen seen, std::string_view text = {}) const;

  mutable std::mutex mutex_;
  mutable std::condition_variable noted_;
  std::vector<Sight> sights_;
};

}  // namespace heartwire::integration
