#pragma once
// The dialects that a server answers, shared by all its connections; each connection keeps one
// byte.
//
// A connection's dialect is known at its opening handshake (subprotocol, URL) or by the first
// heartbeat that the peer sends, in the order in which the dialects are named; from then on only
// that one counts. Until then the server probes by Ping frames, which decide nothing.
//
// A dialect here is named on purpose: on a server that names engine.io, a first message "2" is a
// heartbeat even if the application means a number; one that names text, likewise "ping".

#include "heartwire/base/result.hpp"
#include "heartwire/core/dialect.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::core {

inline constexpr std::size_t kDialectsMax = 32;

class DialectSet {
 public:
  /// The dialect of a connection that has not shown it yet.
  static constexpr std::uint8_t kUndecided = 0xFF;

  /// No dialect: every message is the application's, and probes are Ping frames.
  DialectSet() = default;

  /// Refused, saying why for people: more than kDialectsMax, or one that is null.
  static base::Result<DialectSet, std::string> make(std::vector<DialectPtr> dialects);

  /// The dialect of a connection that opened with this negotiated `subprotocol` and this request
  /// `target` (path and query): the only one there is; or what the subprotocol implies; or
  /// engine.io for a query EIO=, which its clients must send; or sockjs for a path
  /// .../000/SESSION/websocket. Else, and where the set does not hold it, kUndecided.
  std::uint8_t choose(std::string_view subprotocol, std::string_view target) const noexcept;

  /// As Dialect::read. While `chosen` is kUndecided each dialect is asked in order, and the first
  /// that knows the message becomes `chosen`.
  Reading read(Role role, std::uint8_t& chosen, MessageView message, std::string& reply) const;

  /// As Dialect::write_probe; a Ping frame while undecided, and where the dialect has this role
  /// send nothing: in one set dialects differ, modes do not, so each connection needs a probe.
  ProbeForm write_probe(Role role, std::uint8_t chosen, std::uint32_t sequence,
                        std::string& payload) const;

  /// As Dialect::has_answers; true while undecided.
  bool has_answers(Role role, std::uint8_t chosen) const noexcept;

  /// As Dialect::adapt, if the set holds exactly one.
  void adapt(Role role, HeartbeatOptions& options) const noexcept;

  /// The chosen dialect, or null while undecided. Borrowed from this set.
  const Dialect* at(std::uint8_t chosen) const noexcept;
  std::size_t size() const noexcept { return dialects_.size(); }

 private:
  explicit DialectSet(std::vector<DialectPtr> dialects) noexcept;
  std::uint8_t find(std::string_view name) const noexcept;

  std::vector<DialectPtr> dialects_;
};

}  // namespace heartwire::core
