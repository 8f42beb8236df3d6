#pragma once
// The grammar of Sec-WebSocket-Extensions (RFC 6455 section 9.1): which extensions are named, with
// which parameters. What they mean is each extension's own.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::ws {

struct Head;

struct ExtensionParameter {
  std::string name;
  std::optional<std::string> value;  ///< A token; quotes are taken off.

  bool operator==(const ExtensionParameter&) const = default;
};

/// One extension, offered or agreed to. Names are tokens and compare with case, as registered.
struct Extension {
  std::string name;
  std::vector<ExtensionParameter> parameters;  ///< As written: in order, repeated ones kept.

  bool operator==(const Extension&) const = default;
};

/// A peer that names more is taken for malformed: nobody offers a tenth of it.
inline constexpr std::size_t kExtensionsMax = 32;
inline constexpr std::size_t kExtensionParametersMax = 16;

/// Appends what one field's value names. False: it is malformed, and `out` is of no use.
bool parse_extensions(std::string_view value, std::vector<Extension>& out);

/// What all fields of that name say together, in order; nothing if one is malformed, on which a
/// peer must fail the connection.
std::optional<std::vector<Extension>> extensions_of(const Head& head);

}  // namespace heartwire::ws
