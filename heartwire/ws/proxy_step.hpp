#pragma once
// What the handshakes with proxies have in common: both are machines of bytes in and bytes out.
//
//   send(machine.start());
//   while (auto step = machine.receive(bytes read))   // else step.error(): end the transport
//     send(step->to_send), and if (step->is_done) the transport is the target's
//
// Neither waits, nor grows: what a proxy may say before the end is bounded.

#include "heartwire/base/bytes.hpp"
#include "heartwire/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace heartwire::ws {

enum class ProxyFault : std::uint8_t {
  refused,      ///< It answered, and will not or cannot reach the target.
  credentials,  ///< It wants a user and password, or others than it got.
  garbled,      ///< What it said is not the protocol.
};

struct ProxyFailure {
  ProxyFault fault = ProxyFault::refused;
  std::uint16_t status = 0;  ///< Of HTTP, if that is what it answered.
  std::optional<std::chrono::seconds> retry_after{};
  /// For people, of the proxy as `it`: `it answered 403 Forbidden`. What it said is escaped, what
  /// we said is not in it.
  std::string text{};

  bool operator==(const ProxyFailure&) const = default;
};

struct ProxyStep {
  base::Bytes to_send{};
  bool is_done = false;  ///< From here on the bytes are the target's.

  bool operator==(const ProxyStep&) const = default;
};

using ProxyResult = base::Result<ProxyStep, ProxyFailure>;

}  // namespace heartwire::ws
