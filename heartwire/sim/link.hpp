#pragma once
// The path between one client and the world: how fast and how far, and what faults make of it now.

#include "heartwire/base/instant.hpp"
#include "heartwire/base/rng.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace heartwire::sim {

/// How a delay spreads above its least value.
enum class Spread : std::uint8_t {
  uniform,    ///< Evenly up to `jitter`.
  long_tail,  ///< Mostly little, seldom all of `jitter`, as on mobile links.
};

struct LinkOptions {
  /// One way. Default 10 ms.
  base::Duration latency = std::chrono::milliseconds{10};
  /// At most so much on top. Default none.
  base::Duration jitter{};
  Spread spread = Spread::uniform;
  /// Each way; 0: no limit. Default no limit.
  std::uint64_t bytes_per_second = 0;
  /// What a sending kernel holds of bytes that were not acknowledged. Default 64 KiB.
  std::size_t send_buffer_bytes = std::size_t{64} << 10;
  /// What a receiving kernel holds of bytes that nobody has read. Default 64 KiB.
  std::size_t receive_buffer_bytes = std::size_t{64} << 10;
};

/// One direction, as faults leave it.
struct Lane {
  bool is_hole = false;   ///< Nothing arrives; nobody is told.
  bool swallows = false;  ///< A proxy acknowledges what it then drops.
  std::uint32_t loss_ppm = 0;
  base::Duration extra_latency{};
  std::uint64_t bytes_per_second_max = 0;  ///< 0: no limit.
};

struct Link {
  LinkOptions options{};
  Lane up{};    ///< From the client.
  Lane down{};  ///< To the client.
  /// A middlebox forgets flows that were idle for this long. Default: never.
  std::optional<base::Duration> forgets_after{};
  /// It then answers by RST; otherwise it drops what comes.
  bool forget_resets = false;
};

/// The lesser of the two limits, 0 being none.
std::uint64_t rate(const LinkOptions& options, const Lane& lane) noexcept;

/// How long one packet is under way, once it has left.
base::Duration draw_latency(const LinkOptions& options, const Lane& lane, base::Rng& rng) noexcept;

/// What losses add to a segment: TCP sends it again after a timeout that doubles each time.
base::Duration draw_retransmissions(const LinkOptions& options, const Lane& lane,
                                    base::Rng& rng) noexcept;

/// The first retransmission timeout (RFC 6298, with Linux's lower bound).
base::Duration retransmission_timeout(const LinkOptions& options) noexcept;
inline constexpr base::Duration kRetransmissionMax = std::chrono::seconds{60};

}  // namespace heartwire::sim
