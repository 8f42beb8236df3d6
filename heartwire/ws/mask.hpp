#pragma once
// Masking (RFC 6455 section 5.3): the payload XOR a key of four octets, over and over. The same
// function masks and unmasks.

#include "heartwire/base/bytes.hpp"

#include <cstddef>
#include <cstdint>

namespace heartwire::ws {

/// The four octets of a masking key as they stand on the wire, first octet highest: 0x37fa213d is
/// sent as 37 fa 21 3d. A client's keys must be unpredictable; their source is the caller's.
using MaskKey = std::uint32_t;

/// Masks or unmasks `bytes` in place. `phase` is how many payload octets came before them; only its
/// remainder by four counts.
void apply_mask(base::MutableByteView bytes, MaskKey key, std::size_t phase = 0) noexcept;

}  // namespace heartwire::ws
