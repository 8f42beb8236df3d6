#pragma once
// How the foreign peers of tests/integration/peers are started.

#include <string>
#include <string_view>
#include <vector>

namespace heartwire::integration {

/// Debian's Python, which alone sees Debian's python3-websockets.
std::vector<std::string> python_peer(std::string_view script,
                                     const std::vector<std::string>& arguments = {});

/// Node; `script` uses packages of tests/integration/npm.
std::vector<std::string> npm_peer(std::string_view script,
                                  const std::vector<std::string>& arguments = {});

/// Whether `npm ci` was run in tests/integration/npm, as `./run test` does, and brought this.
bool has_npm_package(std::string_view name);

/// A file in tests/integration/peers: where it is, and its text.
std::string peer_path(std::string_view name);
std::string peer_file(std::string_view name);

}  // namespace heartwire::integration
