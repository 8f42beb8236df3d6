#pragma once
// SHA-1, which the opening handshake fixes. It guards against confusion there, not against forgery.

#include "heartwire/base/bytes.hpp"

#include <array>
#include <cstdint>

namespace heartwire::ws {

std::array<std::uint8_t, 20> sha1(base::ByteView bytes);

}  // namespace heartwire::ws
