#pragma once
// What happened in a soak, in order, as small records: the judge (soak_judge.hpp) reads nothing
// else. Room for all of it is taken at the start, so that it does not look like a leak.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace heartwire::soak {

/// Since the soak began.
using Time = std::chrono::microseconds;

enum class What : std::uint8_t {
  opened,   ///< `number`: the generation; `extra`: the local port.
  lost,     ///< `number`: messages up to this one had left by then; `extra`: the cause.
  failed,   ///< An attempt; `extra`: the cause.
  retry,    ///< `number`: the delay before the next attempt, in milliseconds.
  sent,     ///< The client accepted message `number`.
  got,      ///< The server received it.
  echoed,   ///< Its echo came back.
  gave_up,  ///< It must not.
  stopped,  ///< stop() has returned.
};

struct Event {
  Time at{};
  std::uint32_t number = 0;
  std::uint32_t extra = 0;
  std::uint16_t client = 0;
  What what = What::opened;

  bool operator==(const Event&) const = default;
};

/// A fault as it was.
struct FaultRecord {
  std::uint8_t kind = 0;         ///< Of kFaultKinds, for the report.
  bool kills = false;            ///< It may end connections.
  bool ends_all = false;         ///< Nothing that was open when it came stays, however short it is.
  std::uint16_t port_first = 0;  ///< Of the clients that it strikes.
  std::uint16_t port_last = 65535;
  Time begins{};    ///< Before it was made.
  Time in_force{};  ///< Once it was.
  Time ends{};      ///< Before it was mended.
  Time over{};      ///< Once it was.
};

/// Any thread.
class Transcript {
 public:
  explicit Transcript(std::size_t events_max) { events_.reserve(events_max); }

  void add(const Event& event) {
    const std::lock_guard lock(mutex_);
    if (events_.size() == events_.capacity())
      is_cut_ = true;
    else
      events_.push_back(event);
  }

  /// When nobody adds any more.
  const std::vector<Event>& events() const noexcept { return events_; }
  /// It was too long to be kept, and must not be judged.
  bool is_cut() const noexcept { return is_cut_; }

 private:
  std::mutex mutex_;
  std::vector<Event> events_;
  bool is_cut_ = false;
};

}  // namespace heartwire::soak
