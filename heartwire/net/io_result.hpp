#pragma once
// What came of one attempt to move bytes without waiting.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace heartwire::net {

enum class IoStatus : std::uint8_t {
  moved,        ///< `count` bytes, at least one, unless nothing was offered.
  would_block,  ///< None now: wait, then try again.
  ended,        ///< The peer will send no more. Reading only.
  failed,       ///< The connection is over; `error` says why.
};

struct IoResult {
  IoStatus status = IoStatus::would_block;
  std::size_t count = 0;
  /// For people: `connection reset by peer`.
  std::string error;

  static IoResult moved(std::size_t count) { return {IoStatus::moved, count, {}}; }
  static IoResult would_block() { return {}; }
  static IoResult ended() { return {IoStatus::ended, 0, {}}; }
  static IoResult failed(std::string error) { return {IoStatus::failed, 0, std::move(error)}; }

  bool operator==(const IoResult&) const = default;
};

}  // namespace heartwire::net
