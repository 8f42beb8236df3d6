#pragma once
// Base64 with padding (RFC 4648 section 4), as far as the opening handshake needs it.

#include "heartwire/base/bytes.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace heartwire::ws {

std::string base64_encode(base::ByteView bytes);

/// How many octets `text` decodes to; nothing if it is not base64 in its one canonical form.
std::optional<std::size_t> base64_decoded_size(std::string_view text) noexcept;

}  // namespace heartwire::ws
