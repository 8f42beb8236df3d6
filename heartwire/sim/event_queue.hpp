#pragma once
// What happens next in a world: events by time and, at the same time, in the order in which they
// were asked for, so that a seed has one history.
//
// Nothing is ever taken back. Whoever is woken looks what there is to do, and may find nothing.

#include "heartwire/base/instant.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace heartwire::sim {

struct Event {
  enum class Kind : std::uint8_t {
    client,     ///< Wake client `subject`.
    server,     ///< Wake server `subject` for its connection on flow `detail`.
    drain,      ///< Server `subject` goes on with its drain.
    flow,       ///< Move flow `subject`.
    dial,       ///< Go on with the attempt of client `subject`, generation `detail`.
    wanted,     ///< Answer question `detail` of client `subject`.
    greeting,   ///< Greet generation `detail` of client `subject`.
    deed,       ///< A user does deed `subject`.
    fault_on,   ///< Fault `subject` begins.
    fault_off,  ///< Fault `subject` ends.
    pulse,      ///< Look at everything.
    calm,       ///< Faults are over.
    recovered,  ///< Whoever is wanted must be back.
  };

  base::Instant at{};
  Kind kind = Kind::pulse;
  std::uint32_t subject = 0;
  std::uint32_t detail = 0;
};

class EventQueue {
 public:
  void push(const Event& event);
  /// The next event; nothing: none will come.
  std::optional<Event> pop();

 private:
  struct Entry {
    Event event;
    std::uint64_t order = 0;
  };
  static bool is_later(const Entry& left, const Entry& right) noexcept;

  std::vector<Entry> heap_;
  std::uint64_t pushed_ = 0;
};

}  // namespace heartwire::sim
