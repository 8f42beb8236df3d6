#pragma once
// Which end of a connection we are.

#include <cstdint>

namespace heartwire::base {

enum class Role : std::uint8_t { client, server };

}  // namespace heartwire::base
