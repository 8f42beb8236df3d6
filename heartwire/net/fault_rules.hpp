#pragma once
// What a fault proxy does to the connections through it, as a value: the rules in force, and the
// actions that change them. Pure; the proxy obeys it, the command parser and the tests speak it.
//
// Up is from the side that connected to us towards the target; down is the way back.

#include "heartwire/base/instant.hpp"
#include "heartwire/net/fault_address.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace heartwire::net {

enum class FaultDirection : std::uint8_t { up, down, both };

/// What happens to those who connect now.
enum class FaultAccept : std::uint8_t {
  forward,        ///< Accepted and joined to a connection of their own to the target.
  refuse,         ///< Nobody listens: the kernel answers with RST.
  close_at_once,  ///< Accepted and closed in order; the target hears nothing.
  black_hole,     ///< Accepted and read, never forwarded nor answered, also after the rule ends.
};

/// What becomes of the packets of a connection that was forgotten.
enum class FaultForgetting : std::uint8_t {
  silent,  ///< They vanish, as behind most home routers.
  reset,   ///< Who sends one gets RST, as behind many cloud gateways; the other side hears nothing.
};

/// The rules of one direction, for each connection by itself.
struct FaultWay {
  bool frozen = false;      ///< Nothing is read or written, so back-pressure reaches the sender.
  bool dropping = false;    ///< Everything is read and thrown away, ends of stream included.
  base::Duration delay{};   ///< From arriving to leaving, at least.
  base::Duration jitter{};  ///< Uniform in [0, jitter] on top; order is kept.
  std::uint64_t bytes_per_second_max = 0;  ///< 0: no limit.
  bool operator==(const FaultWay&) const = default;
};

struct FaultRules {
  static constexpr std::size_t kUp = 0;
  static constexpr std::size_t kDown = 1;

  std::array<FaultWay, 2> ways;  ///< By kUp and kDown.
  FaultAccept accept = FaultAccept::forward;
  /// A connection on which nothing arrived from either side for this long is forgotten, as a NAT
  /// does, for good. 0: never.
  base::Duration forget_after{};
  FaultForgetting forgetting = FaultForgetting::silent;
  bool operator==(const FaultRules&) const = default;
};

/// The actions, one struct each. Connections that are open obey at once.
namespace faults {

struct Freeze {
  FaultDirection direction = FaultDirection::both;
  bool operator==(const Freeze&) const = default;
};
struct Thaw {
  FaultDirection direction = FaultDirection::both;
  bool operator==(const Thaw&) const = default;
};
struct Drop {
  FaultDirection direction = FaultDirection::both;
  bool operator==(const Drop&) const = default;
};
/// Ends Drop. What was dropped stays lost, except an end of stream, which is delivered now.
struct Pass {
  FaultDirection direction = FaultDirection::both;
  bool operator==(const Pass&) const = default;
};
/// Closes every connection in order (FIN), frozen or not. What was on its way is lost.
struct Cut {
  bool operator==(const Cut&) const = default;
};
/// Breaks every connection (RST to both sides).
struct Reset {
  bool operator==(const Reset&) const = default;
};
/// How to treat those who connect from now on.
struct Accept {
  FaultAccept how = FaultAccept::forward;
  bool operator==(const Accept&) const = default;
};
struct Delay {
  base::Duration delay{};
  base::Duration jitter{};
  FaultDirection direction = FaultDirection::both;
  bool operator==(const Delay&) const = default;
};
/// For each connection by itself; 0 lifts the limit.
struct Throttle {
  std::uint64_t bytes_per_second = 0;
  FaultDirection direction = FaultDirection::both;
  bool operator==(const Throttle&) const = default;
};
/// 0 forgets nobody any more; who was forgotten stays so.
struct ForgetIdle {
  base::Duration after{};
  FaultForgetting how = FaultForgetting::silent;
  bool operator==(const ForgetIdle&) const = default;
};
/// Connections accepted from now on go there.
struct Retarget {
  FaultAddress target;
  bool operator==(const Retarget&) const = default;
};
/// Every rule back to its default; the target stays.
struct Clear {
  bool operator==(const Clear&) const = default;
};

}  // namespace faults

using FaultAction =
    std::variant<faults::Freeze, faults::Thaw, faults::Drop, faults::Pass, faults::Cut,
                 faults::Reset, faults::Accept, faults::Delay, faults::Throttle, faults::ForgetIdle,
                 faults::Retarget, faults::Clear>;

/// `rules` after `action`. Cut, Reset and Retarget act on connections and change no rule.
FaultRules updated(FaultRules rules, const FaultAction& action) noexcept;

/// The command line that stands for `action`; parse_fault_command() reads it back.
std::string describe(const FaultAction& action);

/// The rules that differ from the default, as commands separated by "; ", or "no faults".
std::string describe(const FaultRules& rules);

}  // namespace heartwire::net
