#pragma once
// A step of a script that is played to a client's life in virtual time: one line of text, the same
// in scenario files, in unit tests, and in what a property test prints when it fails.
//
//   start                      the user's wishes: start, reconnect, close CODE, suspend, ...
//   peer closes 1012 retry_after=30s
//   run 25s                    time passes; everything due on the way happens

#include "heartwire/base/instant.hpp"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::support {

enum class Verb : std::uint8_t {
  // The user.
  start,
  reconnect,
  close,  ///< CODE
  suspend,
  resume,
  check_now,
  send,  ///< BYTES [ttl=TIME]
  busy,  ///< PERIOD: we send something that often, untold; 0s ends it.

  // The `wanted` condition: what it answers from now on, and to the question that is open.
  condition_yes,
  condition_no,
  condition_later,  ///< It leaves questions open.

  // How a dialled peer receives us. With at=URL only that one, otherwise all.
  peer_accepts,
  peer_closes_at_once,  ///< CODE: accepts, then closes.
  peer_refuses,
  peer_ignores,
  peer_status,  ///< CODE [retry_after=TIME]

  // What the peer does on an open connection.
  peer_answers,  ///< Probes and Close messages.
  peer_silent,   ///< Does nothing at all, also if we close.
  peer_says,     ///< One message.
  peer_closes,   ///< CODE [retry_after=TIME]
  peer_drops,    ///< The transport ends, or the attempt fails, without a word.

  // The way between.
  link_flows,
  link_stuck,  ///< Our bytes do not leave.
  bulk,        ///< BYTES [rate=BYTES_A_SECOND]: sent, not acknowledged, taken in at this rate.

  // Reports of a transport that is gone.
  late_opened,
  late_ended,
  late_closing,
  late_received,
  late_answered,
  late_probe_sent,

  // Time.
  run,    ///< TIME
  stall,  ///< TIME: the driver sleeps; then it reads what has come, and ticks.
};

/// Whether it comes from a driver that did not sort out the stale.
bool is_late_report(Verb verb) noexcept;

struct Step {
  Verb verb = Verb::start;
  std::int64_t amount = 0;              ///< Milliseconds, bytes or a code.
  std::optional<std::int64_t> extra{};  ///< The named value in brackets: milliseconds or bytes.
  std::optional<std::uint32_t> url{};   ///< at=URL

  base::Duration time() const { return std::chrono::milliseconds{amount}; }
  std::optional<base::Duration> extra_time() const;
  bool operator==(const Step&) const = default;
};

using Script = std::vector<Step>;

/// "25s", "1500ms", "2m", "3h" in milliseconds. Throws std::invalid_argument.
std::int64_t parse_time(std::string_view text);

/// Reads a script, a step a line. Throws std::invalid_argument that quotes what it cannot read.
Step parse_step(std::string_view line);
Script parse_script(std::string_view lines);

/// Writes it as parse_step() reads it.
std::ostream& operator<<(std::ostream& out, const Step& step);
std::string to_text(const Script& script);

}  // namespace heartwire::support
