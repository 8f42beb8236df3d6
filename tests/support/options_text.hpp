#pragma once
// The options of a client's life as text: "interval=25s attempts_max=5 jitter=none". What is not
// named keeps the product's default.

#include "heartwire/core/lifecycle.hpp"

#include <string_view>

namespace heartwire::support {

/// Throws std::invalid_argument that quotes what it cannot read, or says what validate() says.
core::LifecycleOptions parse_options(std::string_view text);

}  // namespace heartwire::support
