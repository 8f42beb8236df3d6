#pragma once
// Whether the clients of a soak kept to what the design promises, by the transcript alone.

#include "tests/integration/network/transcript.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace heartwire::soak {

struct Bounds {
  Time detection{};  ///< Interval and timeout.
  Time recovery{};   ///< The stages of an attempt and the longest delay.
  Time delay_min{};  ///< The backoff's shortest delay.
  Time allowance{};  ///< What a busy machine may be late.
};

/// The worst that was seen, and what became of the messages.
struct Tally {
  Time noticed_max{};    ///< From a fault in force to the loss, of those that it strikes for sure.
  Time recovered_max{};  ///< From the end of the fault, or the loss if later, to the next open.
  std::size_t lost_connections = 0;
  std::size_t failed_attempts = 0;
  std::size_t sent = 0;
  std::size_t in_doubt = 0;
};

struct Judgement {
  Tally tally{};
  std::vector<std::string> violations{};  ///< The first few, for people.
  std::size_t violation_count = 0;
};

/// Checks, of each client:
///  - opened and lost take turns, and generations rise: one transport at a time;
///  - no connection is lost but by a fault that strikes it (no false death);
///  - what a fault strikes for long enough is lost within the bound (detection);
///  - nobody is without a connection for longer than the bound once no fault prevents it;
///  - each attempt waits for the delay that was announced, and no delay is below the least;
///  - a message that had not left with a lost connection, or was echoed, arrives exactly once; none
///    arrives twice; nobody gives up;
///  - nothing is heard of it once it was stopped.
/// `faults` in order, none overlapping. Clients are numbered from 0.
Judgement judge(const std::vector<Event>& events, const std::vector<FaultRecord>& faults,
                std::size_t client_count, const Bounds& bounds);

}  // namespace heartwire::soak
